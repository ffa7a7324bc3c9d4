"""Wake-ups are rows: none is lost, whoever rings, and a backlog rings in order."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.refs import TicketRef
from tests.worker.ledger.samples import (
    HOUR,
    MINUTE,
    NOW,
    ONE,
    ROOT,
    THREE,
    TWO,
    at_once,
    due,
    sleeping,
)
from worker.ledger import Ledger


def test_a_wake_up_that_has_come_becomes_a_hint_and_is_spent(ledger: Ledger) -> None:
    sleeping(ledger, ROOT, ONE, NOW + HOUR)
    assert ledger.inbox.ring(NOW + HOUR - MINUTE, 9) == 0
    assert ledger.inbox.ring(NOW + HOUR, 9) == 1
    assert due(ledger, NOW + HOUR) == [ONE]
    assert ledger.inbox.ring(NOW + HOUR, 9) == 0


def test_a_backlog_rings_the_longest_due_first_and_in_portions(ledger: Ledger) -> None:
    sleeping(ledger, "a", ONE, NOW + 3 * MINUTE)
    sleeping(ledger, "b", TWO, NOW + 1 * MINUTE)
    sleeping(ledger, "c", THREE, NOW + 2 * MINUTE)
    assert ledger.inbox.ring(NOW + HOUR, 2) == 2
    assert set(due(ledger, NOW + HOUR)) == {TWO, THREE}
    assert ledger.cases.next_wake() == NOW + 3 * MINUTE


def test_two_schedulers_at_once_lose_no_wake_up(ledger: Ledger) -> None:
    """A wake-up is either still stored or already a hint, whoever rings (P6)."""
    for number in range(40):
        sleeping(ledger, f"root{number}", TicketRef("github", f"acme/shop#{number}"), NOW)
    at_once(4, lambda _: ledger.inbox.ring(NOW, 100))
    ledger.inbox.ring(NOW, 100)
    assert len(due(ledger, NOW)) == 40
    assert ledger.cases.next_wake() is None


def test_two_schedulers_at_once_lose_no_hint(ledger: Ledger) -> None:
    ledger.inbox.put([TicketRef("github", f"acme/shop#{number}") for number in range(40)], NOW)
    claimed = at_once(4, lambda _: ledger.inbox.claim(NOW, NOW + MINUTE, 100))
    claimed.append(ledger.inbox.claim(NOW, NOW + MINUTE, 100))
    refs = [ref for part in claimed for ref in part]
    assert len(refs) == len(set(refs)) == 40


@pytest.mark.parametrize(
    ("asleep_until", "expected"),
    [
        pytest.param(NOW + HOUR, NOW + MINUTE, id="earlier than it would have"),
        pytest.param(NOW, NOW, id="but never later"),
        pytest.param(None, NOW + MINUTE, id="where it would not have woken at all"),
    ],
)
def test_a_case_can_be_woken_early(ledger: Ledger, asleep_until: dt.datetime | None, expected: dt.datetime) -> None:
    sleeping(ledger, ROOT, ONE, asleep_until)
    ledger.cases.wake(ROOT, NOW + MINUTE)
    assert ledger.cases.next_wake() == expected


def test_opening_a_case_again_changes_nothing(case: Ledger) -> None:
    sleeping(case, ROOT, ONE, NOW + HOUR)
    case.cases.open_case(ROOT, ONE, "901", "Another title", NOW + MINUTE)
    row = case.cases.get(ROOT)
    assert row
    assert (row.title, row.wake_at) == ("Checkout is down", NOW + HOUR)
