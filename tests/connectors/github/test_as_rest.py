"""An issue as GraphQL tells it becomes what REST tells; whatever else comes raises nothing that nobody expects."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.github.as_rest import account_as_rest, events_as_rest, issue_as_rest
from connectors.github.edits import edits_in
from connectors.github.parse import Reader
from connectors.github.threads import Thread, Unrolled
from connectors.github.understood import STRANGE
from rules.facts import Audience, Ticket
from tests.connectors.github.conftest import CODEC, NOW

READER = Reader("github", "aftermath[bot]", CODEC)
AT = "2026-11-02T08:10:00Z"
ADA = {"__typename": "User", "login": "ada"}
BOT = {"__typename": "Bot", "login": "aftermath"}
CHILD = {"number": 9, "repository": {"nameWithOwner": "acme/shop", "isPrivate": False}}
PAGE = {"hasNextPage": False, "endCursor": None, "hasPreviousPage": False, "startCursor": None}


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"__typename": kind, "id": kind, "createdAt": AT, "actor": ADA, **more}


def whole() -> dict[str, Any]:
    """An issue with everything."""
    comment = {"fullDatabaseId": "3000000001", "author": BOT, "body": "Hello", "createdAt": AT, "updatedAt": AT}
    events = [
        event("AssignedEvent", assignee=BOT),
        event("ClosedEvent", stateReason="NOT_PLANNED"),
        event("CrossReferencedEvent", source={**CHILD, "__typename": "PullRequest", "author": ADA}),
        event("LabeledEvent", label={"name": "failure"}),
        event("ParentIssueAddedEvent", parent=CHILD),
        event("ReferencedEvent", commit={"oid": "0123abc"}),
        event("RenamedTitleEvent", previousTitle="a", currentTitle="b"),
        event("SubIssueAddedEvent", subIssue=CHILD),
    ]
    return {
        "id": "I_7", "fullDatabaseId": "3000000000", "number": 7, "url": "https://github.com/acme/shop/issues/7",
        "title": "Down", "body": "For an hour.", "state": "CLOSED", "stateReason": "DUPLICATE", "createdAt": AT,
        "updatedAt": AT, "closedAt": AT, "author": None, "labels": {"nodes": [{"name": "failure"}, None]},
        "assignees": {"nodes": [ADA]}, "parent": CHILD, "subIssues": {"nodes": [CHILD, None]},
        "lastEditedAt": AT, "editor": ADA, "userContentEdits": {"nodes": [{"editedAt": AT, "editor": None}]},
        "comments": {"nodes": [comment], "totalCount": 1, "pageInfo": PAGE},
        "timelineItems": {"nodes": events, "pageInfo": PAGE},
    }  # fmt: skip


def read(told: Any) -> Ticket:
    """What `together` does with an issue, without asking anybody."""
    thread = Unrolled(Thread({}, {}, NOW))
    thread.add_comments(told["comments"])
    thread.add_events(told["timelineItems"])
    events = events_as_rest(list(thread.comments.values()), list(thread.events.values()))
    ticket = READER.ticket(issue_as_rest(told, "acme/shop", events), events, Audience.PUBLIC)
    edits_in(told, ticket.created_at, READER)
    return ticket


def test_an_issue_with_everything_is_read() -> None:
    ticket = read(whole())
    assert (ticket.uid, ticket.comments[0].id) == ("3000000000", "3000000001"), "ids of more than 32 bits"
    assert ticket.changes[0].id == f"opened-{AT}"
    assert len(ticket.changes) == 9
    assert [(link.target, link.relation) for link in ticket.links] == [
        ("acme/shop#9", "parent"),
        ("acme/shop#9", "sub-issue"),
    ]


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        pytest.param(ADA, {"login": "ada", "type": "User"}, id="a person"),
        pytest.param(BOT, {"login": "aftermath[bot]", "type": "Bot"}, id="an App"),
        pytest.param({"__typename": "Bot", "login": "x[bot]"}, {"login": "x[bot]", "type": "Bot"}, id="with suffix"),
        pytest.param(
            {"__typename": "User", "login": "aftermath"}, {"login": "aftermath", "type": "User"}, id="namesake"
        ),
        pytest.param({"__typename": "Mannequin", "login": "m"}, {"login": "m", "type": "Mannequin"}, id="a mannequin"),
        pytest.param(None, None, id="nobody who is left"),
    ],
)
def test_an_account_is_what_rest_would_show(account: dict[str, str] | None, shown: dict[str, str] | None) -> None:
    """P11: a person who is called as our App is must not be taken for us."""
    assert account_as_rest(account) == shown


def places_in(told: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value."""
    yield at
    if isinstance(told, dict | list):
        for key in told if isinstance(told, dict) else range(len(told)):
            yield from places_in(told[key], (*at, key))


PLACES = [place for place in places_in(whole()) if place]
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "24:00", "acme/shop", "<!-- x -->"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["nodes", "login", "id"]), inner),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3))
def test_whatever_stands_anywhere_in_an_answer_it_is_read_or_is_strange(odd: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Never an exception of another kind: what is strange is read by REST."""
    told = copy.deepcopy(whole())
    for place, value in odd:
        _put(told, place, value)
    try:
        ticket = read(told)
    except STRANGE:
        return
    assert isinstance(ticket, Ticket)


def _put(told: Any, place: tuple[Any, ...], value: Any) -> None:
    with suppress(KeyError, TypeError, IndexError):  # an odd value may have taken that place
        for key in place[:-1]:
            told = told[key]
        told[place[-1]] = value
