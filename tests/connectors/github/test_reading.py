"""A GitHub issue as facts: in how many requests it is read, and what is made of each of its fields."""

from __future__ import annotations

import pytest

from connectors.errors import Gone
from connectors.github.tracker import GitHubTracker
from rules.facts import Actor, ActorKind, Audience, ChangeKind, Marker, Resolution, Status, Ticket
from rules.refs import TicketRef
from tests.connectors.github.company import SHOP, Company, new_tracker
from tests.connectors.github.conftest import CODEC, MARKER, NOW, SEVEN, issue_json
from tests.connectors.github.scripted import Reply, Scripted

OTHER = Marker(case=MARKER.case, key="zzzzzzzzzz234567zzzz", kind="action", extra="item")


def test_a_ticket_is_fetched_with_its_fields(acme: Company) -> None:
    opened = acme.open(labels=("failure", "sev1"))
    acme.site.assign("ada", opened.key, ("ben",))
    acme.pass_time(60)
    acme.site.close("ben", opened.key, "not_planned")
    ticket = acme.tracker.fetch_ticket(acme.ref(opened))
    assert (ticket.uid, ticket.title, ticket.body) == (str(opened.uid), "Checkout was down", "For an hour.")
    assert (ticket.status, ticket.resolution) == (Status.DONE, Resolution.NOT_PLANNED)
    assert ticket.reporter == Actor("ada", "ada")
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    assert ticket.labels == ("failure", "sev1")
    assert (ticket.created_at, ticket.closed_at) == (NOW, acme.sandbox.clock.now())
    assert (ticket.due_on, ticket.audience, ticket.marker) == (None, Audience.PUBLIC, None)
    assert ticket.url == f"{acme.sandbox.url('github')}/acme/shop/issues/1"


def test_a_tickets_history_comes_in_order_of_time(acme: Company) -> None:
    key = acme.open(labels=("failure",)).key
    steps = [
        lambda: acme.site.assign("ada", key, ("ben",)),
        lambda: acme.site.remove_label("ada", key, "failure"),
        lambda: acme.site.set_title("ada", key, "Checkout was down twice"),
        lambda: acme.site.reference("ben", key, "0123456789abcdef0123456789abcdef01234567"),
        lambda: acme.site.reference("ben", key, "acme/shop/pull/12"),
        lambda: acme.site.close("ben", key),
        lambda: acme.site.reopen("robo[bot]", key),
        lambda: acme.site.assign("ada", key, ()),
        lambda: acme.site.lock_ticket("ada", key, True),
    ]
    for step in steps:
        acme.pass_time(1)
        step()
    changes = acme.tracker.fetch_ticket(TicketRef("github", key)).changes
    assert [(change.kind, change.old, change.new) for change in changes] == [
        (ChangeKind.OPENED, "", ""),
        (ChangeKind.LABELLED, "", "failure"),
        (ChangeKind.ASSIGNED, "", "ben"),
        (ChangeKind.UNLABELLED, "failure", ""),
        (ChangeKind.RENAMED, "Checkout was down", "Checkout was down twice"),
        (ChangeKind.REFERENCED, "", "0123456789abcdef0123456789abcdef01234567"),
        (ChangeKind.REFERENCED, "", "acme/shop#12"),
        (ChangeKind.CLOSED, "", "completed"),
        (ChangeKind.REOPENED, "", ""),
        (ChangeKind.UNASSIGNED, "ben", ""),
        (ChangeKind.OTHER, "", ""),
    ]
    assert changes[8].actor.kind is ActorKind.BOT
    assert len({change.id for change in changes}) == len(changes)
    assert acme.tracker.fetch_ticket(TicketRef("github", key)).changes == changes, "ids are stable"


def test_a_machine_that_github_takes_for_a_person_is_a_bot_by_our_configuration(acme: Company) -> None:
    """P5: in whatever capitals it is written there, and in whatever way the tickets are read."""
    keys = [acme.open().key for _ in range(2)]
    for key in keys:
        acme.site.assign("ben", key, ("ben",))
        acme.site.assign("ada", key, ("ada",))
        acme.site.comment_on("ben", key, "The build is red.")
    tracker = new_tracker(acme.sandbox, "aftermath", 5, acme.waits, bots=("BEN",))
    refs = [TicketRef("github", key) for key in keys]
    for ticket in (tracker.fetch_ticket(refs[0]), *tracker.fetch_tickets(refs).values()):
        assert isinstance(ticket, Ticket)
        assert {change.actor.account for change in ticket.changes if change.is_progress} == {"ada"}
        assert [comment.author.kind for comment in ticket.comments] == [ActorKind.BOT]


