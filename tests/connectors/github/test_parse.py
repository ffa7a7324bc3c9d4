"""GitHub's JSON into facts: the corners that no sandbox shows."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import Temporary
from connectors.github.parse import Reader
from connectors.github.understood import understood
from rules.facts import ActorKind, Audience, Change, ChangeKind, Resolution, Status, TicketLink
from tests.connectors.github.conftest import CODEC, MARKER, issue_json

READER = Reader("github", "Aftermath[bot]", CODEC)
AT = "2026-11-02T08:10:00Z"


def change_of(event: dict[str, Any]) -> Change:
    told = {"created_at": AT, "actor": {"login": "ada"}, **event}
    return READER.ticket(issue_json(), [told], Audience.PUBLIC).changes[-1]


@pytest.mark.parametrize(
    ("user", "account", "kind"),
    [
        pytest.param({"login": "ada", "type": "User"}, "ada", ActorKind.PERSON, id="a-person"),
        pytest.param({"login": "ci", "type": "Bot"}, "ci", ActorKind.BOT, id="a-bot-by-type"),
        pytest.param({"login": "ci[bot]", "type": "User"}, "ci[bot]", ActorKind.BOT, id="a-bot-by-name"),
        pytest.param({"login": "aftermath[bot]", "type": "Bot"}, "aftermath[bot]", ActorKind.OURS, id="ours"),
        pytest.param({"login": "aftermath", "type": "User"}, "aftermath", ActorKind.PERSON, id="a-namesake"),
        pytest.param(None, "ghost", ActorKind.PERSON, id="nobody-left"),
    ],
)
def test_an_actor_is_ours_a_bot_or_a_person(user: dict[str, str] | None, account: str, kind: ActorKind) -> None:
    actor = READER.actor(user)
    assert (actor.account, actor.kind) == (account, kind)


@pytest.mark.parametrize(
    ("more", "status", "resolution"),
    [
        pytest.param({"state": "open", "state_reason": None}, Status.NEW, Resolution.NONE, id="open"),
        pytest.param({"state": "open", "state_reason": "reopened"}, Status.NEW, Resolution.NONE, id="reopened"),
        pytest.param({"state": "closed", "state_reason": None}, Status.DONE, Resolution.COMPLETED, id="closed-of-old"),
        pytest.param(
            {"state": "closed", "state_reason": "duplicate"}, Status.DONE, Resolution.DUPLICATE, id="duplicate"
        ),
        pytest.param(
            {"state": "closed", "state_reason": "not_planned"}, Status.DONE, Resolution.NOT_PLANNED, id="not-planned"
        ),
        pytest.param({"state": "closed", "state_reason": "new"}, Status.DONE, Resolution.COMPLETED, id="a-new-reason"),
    ],
)
def test_status_and_resolution_come_from_state_and_reason(
    more: dict[str, Any], status: Status, resolution: Resolution
) -> None:
    ticket = READER.ticket(issue_json(**more), [], Audience.PUBLIC)
    assert (ticket.status, ticket.resolution) == (status, resolution)


@pytest.mark.parametrize(
    ("event", "kind", "is_progress"),
    [
        pytest.param({"event": "referenced", "commit_id": "abc"}, ChangeKind.REFERENCED, True, id="a-commit"),
        pytest.param({"event": "referenced", "commit_id": None}, ChangeKind.OTHER, False, id="no-commit"),
        pytest.param(
            {"event": "cross-referenced", "source": {"issue": issue_json(9, pull_request={"url": "…"})}},
            ChangeKind.REFERENCED,
            True,
            id="a-pull-request",
        ),
        pytest.param(
            {"event": "cross-referenced", "source": {"issue": issue_json(9)}}, ChangeKind.LINKED, False, id="an-issue"
        ),
        pytest.param({"event": "connected"}, ChangeKind.REFERENCED, True, id="linked-by-hand"),
        pytest.param({"event": "locked"}, ChangeKind.OTHER, False, id="locked"),
        pytest.param({"event": "labeled", "label": None}, ChangeKind.LABELLED, False, id="a-label-that-is-gone"),
    ],
)
def test_an_event_is_progress_only_where_it_is(event: dict[str, Any], kind: ChangeKind, is_progress: bool) -> None:
    """P5: a mention by another issue or a lock moves no clock."""
    change = change_of(event)
    assert (change.kind, change.is_progress) == (kind, is_progress)


def test_whoever_assigned_is_the_actor_not_the_one_assigned() -> None:
    """P5: else our own assigning would look like its new owner's progress."""
    us = {"login": "aftermath[bot]", "type": "Bot"}
    event = {"event": "assigned", "actor": {"login": "ben"}, "assignee": {"login": "ben"}, "assigner": us}
    assert change_of(event).is_progress is False


def test_an_event_that_graphql_would_not_show_is_not_told() -> None:
    """Else it would make a difference which way a ticket was read."""
    events = [{"event": word, "created_at": AT} for word in ("mentioned", "subscribed", "something_new")]
    changes = READER.ticket(issue_json(), events, Audience.PUBLIC).changes
    assert [change.kind for change in changes] == [ChangeKind.OPENED]


