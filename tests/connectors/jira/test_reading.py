"""A Jira issue as facts: in how many requests it is read, and what is made of each of its fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from connectors.access import Access, Secret
from connectors.errors import Ambiguous, Gone, Refused
from connectors.jira.adf import adf_of
from connectors.jira.tracker import JiraTracker
from connectors.markers import MarkerCodec
from rules.facts import ActorKind, ChangeKind, Resolution, Status
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import CODEC, OPS, START, DataCenterHouse, JiraHouse, draft, marker
from tests.connectors.jira.scripted import Reply, Scripted

# --- a whole ticket ----------------------------------------------------------------------------


def test_whoever_is_called_otherwise_is_so_in_the_history_too() -> None:
    """On Data Center it names people by keys, whose names are known from before."""
    with DataCenterHouse() as house:
        ref = house.opened()
        house.site.assign("ana", ref.key, ("ben",))
        house.site.assign("ana", ref.key, ())
        key = house.tracker.account_now("ben", "").id
        assert {change.old for change in house.tracker.fetch_ticket(ref).changes} >= {"ben"}
        house.site.rename_account("ben", "ben-okri")
        assert house.tracker.account_now("ben", key).account == "ben-okri"
        told = house.tracker.fetch_ticket(ref).changes
        assert {name for change in told for name in (change.old, change.new) if name.startswith("ben")} == {"ben-okri"}


def test_a_ticket_is_read_whole_in_one_request(house: JiraHouse) -> None:
    ref = house.opened(
        title="Checkout is down",
        body=adf_of("- [ ] look"),
        labels=("failure",),
        due_on=dt.date(2026, 11, 9),
        assignees=("ben",),
    )
    house.site.comment_on("ana", ref.key, adf_of("/ack we are on it"))
    house.tracker.who_we_are()
    before = house.tracker.requests.snapshot()
    ticket = house.tracker.fetch_ticket(ref)
    assert house.tracker.requests.snapshot().since(before) == (1, 0)
    assert (ticket.title, ticket.body, ticket.labels) == ("Checkout is down", "- [ ] look", ("failure",))
    assert (ticket.status, ticket.resolution, ticket.due_on) == (Status.NEW, Resolution.NONE, dt.date(2026, 11, 9))
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    assert (ticket.reporter.account, ticket.reporter.kind) == ("ana", ActorKind.PERSON)
    assert [(one.author.account, one.body) for one in ticket.comments] == [("ana", "/ack we are on it")]
    assert (ticket.created_at, ticket.closed_at, ticket.url) == (
        START,
        None,
        f"{house.sandbox.url('jira')}/browse/{ref.key}",
    )


def test_a_ticket_that_is_not_there_is_gone(house: JiraHouse) -> None:
    with pytest.raises(Gone):
        house.tracker.fetch_ticket(TicketRef("jira", "OPS-99"))


@pytest.mark.parametrize("key", ["", "ops-1", "OPS-0", "../myself", "OPS-1/../../x", "OPS-1?x=1", "acme/shop#7"])
def test_what_is_no_key_never_reaches_jira(house: JiraHouse, key: str) -> None:
    with pytest.raises(Refused):
        house.tracker.add_label(TicketRef("jira", key), "x")
    assert house.tracker.requests.snapshot() == (0, 0)


def test_a_moved_ticket_comes_back_under_its_new_key(house: JiraHouse) -> None:
    ref = house.opened()
    ticket = house.tracker.fetch_ticket(TicketRef("jira", house.tracker.fetch_ticket(ref).uid))
    assert ticket.ref == ref


def test_history_tells_who_changed_what(house: JiraHouse) -> None:
    ref = house.opened(labels=("failure",), assignees=("ana",))
    steps: list[tuple[Any, ...]] = [
        ("add_label", "ana", ref.key, "sev1"),
        ("remove_label", "ben", ref.key, "failure"),
        ("assign", "ana", ref.key, ("ben",)),
        ("set_status", "ben", ref.key, "In Progress"),
        ("set_due", "bot", ref.key, dt.date(2026, 12, 1)),
        ("set_title", "ana", ref.key, "Down again"),
        ("set_body", "ana", ref.key, adf_of("because")),
        ("close", "ben", ref.key),
        ("reopen", "other-app", ref.key),
    ]
    for name, *arguments in steps:
        house.later(minutes=1)
        getattr(house.site, name)(*arguments)
    told = [
        (c.kind, c.old, c.new, c.actor.account)
        for c in house.tracker.fetch_ticket(ref).changes
        if c.kind is not ChangeKind.OTHER
    ]
    assert told == [
        (ChangeKind.OPENED, "", "", "ana"),
        (ChangeKind.LABELLED, "", "failure", "ana"),
        (ChangeKind.ASSIGNED, "", "ana", "ana"),
        (ChangeKind.LABELLED, "", "sev1", "ana"),
        (ChangeKind.UNLABELLED, "failure", "", "ben"),
        (ChangeKind.UNASSIGNED, "ana", "", "ana"),
        (ChangeKind.ASSIGNED, "", "ben", "ana"),
        (ChangeKind.STATUS, "To Do", "In Progress", "ben"),
        (ChangeKind.DUE, "", "2026-12-01", "bot"),
        (ChangeKind.RENAMED, "Down", "Down again", "ana"),
        (ChangeKind.DESCRIBED, "", "because", "ana"),
        (ChangeKind.CLOSED, "In Progress", "Done", "ben"),
        (ChangeKind.REOPENED, "Done", "To Do", "other-app"),
    ]


def test_labels_and_assignee_of_the_opening_are_part_of_history(house: JiraHouse) -> None:
    """Jira's changelog is silent about a ticket's birth; a failure is often labelled while it is opened."""
    ref = house.tracker.open_ticket(draft(labels=("failure", "sev1"), assignee="ana"), marker()).ref
    house.later(hours=1)
    house.site.remove_label("ana", ref.key, "sev1")
    house.site.assign("ana", ref.key, ("ben",))
    told = [(c.kind, c.old or c.new, c.actor.account, c.at) for c in house.tracker.fetch_ticket(ref).changes]
    later = START + dt.timedelta(hours=1)
    assert told == [
        (ChangeKind.OPENED, "", "bot", START),
        (ChangeKind.LABELLED, "failure", "bot", START),
        (ChangeKind.LABELLED, "sev1", "bot", START),
        (ChangeKind.ASSIGNED, "ana", "bot", START),
        (ChangeKind.UNLABELLED, "sev1", "ana", later),
        (ChangeKind.UNASSIGNED, "ana", "ana", later),
        (ChangeKind.ASSIGNED, "ben", "ana", later),
    ]


def test_progress_is_a_persons_and_neither_a_bots_nor_ours(house: JiraHouse) -> None:
    """P5: our own writes and other bots' move no clock."""
    ref = house.opened()
    for account in ("ana", "bot", "other-app"):
        house.later(minutes=1)
        house.site.set_due(account, ref.key, (START + dt.timedelta(minutes=len(account))).date())
        house.site.set_due(account, ref.key, None)
    changes = house.tracker.fetch_ticket(ref).changes
    assert {c.actor.account for c in changes if c.is_progress} == {"ana"}
    assert {c.actor.kind for c in changes} == {ActorKind.PERSON, ActorKind.OURS, ActorKind.BOT}


