"""What the sandbox's Jira Data Center tells its webhooks, received by a real receiver on loopback.

https://developer.atlassian.com/server/jira/platform/webhooks/
https://confluence.atlassian.com/adminjiraserver/managing-webhooks-938846912.html
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_receiver import Receiver, receiving, told
from tests.connectors.sandbox.jira_rig import START
from tests.connectors.sandbox.jira_server_rig import ServerRig

SECRET = "not-so-secret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def rig(receiver: Receiver) -> Iterator[ServerRig]:
    with ServerRig() as rig:
        rig.sandbox.courier.subscribe("jira", "jira", receiver.url, secret=SECRET)
        yield rig


@pytest.fixture
def key(rig: ServerRig, receiver: Receiver) -> str:
    key = rig.opened(labels=["failure"])
    told(rig, receiver)
    return key


def test_a_ticket_is_told_with_user_names_and_wiki_markup(rig: ServerRig, receiver: Receiver) -> None:
    rig.opened(labels=["failure"], assignee={"name": "ben"}, description="h1. It answers 500.")

    (payload,) = told(rig, receiver)

    fields = payload["issue"]["fields"]
    assert (payload["webhookEvent"], payload["issue_event_type_name"]) == ("jira:issue_created", "issue_created")
    assert (payload["user"]["name"], payload["timestamp"]) == ("ana", int(START.timestamp() * 1000))
    assert (fields["assignee"]["name"], fields["description"]) == ("ben", "h1. It answers 500.")
    assert "accountId" not in json.dumps(payload)


def test_a_change_is_told_with_what_changed(rig: ServerRig, receiver: Receiver, key: str) -> None:
    rig.good("PUT", f"issue/{key}/assignee", {"name": "ben"})

    (payload,) = told(rig, receiver)

    assert (payload["webhookEvent"], payload["issue_event_type_name"]) == ("jira:issue_updated", "issue_assigned")
    (item,) = payload["changelog"]["items"]
    assert (item["field"], item["to"], item["toString"]) == (
        "assignee",
        f"JIRAUSER{rig.site.accounts['ben'].number}",
        "Ben Okri",
    )
    assert "fieldId" not in item


COMMENTS: list[Any] = [
    pytest.param("comment_created", "issue_commented", id="made"),
    pytest.param("comment_updated", "issue_comment_edited", id="edited"),
    pytest.param("comment_deleted", "issue_comment_deleted", id="deleted"),
]


@pytest.mark.parametrize(("event", "kind"), COMMENTS)
def test_a_comment_is_told_by_itself_without_its_ticket_and_then_with_it(
    rig: ServerRig, receiver: Receiver, key: str, event: str, kind: str
) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": "*one*"})
    if event != "comment_created":
        told(rig, receiver)
        verb, body = ("PUT", {"body": "*two*"}) if event == "comment_updated" else ("DELETE", None)
        rig.good(verb, f"issue/{key}/comment/{made['id']}", body)

    alone, whole = told(rig, receiver)

    text = "*two*" if event == "comment_updated" else "*one*"
    assert (alone["webhookEvent"], alone["comment"]["body"], alone["comment"]["author"]["name"]) == (event, text, "ana")
    assert "issue" not in alone
    assert f"/issue/{rig.site.ticket(key).uid}/comment/{made['id']}" in alone["comment"]["self"]
    assert (whole["webhookEvent"], whole["issue_event_type_name"]) == ("jira:issue_updated", kind)
    assert (whole["issue"]["key"], whole["comment"]["id"]) == (key, made["id"])
    left = [one["body"] for one in whole["issue"]["fields"]["comment"]["comments"]]
    assert left == ([] if event == "comment_deleted" else [text])


def test_a_link_is_told_as_a_link_and_as_a_change(rig: ServerRig, receiver: Receiver, key: str) -> None:
    other = rig.opened()
    told(rig, receiver)
    ends = {"inwardIssue": {"key": key}, "outwardIssue": {"key": other}}
    rig.good("POST", "issueLink", {"type": {"name": "Relates"}, **ends})

    made, changed = told(rig, receiver)

    assert (made["webhookEvent"], made["issueLink"]["sourceIssueId"]) == ("issuelink_created", rig.site.ticket(key).uid)
    assert (changed["webhookEvent"], changed["changelog"]["items"][0]["field"]) == ("jira:issue_updated", "Link")


def test_a_delivery_is_signed_over_its_raw_body(rig: ServerRig, receiver: Receiver) -> None:
    rig.opened()
    assert rig.sandbox.wait_idle()

    ((_, headers, raw),) = receiver.got

    assert headers["x-hub-signature"] == "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("where", ["/s3cret", "?secret=s3cret"], ids=["in the path", "in the query"])
def test_before_there_were_signatures_the_secret_stood_in_the_address(receiver: Receiver, where: str) -> None:
    with ServerRig() as rig:
        rig.sandbox.courier.subscribe("jira", "jira", receiver.url + where)
        rig.opened()
        assert rig.sandbox.wait_idle()

        ((path, headers, _),) = receiver.got

        joint = "&" if "?" in where else "?"
        number = rig.site.accounts["ana"].number
        assert path == f"/hooks/jira{where}{joint}user_id=ana&user_key=JIRAUSER{number}"
        assert "x-hub-signature" not in headers
