"""Whatever is sent to the receiver, through the real application, has an answer that is no failure of ours."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.connectors.fuzz.hostile import Wrongs, values, wrongs
from worker.config import load_config
from worker.ledger.database import open_memory_ledger
from worker.program import compose
from worker.readiness import Readiness
from worker.sandbox import WEBHOOK_SECRET
from worker.web import Web
from worker.web_server import WebServer

ISSUE = {"number": 7, "id": 9007, "url": "http://127.0.0.1/repos/acme/shop/issues/7", "labels": [{"name": "failure"}]}
GITHUB = {"action": "labeled", "issue": ISSUE, "repository": {"full_name": "acme/shop"}, "sub_issue": ISSUE}
JIRA = {
    "webhookEvent": "jira:issue_updated",
    "issue": {"id": "10001", "key": "OPS-1", "fields": {"labels": ["failure"]}},
    "changelog": {"items": [{"field": "Key", "fromString": "OPS-9", "toString": "OPS-1"}]},
}
FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
#: What an HTTP client can put into a header at all.
header_texts = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85\xa0"), max_size=60
)


@pytest.fixture
def url(config_file: Path) -> Iterator[str]:
    program = compose(load_config(config_file, os.environ), ledger=open_memory_ledger())
    server = WebServer("127.0.0.1", 0)
    server.start(Web(program, Readiness(program, lambda: True, list), lambda: None).app)
    yield server.url
    server.stop()
    program.close()


def deliver(url: str, tracker: str, raw: bytes, headers: dict[str, Any], *, signed: bool = True) -> int:
    """The status of the answer."""
    signature = "sha256=" + hmac.new(WEBHOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    name = "X-Hub-Signature-256" if tracker == "github" else "X-Hub-Signature"
    told = {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "guid", **({name: signature} if signed else {}), **headers}
    answer = requests.post(f"{url}/webhooks/{tracker}", data=raw, headers=told, timeout=10)
    assert WEBHOOK_SECRET not in answer.text
    return answer.status_code


def is_an_answer(status: int) -> bool:
    return 200 <= status < 300 or 400 <= status < 500


@FEW
@given(st.sampled_from(["issues", "issue_comment", "sub_issues"]), wrongs, header_texts)
def test_signed_deliveries_with_pieces_put_wrong(url: str, event: str, wrong: Wrongs, guid: str) -> None:
    for tracker, real in (("github", GITHUB), ("jira", JIRA)):
        raw = json.dumps(wrong.put_into(real)).encode()
        named = {"X-GitHub-Event": event, "X-GitHub-Delivery": guid, "X-Atlassian-Webhook-Identifier": guid}
        assert is_an_answer(deliver(url, tracker, raw, {key: text.encode("latin-1") for key, text in named.items()}))


@FEW
@given(st.binary(max_size=100), values, header_texts)
def test_anything_at_all_signed_or_not(url: str, raw: bytes, payload: Any, text: str) -> None:
    for tracker in ("github", "jira"):
        assert is_an_answer(deliver(url, tracker, raw, {}))
        assert is_an_answer(deliver(url, tracker, json.dumps(payload).encode(), {}))
        forged = {"X-Hub-Signature-256": text.encode("latin-1"), "X-Hub-Signature": text.encode("latin-1")}
        assert deliver(url, tracker, raw, forged, signed=False) == 401


@FEW
@given(st.text(max_size=30))
def test_no_path_is_a_failure_of_ours(url: str, name: str) -> None:
    quoted = requests.utils.quote(name.encode("utf-8", "replace"), safe="")
    for method in ("GET", "POST", "PUT"):
        answer = requests.request(method, f"{url}/webhooks/{quoted}", data=b"{}", timeout=10)
        assert is_an_answer(answer.status_code)
