"""The overlay: what is written on it reads as it would on the tracker itself, and the tracker behind hears nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Gone, Refused, Temporary
from connectors.memory.network import CleanNetwork
from connectors.memory.tracker import MemoryTracker
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.world import Happening, World
from connectors.tracker import Draft, Link, Tracker
from rules.facts import Change, ChangeKind, Ticket
from rules.refs import Place, TicketRef
from tests.connectors.contract_stage import CODEC, OURS, START, marker
from worker.rehearsal.overlay import NUMBERS_FROM, Overlay

PLACES = {"github": Place("github", "acme/shop"), "jira": Place("jira", "OPS")}
Write = Callable[[Tracker, TicketRef], Any]


class Behind:
    """A site with one failure on it, that Ada owns and Ben commented on."""

    def __init__(self, kind: str) -> None:
        self.clock = SandboxClock(START)
        self.place = PLACES[kind]
        self.site = World(self.clock.now).add_site(kind, kind)
        self.site.add_place(self.place.container)
        for account in ("ada", "ben"):
            self.site.add_account(account, account.title())
        self.site.add_account(OURS, "Aftermath", default_rights="admin")
        self.network = CleanNetwork()
        self.tracker = MemoryTracker(self.site, OURS, CODEC, self.network, self.clock.now)
        opened = self.site.open_ticket(
            "ada", self.place.container, "The shop is down", "It broke.", labels=("failure",), assignees=("ada",)
        )
        self.ref = TicketRef(kind, opened.key)
        self.site.comment_on("ben", opened.key, "Looking at it.")
        self.happened: list[Happening] = []
        self.site.listeners.append(self.happened.append)
        self.clock.advance(dt.timedelta(hours=1))

    def overlay(self) -> Overlay:
        return Overlay(self.tracker, self.place.tracker, self.clock.now, lambda key: f"http://127.0.0.1/{key}")


@pytest.fixture(params=["github", "jira"])
def behind(request: pytest.FixtureRequest) -> Behind:
    return Behind(request.param)


def without_ids(ticket: Ticket) -> Ticket:
    """What does not depend on whose numbers are given, nor on what a status is called: that is each tracker's own."""

    def plain(change: Change) -> Change:
        return replace(change, id="", **({"old": "", "new": ""} if change.kind is ChangeKind.CLOSED else {}))

    return replace(
        ticket,
        changes=tuple(plain(change) for change in ticket.changes),
        comments=tuple(replace(comment, id="") for comment in ticket.comments),
        links=tuple(replace(link, relation="", title="") for link in ticket.links),
    )


def opens_a_post_mortem(tracker: Tracker, ref: TicketRef) -> TicketRef:
    place = PLACES[ref.tracker]
    draft = Draft(place, "Why  was\nthe shop down?", "## What happened", ("aftermath", "post-mortem"), "ben")
    return tracker.open_ticket(replace(draft, due_on=dt.date(2026, 12, 1)), marker(kind="post-mortem")).ref


def says_and_edits(tracker: Tracker, ref: TicketRef) -> None:
    comment = tracker.post_comment(ref, "one", marker(kind="status", extra="one"))
    tracker.edit_comment(ref, comment, "two", marker(kind="status", extra="two"))


def says_twice_and_takes_back(tracker: Tracker, ref: TicketRef) -> None:
    tracker.post_comment(ref, "one", marker(kind="ask"))
    tracker.retract_comment(ref, tracker.post_comment(ref, "one", marker(kind="ask")))


def links_to_another(tracker: Tracker, ref: TicketRef) -> None:
    target = tracker.fetch_ticket(opens_a_post_mortem(tracker, ref))
    link = Link(target.ref, target.uid, target.url, target.title, "sub-issue", "key")
    assert tracker.link(ref, link)


WRITES: list[Any] = [
    pytest.param(lambda t, r: t.post_comment(r, "Hello.", marker(kind="ask")), id="comment"),
    pytest.param(says_and_edits, id="edit"),
    pytest.param(says_twice_and_takes_back, id="retract"),
    pytest.param(lambda t, r: t.add_label(r, "escalated"), id="label"),
    pytest.param(lambda t, r: [t.add_label(r, "escalated") for _ in range(2)], id="label-twice"),
    pytest.param(lambda t, r: t.assign(opens_a_post_mortem(t, r), "ada"), id="assign-a-new-one"),
    pytest.param(lambda t, r: t.close_twin(r, r), id="close-twin"),
]