def test_an_entrys_id_is_what_happened_and_when_and_no_name_that_may_change() -> None:
    """P3: it becomes part of effects' keys, and accounts and labels are renamed."""
    event = {"id": 77, "event": "unlabeled", "label": {"name": "failure"}}
    renamed = {"id": 78, "event": "unlabeled", "label": {"name": "incident"}, "actor": {"login": "ada-new"}}
    assert change_of(event).id == change_of(renamed).id == f"unlabeled-{AT}"


def test_entries_of_one_second_are_told_apart_and_keep_their_ids_when_others_follow() -> None:
    def ids(*moments: str) -> list[str]:
        events = [{"event": "labeled", "created_at": at, "label": {"name": "x"}} for at in moments]
        return [change.id for change in READER.ticket(issue_json(), events, Audience.PUBLIC).changes[1:]]

    later = "2026-11-02T08:11:00Z"
    assert ids(AT, AT, AT) == [f"labeled-{AT}", f"labeled-{AT}.2", f"labeled-{AT}.3"]
    assert ids(AT, AT, AT, later, later)[:3] == ids(AT, AT, AT)
    assert ids("2026-11-02T09:10:00+01:00") == [f"labeled-{AT}"], "a moment is one however it is written"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param(issue_json(9), "acme/shop#9", id="same-repository"),
        pytest.param(issue_json(9, "acme/vault", repository={"private": True}), "", id="a-private-one"),
        pytest.param(issue_json(9, "acme/vault"), "", id="one-that-does-not-say"),
        pytest.param(issue_json(9, "acme/site", repository={"private": False}), "acme/site#9", id="a-public-one"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_where_a_reference_comes_from_is_told_only_where_everybody_may_know(source: dict[str, Any], told: str) -> None:
    """P14: the name of a private repository stays out of the facts of a ticket that more people read."""
    assert change_of({"event": "cross-referenced", "source": {"issue": source}}).new == told


def test_an_event_without_a_time_is_passed_over() -> None:
    ticket = READER.ticket(issue_json(), [{"event": "committed", "sha": "abc"}, {}], Audience.PUBLIC)
    assert [change.kind for change in ticket.changes] == [ChangeKind.OPENED]


def reference(number: int, repository: str = "acme/shop") -> dict[str, Any]:
    return {"number": number, "title": "…", "state": "open", "repository": {"full_name": repository}}


def event(word: str, at: int, **more: Any) -> dict[str, Any]:
    return {"id": at, "event": word, "created_at": f"2026-11-02T08:{at:02}:00Z", "actor": {"login": "ada"}, **more}


@pytest.mark.parametrize(
    ("more", "events", "links"),
    [
        pytest.param(
            {"parent_issue_url": "https://api.github.com/repos/acme/ops/issues/3"},
            [],
            [TicketLink("acme/ops#3", "parent")],
            id="by-the-field",
        ),
        pytest.param(
            {"parent_issue_url": None},
            [event("parent_issue_added", 1, parent_issue=reference(3))],
            [],
            id="field-says-none",
        ),
        pytest.param(
            {},
            [event("parent_issue_added", 1, parent_issue=reference(3))],
            [TicketLink("acme/shop#3", "parent")],
            id="by-history",
        ),
        pytest.param(
            {},
            [event("parent_issue_added", 1, parent_issue=reference(3)), event("parent_issue_removed", 2)],
            [],
            id="removed-again",
        ),
        pytest.param(
            {},
            [
                event("sub_issue_added", 1, sub_issue=reference(4)),
                event("sub_issue_added", 2, sub_issue=reference(5, "acme/ops")),
                event("sub_issue_removed", 3, sub_issue=reference(4)),
            ],
            [TicketLink("acme/ops#5", "sub-issue")],
            id="sub-issues",
        ),
        pytest.param({}, [event("sub_issue_added", 1, sub_issue=None)], [], id="hidden-from-us"),
    ],
)
def test_links_are_the_parent_and_the_sub_issues(
    more: dict[str, Any], events: list[dict[str, Any]], links: list[TicketLink]
) -> None:
    assert list(READER.ticket(issue_json(**more), events, Audience.PUBLIC).links) == links


def test_a_marker_is_believed_from_our_bot_and_nobody_elses() -> None:
    body = CODEC.hide("Text", MARKER, 1000)
    ours = issue_json(body=body, user={"login": "aftermath[bot]", "type": "Bot"})
    assert READER.found(ours).marker == MARKER
    assert READER.found(issue_json(body=body)).marker is None
    assert READER.found(issue_json(body=body, user=None)).marker is None


def test_a_body_that_is_not_there_is_empty() -> None:
    assert READER.ticket(issue_json(body=None), [], Audience.PUBLIC).body == ""


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"id": float("inf")}, id="an id beyond all bounds"),
        pytest.param({"created_at": "0001-01-01T00:00:00+05:00"}, id="a moment before the first year"),
    ],
)
def test_what_overflows_is_no_form_of_githubs(odd: dict[str, Any]) -> None:
    with pytest.raises(Temporary), understood("acme/shop#7"):
        READER.ticket(issue_json(**odd), [], Audience.PUBLIC)