def test_a_machine_that_jira_takes_for_a_person_is_a_bot_by_our_configuration(house: JiraHouse) -> None:
    """P5: in whatever capitals it is written there."""
    ref = house.opened()
    house.site.set_due("ben", ref.key, START.date())
    house.site.set_due("ana", ref.key, None)
    changes = house.connect(bots=("BEN",)).fetch_ticket(ref).changes
    assert {c.actor.account for c in changes if c.is_progress} == {"ana"}


def test_a_changes_ids_are_unique_and_the_same_each_time(house: JiraHouse) -> None:
    ref = house.opened(labels=("a", "b"), assignees=("ana",))
    house.site.assign("ana", ref.key, ("ben",))
    first = [change.id for change in house.tracker.fetch_ticket(ref).changes]
    house.site.add_label("ana", ref.key, "c")
    house.site.remove_label("ana", ref.key, "a")
    second = [change.id for change in house.tracker.fetch_ticket(ref).changes]
    assert len(set(second)) == len(second)
    assert [one for one in second if one in first] == first


def test_a_long_history_and_many_comments_are_read_to_the_end(house: JiraHouse) -> None:
    ref = house.opened()
    for number in range(230):
        house.later(seconds=1)
        house.site.set_title("ana", ref.key, f"title {number}")
        house.site.comment_on("ana", ref.key, adf_of(f"comment {number}"))
    ticket = house.tracker.fetch_ticket(ref)
    renamed = [change.new for change in ticket.changes if change.kind is ChangeKind.RENAMED]
    assert renamed == [f"title {number}" for number in range(230)]
    assert len(ticket.comments) == 230