@pytest.mark.parametrize("write", WRITES)
def test_what_is_written_reads_as_on_the_tracker_itself(behind: Behind, write: Write) -> None:
    overlay = behind.overlay()
    write(overlay, behind.ref)
    pretended = overlay.fetch_ticket(behind.ref)
    assert behind.happened == [], "the tracker behind hears nothing"
    write(behind.tracker, behind.ref)
    assert without_ids(pretended) == without_ids(behind.tracker.fetch_ticket(behind.ref))


def test_a_due_date_reads_as_on_the_tracker_itself_or_is_refused_as_there(behind: Behind) -> None:
    day = dt.date(2026, 12, 1)
    overlay = behind.overlay()
    if behind.place.tracker == "github":
        for tracker in (overlay, behind.tracker):
            with pytest.raises(Refused):
                tracker.set_due(behind.ref, day)
        return
    overlay.set_due(behind.ref, day)
    pretended = overlay.fetch_ticket(behind.ref)
    behind.tracker.set_due(behind.ref, day)
    assert without_ids(pretended) == without_ids(behind.tracker.fetch_ticket(behind.ref))


def test_a_ticket_that_is_opened_reads_as_on_the_tracker_itself_but_for_its_number(behind: Behind) -> None:
    overlay = behind.overlay()
    overlay.fetch_ticket(behind.ref)
    pretended = overlay.fetch_ticket(opens_a_post_mortem(overlay, behind.ref))
    real = behind.tracker.fetch_ticket(opens_a_post_mortem(behind.tracker, behind.ref))
    assert pretended.ref.number > NUMBERS_FROM, "no ticket of theirs can be taken for it"
    assert without_ids(pretended) == without_ids(replace(real, ref=pretended.ref, uid=pretended.uid, url=pretended.url))


def test_a_link_shows_at_both_its_ends_where_it_does_there() -> None:
    behind = Behind("github")
    overlay = behind.overlay()
    links_to_another(overlay, behind.ref)
    child = overlay.fetch_ticket(overlay.opened[0])
    assert [link.target for link in overlay.fetch_ticket(behind.ref).links] == [child.ref.key]
    assert [(link.target, link.relation) for link in child.links] == [(behind.ref.key, "parent")]
    again = Link(child.ref, child.uid, child.url, child.title, "sub-issue", "key")
    assert not overlay.link(behind.ref, again), "it stands already"


def test_ids_markers_and_histories_are_those_of_the_tracker(behind: Behind) -> None:
    """P3: by them it is known what was said."""
    behind.tracker.post_comment(behind.ref, "Said.", marker(kind="ask", extra="said"))
    assert behind.overlay().fetch_ticket(behind.ref) == behind.tracker.fetch_ticket(behind.ref)


def test_the_world_stands_still_once_it_was_read(behind: Behind) -> None:
    overlay = behind.overlay()
    before = overlay.fetch_ticket(behind.ref)
    reads = behind.network.reads
    behind.site.comment_on("ben", behind.ref.key, "Found it.")
    assert overlay.fetch_ticket(behind.ref) == before
    assert overlay.fetch_tickets([behind.ref]) == {behind.ref: before}
    assert behind.network.reads == reads
    for _ in range(2):
        assert overlay.audience(behind.place) == behind.tracker.audience(behind.place)
        assert overlay.has_rights(behind.ref, "ben")
    assert behind.network.reads == reads + 4, "two of them are our own"


def test_a_ticket_that_is_not_there_is_asked_for_once(behind: Behind) -> None:
    overlay, nowhere = behind.overlay(), replace(behind.ref, key=behind.ref.key.replace("1", "99"))
    for _ in range(2):
        with pytest.raises(Gone):
            overlay.fetch_ticket(nowhere)
        assert isinstance(overlay.fetch_tickets([nowhere])[nowhere], Gone)
    assert behind.network.reads == 1


class Away(MemoryTracker):
    """Answers nobody, and counts who asks."""

    asked = 0

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> Any:
        type(self).asked += 1
        raise Temporary("the tracker is away")


def test_a_tracker_that_is_away_is_not_asked_again_and_again(behind: Behind) -> None:
    """In a rehearsal weeks pass in a second: patience would ask it a thousand times."""
    Away.asked = 0
    away = Away(behind.site, OURS, CODEC, behind.network, behind.clock.now)
    overlay = Overlay(away, "github", behind.clock.now, str)
    for _ in range(3):
        with pytest.raises(Temporary):
            overlay.fetch_tickets([behind.ref])
    assert Away.asked == 1
