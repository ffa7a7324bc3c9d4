"""Webhook deliveries through the real web server: real ones of both trackers, those about whole places, and those that
bring a secret in their address, which must be seen nowhere."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as database_event

from connectors.sandbox.server import Sandbox
from rules.refs import TicketRef
from tests.worker.web_rig import PAYLOAD, REF, Rig, signature
from worker.config import load_config
from worker.ledger.database import open_memory_ledger
from worker.logs import set_up_logs
from worker.program import compose
from worker.sandbox import WEBHOOK_SECRET

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "webhooks"
ISSUE_EVENTS = ("issues", "issue_comment")


@pytest.fixture
def rig(config_file: Path) -> Iterator[Rig]:
    program = compose(load_config(config_file, os.environ), ledger=open_memory_ledger())
    rig = Rig(program)
    yield rig
    rig.server.stop()
    program.close()


def from_github() -> list[Any]:
    if not DATA.exists():
        return [pytest.param("", {}, marks=pytest.mark.skip(reason="the recorded deliveries are not here"))]
    groups = json.loads((DATA / "github.json").read_text(encoding="utf-8"))
    return [
        pytest.param(group["name"], payload, id=f"{group['name']}-{payload.get('action')}-{number}")
        for group in groups
        for number, payload in enumerate(group["examples"])
    ]


def from_jira() -> list[Any]:
    if not DATA.exists():
        return [pytest.param(b"", marks=pytest.mark.skip(reason="the recorded deliveries are not here"))]
    return [pytest.param(path.read_bytes(), id=path.stem) for path in sorted((DATA / "jira").glob("*.json"))]


def known_failure(rig: Rig, ref: TicketRef) -> None:
    rig.program.ledger.cases.open_case(f"root-{ref.key}", ref, "1", "Checkout is down", rig.program.clock.now())


@pytest.mark.parametrize(("event", "payload"), from_github())
def test_every_real_delivery_of_github_is_answered_and_what_concerns_a_case_is_noted(
    rig: Rig, event: str, payload: dict[str, Any]
) -> None:
    """Each issue is one of ours here, so that whatever is told of it has to lead to a look at its present address."""
    changes = payload.get("changes") or {}
    issue = payload.get("issue", {})
    is_ours = event in ISSUE_EVENTS and "pull_request" not in issue
    if is_ours:
        old = TicketRef("github", f"{payload['repository']['full_name']}#{issue['number']}")
        place = changes.get("new_repository", payload["repository"])["full_name"]
        new = TicketRef("github", f"{place}#{changes.get('new_issue', issue)['number']}")
        known_failure(rig, old)
    answer = rig.deliver(payload, event=event)
    assert answer.status_code in (200, 202), answer.text
    if not is_ours:
        assert rig.program.ledger.inbox.is_empty()
        return
    assert rig.program.ledger.inbox.get(new) is not None
    assert rig.program.ledger.cases.roots_of(new) == rig.program.ledger.cases.roots_of(old) != []


@pytest.mark.parametrize("raw", from_jira())
def test_every_real_delivery_of_jira_is_answered_and_noted(rig: Rig, raw: bytes) -> None:
    payload = json.loads(raw)
    items = payload.get("changelog", {}).get("items", ())
    moved = next((item["fromString"] for item in items if item["field"] == "Key"), "")
    key = payload.get("issue", {}).get("key", "")
    if key:
        known_failure(rig, TicketRef("jira", moved or key))
    answer = rig.post("/webhooks/jira", raw, {"X-Hub-Signature": signature(raw)})
    assert (answer.status_code, answer.json()) == (202, {"status": "will be looked at"})
    waiting = rig.program.ledger.inbox.claim(rig.program.clock.now(), rig.program.clock.now(), 10)
    if key:
        assert waiting == [TicketRef("jira", key)]
    else:
        assert [ref.key.isdigit() for ref in waiting] == [True], "a bare id cannot be told from a stranger's"


def test_a_greeting_is_answered_kindly_and_leaves_nothing_behind(rig: Rig) -> None:
    answer = rig.deliver({"zen": "Keep it logically awesome.", "hook_id": 7}, event="ping")
    assert answer.status_code == 200
    assert "signature is right" in answer.json()["status"]
    assert rig.hints == 0


@pytest.mark.parametrize("event", ["push", "workflow_run", "star", "", "x" * 200])
def test_an_event_that_nobody_knows_is_ignored_politely(rig: Rig, event: str) -> None:
    answer = rig.deliver({"action": "created"}, event=event)
    assert (answer.status_code, answer.json()) == (202, {"status": "nothing in it for us"})


# --- about a whole place --------------------------------------------------------------------------

RENAMED = {"action": "edited", "label": {"name": "outage"}, "changes": {"name": {"from": "failure"}}}


@pytest.mark.parametrize(
    ("event", "payload", "asked"),
    [
        pytest.param("label", RENAMED, ["github:acme/shop"], id="the-failure-label-renamed"),
        pytest.param(
            "label", {"action": "deleted", "label": {"name": "Failure"}}, ["github:acme/shop"], id="and-deleted"
        ),
        pytest.param("label", {"action": "deleted", "label": {"name": "wish"}}, [], id="another-label"),
        pytest.param("label", {"action": "created", "label": {"name": "failure"}}, [], id="a-new-label"),
        pytest.param("repository", {"action": "archived"}, ["github:acme/shop"], id="archived"),
        pytest.param(
            "repository",
            {
                "action": "renamed",
                "repository": {"full_name": "acme/store"},
                "changes": {"repository": {"name": {"from": "Shop"}}},
            },
            ["github:acme/shop"],
            id="renamed-from-the-name-that-is-configured",
        ),
        pytest.param(
            "repository", {"action": "deleted", "repository": {"full_name": "acme/other"}}, [], id="of-a-stranger"
        ),
    ],
)
def test_what_befalls_a_place_has_it_polled_at_once(
    rig: Rig, event: str, payload: dict[str, Any], asked: list[str]
) -> None:
    rig.program.poller.poll_due()
    answer = rig.deliver({"repository": {"full_name": "acme/shop"}, **payload}, event=event)
    assert answer.status_code == 202
    assert list(rig.program.ledger.inbox.asked()) == asked
    assert rig.hints == len(asked)


def test_a_place_that_was_told_of_is_polled_once_and_its_open_cases_are_looked_at(rig: Rig, company: Sandbox) -> None:
    """Nothing of it moves an issue's own date, so that the poll itself would pass them over."""
    program = rig.program
    program.poller.poll_due()
    known_failure(rig, REF)
    program.ledger.cases.open_case("elsewhere", TicketRef("jira", "OPS-1"), "2", "Down", program.clock.now())
    program.ledger.inbox.ring(program.clock.now(), 10)
    rig.deliver({**RENAMED, "repository": {"full_name": "acme/shop"}}, event="label")
    rig.deliver({**RENAMED, "repository": {"full_name": "acme/shop"}}, event="label")
    before = company.counts.reads()
    program.poller.poll_due()
    first = company.counts.reads() - before
    assert first > 0
    assert [row.failure for row in program.ledger.cases.all() if row.wake_at] == [REF]
    program.poller.poll_due()
    assert company.counts.reads() - before == first, "it is answered: the next turn comes when it is due"