def test_comments_tell_author_edit_and_marker(acme: Company) -> None:
    ref = acme.ref(acme.open())
    acme.site.comment_on("ada", ref.key, "On it.")
    acme.pass_time(1)
    ours = acme.tracker.post_comment(ref, "A reminder.", MARKER)
    acme.pass_time(1)
    acme.tracker.edit_comment(ref, ours, "A reminder, edited.", MARKER)
    first, second = acme.tracker.fetch_ticket(ref).comments
    assert (first.author.account, first.body, first.edited_at, first.marker) == ("ada", "On it.", None, None)
    assert (second.id, second.author.kind, second.body) == (ours, ActorKind.OURS, "A reminder, edited.")
    assert (second.marker, second.edited_at) == (MARKER, acme.sandbox.clock.now())


def test_a_marker_that_somebody_copied_is_not_believed(acme: Company) -> None:
    """P3, P11: only what our own account wrote carries a marker, and nobody sees it in the text."""
    stolen = CODEC.hide("Mine now.", MARKER, 1000)
    opened = acme.site.open_ticket("ben", "acme/shop", "Copy", stolen, labels=("aftermath",))
    acme.site.comment_on("ben", opened.key, stolen)
    ticket = acme.tracker.fetch_ticket(acme.ref(opened))
    assert (ticket.marker, ticket.comments[0].marker) == (None, None)
    assert (ticket.body, ticket.comments[0].body) == ("Mine now.", "Mine now.")
    assert acme.tracker.find_comments(acme.ref(opened), MARKER.key) == ()
    assert acme.tracker.find_opened(SHOP, MARKER.key, acme.tracker.bookmark(SHOP)) == ()
    assert [found.marker for found in acme.tracker.labelled(SHOP, "aftermath")] == [None]


def test_a_deleted_account_is_the_person_ghost(acme: Company) -> None:
    opened = acme.open(by="eve")
    del acme.site.accounts["eve"]
    assert acme.tracker.fetch_ticket(acme.ref(opened)).reporter == Actor("ghost", "ghost")


@pytest.mark.parametrize("key", ["acme/shop#99", "acme/nowhere#1"])
def test_a_ticket_that_is_not_there_is_gone(acme: Company, key: str) -> None:
    with pytest.raises(Gone):
        acme.tracker.fetch_ticket(TicketRef("github", key))


def test_comments_that_the_history_leaves_out_are_listed_and_no_others(
    server: Scripted, tracker: GitHubTracker
) -> None:
    """P7: a server that tells no comments in its timeline must not hide what people say."""
    said = {"id": 5, "user": {"login": "ada"}, "body": "/ack", "created_at": "2026-11-02T08:10:00Z"}
    more = {**said, "id": 6, "body": "/help", "created_at": "2026-11-02T08:20:00Z"}
    server.on("GET", "/repos/acme/shop/issues/7", Reply(body=issue_json(comments=2)))
    server.on("GET", "/repos/acme/shop/issues/7/timeline", Reply(body=[{**said, "event": "commented"}]))
    server.on("GET", "/repos/acme/shop/issues/7/comments", Reply(body=[said, more]))
    assert [(one.id, one.body) for one in tracker.fetch_ticket(SEVEN).comments] == [("5", "/ack"), ("6", "/help")]


def test_comments_are_not_listed_where_the_history_tells_them_all(server: Scripted, tracker: GitHubTracker) -> None:
    said = {"id": 5, "user": {"login": "ada"}, "body": "/ack", "created_at": "2026-11-02T08:10:00Z"}
    server.on("GET", "/repos/acme/shop/issues/7", Reply(body=issue_json(comments=1)))
    server.on("GET", "/repos/acme/shop/issues/7/timeline", Reply(body=[{**said, "event": "commented"}]))
    tracker.fetch_ticket(SEVEN)
    assert server.count("GET", "/repos/acme/shop/issues/7/comments") == 0
