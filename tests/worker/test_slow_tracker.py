"""A tracker that answers, and takes its time: its cases are looked at all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from connectors.memory.tracker import MemoryTracker
from tests.worker.company import ANN, CODEC, OURS, Company, Weather
from worker.reconcile import LEASE

T = TypeVar("T")
ACTIONS = 14


class SlowWeather(Weather):
    """Every ticket is read so much later than it was asked for."""

    def __init__(self, company: Company, slowness: dt.timedelta) -> None:
        super().__init__()
        self._company = company
        self._slowness = slowness

    def call(self, what: str, is_write: bool, request: Callable[[], T]) -> T:
        if what == "ticket":
            self._company.time += self._slowness
        return super().call(what, is_write, request)


def test_a_case_of_many_tickets_is_read_to_its_end_where_reading_them_takes_longer_than_a_lease() -> None:
    """P7: a lease that ran out in the middle is no trouble that anybody hears of, and the next look would end alike."""
    company = Company()
    failure = company.a_failure("sev2")
    company.settle()
    for number in range(ACTIONS):
        company.says(ANN, failure.key, f"/action Mend number {number}")
    company.settle()
    assert len(company.opened("aftermath")) >= ACTIONS
    slow = SlowWeather(company, LEASE / 8)
    company.tracker = MemoryTracker(company.site, OURS, CODEC, slow, company.now)
    company.start_with(company.ledger)
    company.says(ANN, failure.key, "/snooze 2 business days: we wait for a part")
    company.pass_time(f"{company.now() + dt.timedelta(minutes=20):%m-%d %H:%M}")
    assert company.ledger.inbox.next_due() is None, "nobody ever came to the end of this case"
