"""The scheduler's tick before a queue that is slower than what comes in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from rules.refs import TicketRef
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.scheduling import REQUEUE_AFTER, Scheduler

BACKLOG, ROOM = 1_000, 100
#: A worker that ends so many looks between two ticks.
LOOKS_A_TICK = 20
TICK = dt.timedelta(seconds=30)


class Office:
    """A scheduler, a clock that we drive, and a queue that can be seen."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
        self.ledger: Ledger = open_memory_ledger()
        self.queued: list[TicketRef] = []
        self.scheduler = Scheduler(self.ledger, self.queued.append, self, lambda: ROOM - len(self.queued))
        self.ledger.inbox.put([TicketRef("github", f"acme/shop#{n}") for n in range(BACKLOG)], self.time)

    def now(self) -> dt.datetime:
        return self.time

    def work(self) -> set[TicketRef]:
        """End some looks; which tickets were looked at. A hint that is gone already costs nothing."""
        looked_at: set[TicketRef] = set()
        while self.queued and len(looked_at) < LOOKS_A_TICK:
            ref = self.queued.pop(0)
            if hint := self.ledger.inbox.get(ref):
                self.ledger.inbox.done(hint)
                looked_at.add(ref)
        return looked_at


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    yield office
    office.ledger.close()


def test_a_backlog_never_makes_the_queue_grow_beyond_its_room(office: Office) -> None:
    """Each minute all that waits is due again; what has no room stays in the ledger, and comes first next time."""
    looked_at: set[TicketRef] = set()
    longest, ticks = 0, 0
    while not office.ledger.inbox.is_empty():
        office.scheduler.tick()
        longest, ticks = max(longest, len(office.queued)), ticks + 1
        looked_at |= office.work()
        office.time += TICK
        assert ticks <= 2 * BACKLOG / LOOKS_A_TICK, "the backlog is not worked off"
    assert longest == ROOM
    assert len(looked_at) == BACKLOG
    assert ticks == BACKLOG / LOOKS_A_TICK, "no turn was spent on anything twice"


def test_an_emptied_queue_is_filled_again_within_a_minute(office: Office) -> None:
    """P1: nothing is lost, though most of the backlog was never queued."""
    office.scheduler.tick()
    lost = set(office.queued)
    office.queued.clear()
    looked_at: set[TicketRef] = set()
    office.time += REQUEUE_AFTER
    for _ in range(BACKLOG // ROOM):
        office.scheduler.tick()
        looked_at |= set(office.queued)
        office.queued.clear()
    assert lost < looked_at
    assert len(looked_at) == BACKLOG


def test_what_has_no_room_is_left_alone_and_stays_due(office: Office) -> None:
    """A queue that is away has no room at all: its hints are queued in the moment it is back."""
    office.queued += [TicketRef("github", "acme/shop#0")] * ROOM
    assert office.scheduler.tick() == 0
    office.queued.clear()
    assert office.scheduler.tick() == ROOM
