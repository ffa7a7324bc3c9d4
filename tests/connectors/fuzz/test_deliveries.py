"""Whatever is delivered, what comes out of `parse_delivery` is a delivery, nothing, or one of our own errors."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.access import Secret
from connectors.errors import TrackerError
from connectors.github.addresses import issue_path
from connectors.github.deliveries import Deliveries
from connectors.jira.addresses import issue_name
from connectors.jira.deliveries import DeliveryReader
from connectors.tracker import Delivery
from tests.connectors.fuzz.hostile import Wrongs, deep_json, values, wrongs
from tests.contracts.generating import is_possible, made, spec

SECRET = b"webhook-secret"
GITHUB = Deliveries("github", Secret(SECRET.decode()))
JIRA = DeliveryReader("jira", Secret(SECRET.decode()))
RECORDED = Path(__file__).parents[4] / "shared" / "data" / "webhooks"
#: Those events of GitHub's that concern an issue.
EVENTS = ("issues", "issue_comment", "sub_issues")
SOME = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def to_github(event: str, payload: Any) -> None:
    raw = json.dumps(payload).encode()
    signature = hmac.new(SECRET, raw, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": event, "X-GitHub-Delivery": "guid", "X-Hub-Signature-256": f"sha256={signature}"}
    try:
        delivery = GITHUB.parse(headers, raw)
    except TrackerError:
        return
    if delivery and delivery.ref:
        assert issue_path(delivery.ref).startswith("/repos/")
        well_formed(delivery)


def to_jira(payload: Any) -> None:
    raw = json.dumps(payload).encode()
    signature = hmac.new(SECRET, raw, hashlib.sha256).hexdigest()
    try:
        delivery = JIRA.read({"X-Hub-Signature": f"sha256={signature}"}, raw)
    except TrackerError:
        return
    if delivery and delivery.ref:
        assert issue_name(delivery.ref)
        well_formed(delivery)


def well_formed(delivery: Delivery) -> None:
    """It can be put into a row and into a log."""
    refs = [one.key for one in (delivery.ref, delivery.moved_from) if one]
    for text in (delivery.id, delivery.event, *refs):
        assert isinstance(text, str)
        text.encode()
    assert all(isinstance(label, str) for label in delivery.labels)


# --- real deliveries with pieces put wrong ---------------------------------------------------------


@functools.cache
def recorded_github() -> list[tuple[str, Any]]:
    groups = json.loads((RECORDED / "github.json").read_text(encoding="utf-8"))
    return [(group["name"], one) for group in groups if group["name"] in EVENTS for one in group["examples"]]


@functools.cache
def recorded_jira() -> list[Any]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted((RECORDED / "jira").glob("*.json"))]


needs_recorded = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded deliveries are not here")
needs_contracts = pytest.mark.skipif(not is_possible(), reason="the vendors' descriptions are not here")


@needs_recorded
@SOME
@given(st.integers(0, 1000), wrongs)
def test_a_recorded_delivery_of_github_s_with_pieces_put_wrong(which: int, wrong: Wrongs) -> None:
    recorded = recorded_github()
    event, payload = recorded[which % len(recorded)]
    slim = {key: payload[key] for key in payload if key not in ("sender", "organization", "installation")}
    slim["repository"] = {"full_name": payload["repository"]["full_name"]}
    to_github(event, wrong.put_into(slim))


@needs_recorded
@SOME
@given(st.integers(0, 1000), wrongs)
def test_a_recorded_delivery_of_jira_s_with_pieces_put_wrong(which: int, wrong: Wrongs) -> None:
    recorded = recorded_jira()
    to_jira(wrong.put_into(recorded[which % len(recorded)]))


@SOME
@given(st.sampled_from(EVENTS), st.sampled_from(["jira:issue_updated", "comment_created", "issuelink_created"]), values)
def test_json_of_any_form(event: str, jira_event: str, payload: Any) -> None:
    to_github(event, payload)
    to_github(event, {"issue": payload, "repository": payload, "changes": payload})
    to_jira(payload)
    to_jira({"webhookEvent": jira_event, "issue": payload, "changelog": payload, "comment": payload})


@SOME
@given(st.binary(max_size=200), st.text(max_size=100))
def test_bytes_of_any_kind_with_any_signature(raw: bytes, signature: str) -> None:
    """P11: neither what is signed nor the signature itself gets anywhere."""
    right = "sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest()
    for given_signature in (signature, right):
        for read, name in ((GITHUB.parse, "X-Hub-Signature-256"), (JIRA.read, "X-Hub-Signature")):
            said = ""
            try:
                read({name: given_signature, "X-GitHub-Event": "issues"}, raw)
            except TrackerError as refused:
                said = str(refused)
            assert SECRET.decode() not in said


@pytest.mark.parametrize("levels", [50, 900, 100_000])
def test_json_that_lies_deep_in_itself(levels: int) -> None:
    for raw in (deep_json(levels), b'{"issue": %b, "webhookEvent": "jira:issue_updated"}' % deep_json(levels)):
        signature = "sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest()
        for read, name in ((GITHUB.parse, "X-Hub-Signature-256"), (JIRA.read, "X-Hub-Signature")):
            with suppress(TrackerError):
                read({name: signature, "X-GitHub-Event": "issues"}, raw)


# --- made up from the vendors' schemas ---------------------------------------------------------------


@needs_contracts
@SOME
@given(st.data())
def test_a_delivery_made_up_from_github_s_own_schemas(data: st.DataObject) -> None:
    webhooks = spec("github")["x-webhooks"]
    name = data.draw(st.sampled_from([one for one in sorted(webhooks) if one.startswith(("issue", "sub-issue"))]))
    schema = webhooks[name]["post"]["requestBody"]["content"]["application/json"]["schema"]
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    payload = made(schema, spec("github")["components"]["schemas"], chance)
    event = next(one for one in ("issue_comment", "sub_issues", "issues") if name.startswith(one.replace("_", "-")))
    if chance.random() < 0.7:
        payload["repository"]["full_name"] = "acme/shop"
    to_github(event, payload)


@needs_contracts
@SOME
@given(st.integers(0, 2**32), st.sampled_from(["jira:issue_created", "comment_updated", "issuelink_deleted"]))
def test_a_delivery_made_up_from_jira_s_own_schemas(seed: int, event: str) -> None:
    chance, schemas = random.Random(seed), spec("jira")["components"]["schemas"]
    issue, comment = (made(schemas[name], schemas, chance) for name in ("IssueBean", "Comment"))
    changelog = made(schemas["Changelog"], schemas, chance)
    to_jira({"webhookEvent": event, "issue": issue, "comment": comment, "changelog": changelog})