@pytest.mark.parametrize(
    ("word", "resolution"),
    [
        ("completed", Resolution.COMPLETED),
        ("not_planned", Resolution.NOT_PLANNED),
        ("duplicate", Resolution.DUPLICATE),
        ("", Resolution.COMPLETED),
    ],
)
def test_a_closed_ticket_says_how_and_when(house: JiraHouse, word: str, resolution: Resolution) -> None:
    ref = house.opened()
    house.later(hours=1)
    house.site.close("ana", ref.key, word)
    ticket = house.tracker.fetch_ticket(ref)
    assert (ticket.status, ticket.resolution, ticket.closed_at) == (
        Status.DONE,
        resolution,
        START + dt.timedelta(hours=1),
    )


def test_a_status_of_another_project_or_of_the_past_is_looked_up_and_never_fails() -> None:
    """A ticket that moved brings statuses along that its project does not know; a deleted one nobody knows."""
    histories = [
        {"id": "1", "created": "2026-11-02T10:00:00.000+0100", "author": None, "items": [status_item("3", "50")]},
        {"id": "2", "created": "2026-11-02T10:00:00.000+0100", "author": None, "items": [status_item("50", "404")]},
    ]
    with Scripted() as server:
        server.on("GET", "myself", Reply(body={"accountId": "bot", "displayName": "Aftermath"}))
        server.on("GET", "issue/OPS-1", Reply(body=issue_json(changelog={"total": 2, "histories": histories})))
        server.on("GET", "project/OPS/statuses", Reply(body=[{"statuses": [status_json("3", "new")]}]))
        server.on("GET", "status", Reply(body=[status_json("50", "done")]))
        tracker = JiraTracker("jira", server.url, "u", Access(Secret("t"), timeout_s=1), CODEC, Secret(), lambda: START)
        for _ in range(2):
            ticket = tracker.fetch_ticket(TicketRef("jira", "OPS-1"))
        assert [change.kind for change in ticket.changes[1:]] == [ChangeKind.CLOSED, ChangeKind.REOPENED]
        assert {change.actor.account for change in ticket.changes[1:]} == {"unknown"}
        assert ticket.changes[1].at == dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
        assert len(server.asked("GET", "status")) == 1


def status_item(old: str, new: str) -> dict[str, str]:
    return {
        "field": "status",
        "fieldId": "status",
        "from": old,
        "fromString": f"S{old}",
        "to": new,
        "toString": f"S{new}",
    }


def status_json(status_id: str, category: str) -> dict[str, Any]:
    return {"id": status_id, "name": f"S{status_id}", "statusCategory": {"key": category}}


def issue_json(**more: Any) -> dict[str, Any]:
    """An issue as Jira shows it, as far as anybody looks."""
    at = "2026-11-02T08:00:00.000+0000"
    fields = {"summary": "Down", "status": status_json("7", "indeterminate"), "created": at, "updated": at}
    project = {"id": "10001", "key": "OPS", "projectTypeKey": "service_desk"}
    fields |= {"project": project, "comment": {"comments": [], "total": 0}}
    return {"id": "10100", "key": "OPS-1", "fields": fields, **more}


@pytest.mark.parametrize(
    ("later", "lists"),
    [
        pytest.param(dt.timedelta(minutes=5), 1, id="remembered"),
        pytest.param(dt.timedelta(seconds=20), 2, id="not yet, since another may come in the same moment"),
    ],
)
def test_comments_that_an_answer_leaves_out_are_listed(later: dt.timedelta, lists: int) -> None:
    """P7: an issue without the field is not one without comments."""
    shown = issue_json()
    del shown["fields"]["comment"]
    said = {"id": "7", "author": {"accountId": "ana"}, "body": adf_of("/ack"), "created": shown["fields"]["created"]}
    written = dt.datetime.fromisoformat(shown["fields"]["updated"])
    with Scripted() as server:
        server.on("GET", "myself", Reply(body={"accountId": "bot", "displayName": "Aftermath"}))
        server.on("GET", "issue/OPS-1", Reply(body=shown))
        server.on("GET", "issue/10100/comment", Reply(body={"comments": [said], "total": 1}))
        access = Access(Secret("t"), timeout_s=1)
        tracker = JiraTracker("jira", server.url, "u", access, CODEC, Secret(), lambda: written + later)
        for _ in range(2):
            assert [one.body for one in tracker.fetch_ticket(TicketRef("jira", "OPS-1")).comments] == ["/ack"]
        assert len(server.asked("GET", "issue/10100/comment")) == lists