# --- a secret in the address ----------------------------------------------------------------------

OPS = json.dumps({"webhookEvent": "jira:issue_created", "issue": {"id": "7", "key": "OPS-7"}}).encode()
LABELLED = {"webhookEvent": "jira:issue_updated", "issue": {"key": "OPS-7", "fields": {"labels": ["failure"]}}}


def test_a_tracker_that_cannot_sign_is_believed_by_the_secret_in_the_address(rig: Rig) -> None:
    known_failure(rig, TicketRef("jira", "OPS-7"))
    answer = rig.post(f"/webhooks/jira/{WEBHOOK_SECRET}", OPS)
    assert (answer.status_code, answer.json()) == (202, {"status": "will be looked at"})
    assert rig.post(f"/webhooks/jira/{WEBHOOK_SECRET}", OPS).json() == {"status": "seen before"}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        pytest.param("/webhooks/jira/wrong", {}, 401, id="another-secret"),
        pytest.param(f"/webhooks/jira/{WEBHOOK_SECRET}x", {}, 401, id="a-longer-one"),
        pytest.param(f"/webhooks/jira/{WEBHOOK_SECRET}/", {}, 401, id="with-a-slash-behind"),
        pytest.param(f"/webhooks/jira/{WEBHOOK_SECRET}/more", {}, 401, id="with-more-behind"),
        pytest.param("/webhooks/jira/%ff%00", {}, 401, id="no-text"),
        pytest.param("/webhooks/jira/", {}, 401, id="none"),
        pytest.param("/webhooks/jira", {}, 401, id="neither-secret-nor-signature"),
        pytest.param("/webhooks/jira/wrong", {"X-Hub-Signature": signature(OPS)}, 401, id="wrong-though-signed"),
        pytest.param(
            f"/webhooks/jira/{WEBHOOK_SECRET}", {"X-Hub-Signature": signature(OPS, "x")}, 401, id="right-but-missigned"
        ),
        pytest.param(f"/webhooks/github/{WEBHOOK_SECRET}", {}, 401, id="a-tracker-that-signs"),
        pytest.param(f"/webhooks/gitlab/{WEBHOOK_SECRET}", {}, 404, id="no-tracker-of-ours"),
        pytest.param(f"/webhooks/jira/{'x' * 20_000}", {}, 401, id="very-long"),
    ],
)
def test_a_wrong_secret_in_the_address_is_refused_like_a_wrong_signature(
    rig: Rig, path: str, headers: dict[str, str], status: int
) -> None:
    """P11: the same words for whatever is wrong, and nothing is kept."""
    answer = rig.post(path, OPS, headers)
    assert answer.status_code == status
    assert answer.json() == {"status": "no such tracker" if status == 404 else "the signature is missing or wrong"}
    assert rig.program.ledger.inbox.is_empty()


