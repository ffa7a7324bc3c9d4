"""Of several schedulers one is at work: on SQLite and on PostgreSQL, under a clock that we drive."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.sandbox.clock import SandboxClock
from worker.ledger import Ledger
from worker.parts.leading import LEAD, RENEW_EVERY_S, Leading

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
RENEW_EVERY = dt.timedelta(seconds=RENEW_EVERY_S)
#: What is promised: so long after a scheduler died another one is at work.
TAKEN_OVER_WITHIN = dt.timedelta(seconds=15)
RIVALS = 8


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(START)


def test_the_first_leads_and_the_second_stands_by(ledger: Ledger, clock: SandboxClock) -> None:
    first, second = Leading(ledger, clock), Leading(ledger, clock)
    assert (first.take(), second.take()) == (True, False)
    assert (first.is_leading, second.is_leading) == (True, False)


def test_who_renews_goes_on_leading(ledger: Ledger, clock: SandboxClock) -> None:
    first, second = Leading(ledger, clock), Leading(ledger, clock)
    first.take()
    for _ in range(10):
        clock.advance(RENEW_EVERY)
        assert (first.take(), second.take()) == (True, False)


def test_one_that_died_is_followed_within_15_seconds(ledger: Ledger, clock: SandboxClock) -> None:
    died, follows = Leading(ledger, clock), Leading(ledger, clock)
    died.take()
    while not follows.take():
        clock.advance(RENEW_EVERY)
    assert clock.now() - START <= TAKEN_OVER_WITHIN
    assert LEAD + RENEW_EVERY <= TAKEN_OVER_WITHIN, "whenever in between it died"


def test_one_that_could_not_renew_knows_that_its_time_is_over(ledger: Ledger, clock: SandboxClock) -> None:
    """It asks nobody: the database may be what is away."""
    leading = Leading(ledger, clock)
    leading.take()
    clock.advance(LEAD)
    assert not leading.is_leading


def test_one_that_stops_in_order_is_followed_at_once(ledger: Ledger, clock: SandboxClock) -> None:
    first, second = Leading(ledger, clock), Leading(ledger, clock)
    first.start()
    assert not second.take()
    first.stop()
    assert second.take()
    assert not first.is_leading


def test_one_that_stands_by_hands_nothing_back_when_it_stops(ledger: Ledger, clock: SandboxClock) -> None:
    first, second, third = (Leading(ledger, clock) for _ in range(3))
    first.take()
    second.start()
    second.stop()
    assert not third.take()


def test_of_many_that_begin_at_once_one_leads(ledger: Ledger, clock: SandboxClock) -> None:
    together = threading.Barrier(RIVALS)

    def begin(_: int) -> bool:
        rival = Leading(ledger, clock)
        together.wait(30)
        return rival.take()

    with ThreadPoolExecutor(RIVALS) as threads:
        assert sorted(threads.map(begin, range(RIVALS))) == [False] * (RIVALS - 1) + [True]