def test_a_comment_on_a_service_desk_is_internal() -> None:
    """P14: what is said on a request is not mailed to the customer."""
    with Scripted() as server:
        server.on("GET", "project/OPS", Reply(body={"id": "10001", "key": "OPS", "projectTypeKey": "service_desk"}))
        server.on("POST", "issue/OPS-1/comment", Reply(201, {"id": "77"}))
        tracker = JiraTracker("jira", server.url, "u", Access(Secret("t"), timeout_s=1), CODEC, Secret(), lambda: START)
        assert tracker.post_comment(TicketRef("jira", "OPS-1"), "hello", marker()) == "77"
        sent = server.asked("POST", "issue/OPS-1/comment")[0].body
        assert sent["properties"] == [
            {"key": "aftermath", "value": {"marker": CODEC.write(marker())}},
            {"key": "sd.public.comment", "value": {"internal": True}},
        ]


@pytest.mark.parametrize("answer", [{}, {"id": None}, {"id": "x", "key": None}, {"id": "1", "key": "../x"}])
def test_a_created_answer_without_an_address_is_ambiguous(answer: dict[str, Any]) -> None:
    with Scripted() as server:
        server.on("POST", "issue", Reply(201, answer))
        tracker = JiraTracker("jira", server.url, "u", Access(Secret("t"), timeout_s=1), CODEC, Secret(), lambda: START)
        with pytest.raises(Ambiguous):
            tracker.open_ticket(draft(), marker())


def test_a_twin_is_closed_as_a_duplicate_where_the_screen_takes_a_resolution() -> None:
    screen = {"resolution": {"allowedValues": [{"id": "1", "name": "Done"}, {"id": "3", "name": "Duplicate"}]}}
    transitions = [
        {"id": "11", "to": status_json("1", "indeterminate")},
        {"id": "21", "to": status_json("2", "done")},
        {"id": "31", "to": status_json("2", "done"), "fields": screen},
    ]
    with Scripted() as server:
        closed = issue_json()
        closed["fields"]["status"] = status_json("2", "done")
        server.on("GET", "issue/OPS-1", *[Reply(body=issue_json())] * 2, Reply(body=closed))
        server.on("PUT", "issue/OPS-1", Reply(204))
        server.on("GET", "issue/OPS-1/transitions", Reply(body={"transitions": transitions}))
        server.on("POST", "issue/OPS-1/transitions", Reply(204))
        tracker = JiraTracker("jira", server.url, "u", Access(Secret("t"), timeout_s=1), CODEC, Secret(), lambda: START)
        tracker.close_twin(TicketRef("jira", "OPS-1"), TicketRef("jira", "OPS-2"))
        sent = server.asked("POST", "issue/OPS-1/transitions")[0].body
        assert sent == {"transition": {"id": "31"}, "fields": {"resolution": {"id": "3"}}}


# --- markers -----------------------------------------------------------------------------------


def test_what_we_write_carries_its_marker_in_the_same_request(house: JiraHouse) -> None:
    """P3: no moment at which a ticket or comment of ours is there without its marker."""
    ours = house.opened()
    house.tracker.fetch_ticket(ours)
    before = house.tracker.requests.snapshot()
    opened = house.tracker.open_ticket(draft(), marker("opened", "post-mortem"))
    comment = house.tracker.post_comment(opened.ref, "Please look.", marker("said"))
    assert house.tracker.requests.snapshot().since(before) == (0, 2)
    ticket = house.tracker.fetch_ticket(opened.ref)
    assert ticket.marker == marker("opened", "post-mortem") == opened.marker
    assert [(one.id, one.marker) for one in ticket.comments] == [(comment, marker("said"))]
    assert "aftermath" not in ticket.body + ticket.comments[0].body


@pytest.mark.parametrize(
    ("author", "codec", "is_believed"),
    [
        pytest.param("bot", CODEC, True, id="ours"),
        pytest.param("ana", CODEC, False, id="a-copy-by-somebody-else"),
        pytest.param("bot", MarkerCodec("tests", b"another secret"), False, id="wrong-signature"),
        pytest.param("bot", MarkerCodec("elsewhere", b"marker-secret"), False, id="another-installation"),
    ],
)
def test_a_marker_is_believed_where_signature_and_author_are_ours(
    house: JiraHouse, author: str, codec: MarkerCodec, is_believed: bool
) -> None:
    properties = {"aftermath": {"marker": codec.write(marker())}}
    ref = house.opened(actor=author, properties=properties)
    house.site.comment_on(author, ref.key, adf_of("hello"), properties=properties)
    ticket = house.tracker.fetch_ticket(ref)
    assert (ticket.marker is not None, ticket.comments[0].marker is not None) == (is_believed, is_believed)
    assert (house.tracker.find_comments(ref, "klmnopqrst") != ()) is is_believed
    assert (house.tracker.find_opened(OPS, "klmnopqrst", "0") != ()) is is_believed