def test_looking_at_an_address_with_a_secret_tells_nothing_of_it(rig: Rig) -> None:
    right, wrong = (rig.get(f"/webhooks/jira/{secret}") for secret in (WEBHOOK_SECRET, "wrong"))
    assert (right.status_code, right.text, dict(right.headers).keys()) == (405, wrong.text, dict(wrong.headers).keys())


def test_a_secret_in_an_address_is_logged_nowhere_even_a_wrong_one(rig: Rig) -> None:
    """P11: whoever mistypes a secret wrote most of it. Every logger is as talkative here as it can be."""
    secrets = (WEBHOOK_SECRET, "mistyped-secret")
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    set_up_logs((), level="DEBUG", stream=stream)  # no secret is known here that could be masked
    root.setLevel(logging.DEBUG)
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # that is who sends
    try:
        for secret in secrets:
            for path in (f"/webhooks/jira/{secret}", f"/webhooks/github/{secret}", f"/webhooks/gitlab/{secret}"):
                rig.post(path, OPS)
                rig.post(path, b"{")
                rig.post(path, b"x" * 3_000_000)
                rig.get(path)
        answers = rig.get("/metrics").text + rig.get("/readyz").text
    finally:
        root.handlers, root.level = handlers, level
    told = stream.getvalue()
    assert "deliveries are refused" in told, "the log does work"
    assert [secret for secret in secrets if secret in told or secret in answers] == []


# --- what an answer costs -------------------------------------------------------------------------


GRAVE = {**PAYLOAD, "issue": {"number": 7, "labels": [{"name": "failure"}, {"name": "sev1"}]}}


@pytest.mark.parametrize(
    ("payload", "known", "counts_for"),
    [
        pytest.param(GRAVE, 3, 1, id="graver"),
        pytest.param({**GRAVE, "issue": {**GRAVE["issue"], "number": 8}}, 3, 3, id="another-ticket"),
        pytest.param({**PAYLOAD, "issue": {"number": 7, "labels": [{"name": "sev3"}]}}, 2, 2, id="milder"),
        pytest.param(PAYLOAD, 3, 3, id="its-labels-do-not-say"),
        pytest.param(GRAVE, 0, 0, id="never-looked-at"),
    ],
)
def test_a_case_counts_for_as_grave_as_its_failure_is_told_to_be(
    rig: Rig, payload: dict[str, Any], known: int, counts_for: int
) -> None:
    """Where the tracker is spared, only the look of what is grave does not wait."""
    known_failure(rig, REF)
    (root,), cases, now = rig.program.ledger.cases.roots_of(REF), rig.program.ledger.cases, rig.program.clock.now()
    assert cases.lease(root, "look", now, now + dt.timedelta(minutes=1))
    cases.settle(root, "look", now, severity=known)
    assert rig.deliver(payload).status_code == 202
    row = cases.get(root)
    assert row is not None
    assert row.severity == counts_for


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        pytest.param("issues", PAYLOAD, id="a-failure"),
        pytest.param("issues", GRAVE, id="a-grave-failure"),
        pytest.param("issues", {**PAYLOAD, "issue": {"number": 7, "labels": []}}, id="a-ticket-of-ours"),
        pytest.param("label", {**RENAMED, "repository": {"full_name": "acme/shop"}}, id="a-label"),
        pytest.param("issues", {**PAYLOAD, "issue": {"number": 8, "labels": []}}, id="a-stranger"),
        pytest.param("push", {}, id="nothing-to-us"),
    ],
)
def test_an_answer_asks_no_tracker_and_writes_to_the_ledger_at_most_once(
    rig: Rig, company: Sandbox, event: str, payload: dict[str, Any]
) -> None:
    """Whatever a tracker or the ledger takes is in an answer's time, and a sender does not wait for long."""
    rig.program.poller.poll_due()
    known_failure(rig, REF)
    asked, seen = company.counts.reads(), Counter[str]()
    engine = rig.program.ledger.engine

    def began(_connection: object) -> None:
        seen["transactions"] += 1

    def executed(*args: Any) -> None:
        seen["writing"] += args[2].lstrip().upper().startswith(("INSERT INTO DELIVERIES",))
        seen["statements"] += 1

    database_event.listen(engine, "begin", began)
    database_event.listen(engine, "before_cursor_execute", executed)
    assert rig.deliver(payload, event=event).status_code == 202
    assert company.counts.reads() == asked
    assert seen["writing"] <= 1
    assert seen["transactions"] <= 2, "one that looks whether it is ours, and the one that notes it"
    assert seen["statements"] <= 6
