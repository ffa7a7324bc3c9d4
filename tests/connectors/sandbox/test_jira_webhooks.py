"""What the sandbox's Jira tells its webhooks, received by a real receiver on loopback."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_receiver import Receiver, receiving, told
from tests.connectors.sandbox.jira_rig import START, Rig, adf

SECRET = "not-so-secret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def rig(receiver: Receiver) -> Iterator[Rig]:
    with Rig() as rig:
        rig.sandbox.courier.subscribe("jira", "jira", receiver.url, secret=SECRET)
        yield rig


@pytest.fixture
def key(rig: Rig, receiver: Receiver) -> str:
    key = rig.opened(labels=["failure"])
    told(rig, receiver)
    return key


def test_a_ticket_opened_with_everything_is_told_once(rig: Rig, receiver: Receiver) -> None:
    rig.opened(labels=["failure", "sev1"], assignee={"id": "ben"}, description=adf("It answers 500."))

    (payload,) = told(rig, receiver)

    fields = payload["issue"]["fields"]
    assert (payload["webhookEvent"], payload["issue_event_type_name"]) == ("jira:issue_created", "issue_created")
    assert (payload["issue"]["key"], fields["labels"], fields["assignee"]["accountId"]) == (
        "OPS-1",
        ["failure", "sev1"],
        "ben",
    )
    assert (payload["user"]["accountId"], payload["timestamp"]) == ("ana", int(START.timestamp() * 1000))
    assert fields["description"] == "It answers 500."


def test_a_delivery_is_signed_over_its_raw_body(rig: Rig, receiver: Receiver) -> None:
    rig.opened()
    assert rig.sandbox.wait_idle()

    ((_, headers, raw),) = receiver.got

    assert headers["x-hub-signature"] == "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()


UPDATES: list[Any] = [
    pytest.param({"fields": {"assignee": {"id": "ben"}}}, ("issue_assigned", ["assignee"]), id="assigned"),
    pytest.param({"update": {"labels": [{"add": "sev1"}]}}, ("issue_updated", ["labels"]), id="label"),
    pytest.param(
        {"fields": {"summary": "x", "assignee": {"id": "ben"}}}, ("issue_updated", ["summary", "assignee"]), id="both"
    ),
]


@pytest.mark.parametrize(("edit", "told_as"), UPDATES)
def test_an_edit_is_told_once_with_what_changed(
    rig: Rig, receiver: Receiver, key: str, edit: Any, told_as: tuple[str, list[str]]
) -> None:
    kind, changed = told_as
    rig.good("PUT", f"issue/{key}", edit)

    (payload,) = told(rig, receiver)

    assert (payload["webhookEvent"], payload["issue_event_type_name"]) == ("jira:issue_updated", kind)
    assert [item["field"] for item in payload["changelog"]["items"]] == changed
    log = rig.good("GET", f"issue/{key}/changelog")["values"]
    assert payload["changelog"]["id"] == log[0]["id"]


def test_a_move_is_told_with_both_statuses(rig: Rig, receiver: Receiver, key: str) -> None:
    rig.good("POST", f"issue/{key}/transitions", {"transition": {"id": "31"}})

    (payload,) = told(rig, receiver)

    status, resolution = payload["changelog"]["items"]
    assert (status["fromString"], status["toString"], resolution["toString"]) == ("To Do", "Done", "Done")
    assert payload["issue_event_type_name"] == "issue_generic"


def test_comments_are_told_as_plain_text_when_made_edited_and_deleted(rig: Rig, receiver: Receiver, key: str) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("one")})
    created = told(rig, receiver)
    rig.good("PUT", f"issue/{key}/comment/{made['id']}", {"body": adf("two")})
    updated = told(rig, receiver)
    rig.good("DELETE", f"issue/{key}/comment/{made['id']}")
    deleted = told(rig, receiver)

    assert [(p["webhookEvent"], p["comment"]["body"]) for p in created + updated + deleted] == [
        ("comment_created", "one"),
        ("comment_updated", "two"),
        ("comment_deleted", "two"),
    ]
    assert (created[0]["issue"]["key"], created[0]["comment"]["author"]["accountId"]) == (key, "ana")


def test_a_link_is_told_as_a_link_and_as_a_change(rig: Rig, receiver: Receiver, key: str) -> None:
    other = rig.opened()
    told(rig, receiver)
    ends = {"inwardIssue": {"key": key}, "outwardIssue": {"key": other}}
    rig.good("POST", "issueLink", {"type": {"name": "Relates"}, **ends})

    made, changed = told(rig, receiver)

    assert (made["webhookEvent"], made["issueLink"]["sourceIssueId"]) == ("issuelink_created", rig.site.ticket(key).uid)
    assert (changed["webhookEvent"], changed["changelog"]["items"][0]["field"]) == ("jira:issue_updated", "Link")


def test_a_property_is_told_to_nobody(rig: Rig, receiver: Receiver, key: str) -> None:
    rig.good("PUT", f"issue/{key}/properties/aftermath", "m")

    assert told(rig, receiver) == []
