"""A case has one holder at a time, and a lease has an end."""

from __future__ import annotations

import datetime as dt

from tests.worker.ledger.samples import (
    HOUR,
    MINUTE,
    NOW,
    ROOT,
    at_once,
)
from worker.ledger import Ledger


def test_a_case_has_one_holder(case: Ledger) -> None:
    assert case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    assert not case.cases.lease(ROOT, "you", NOW, NOW + MINUTE)
    assert case.cases.is_leased(NOW)


def test_of_many_who_ask_at_once_one_gets_it(case: Ledger) -> None:
    taken = at_once(8, lambda index: case.cases.lease(ROOT, f"worker-{index}", NOW, NOW + MINUTE))
    assert taken.count(True) == 1


def test_a_lease_that_ran_out_can_be_taken(case: Ledger) -> None:
    """Its holder died, or stalled: a lease is data with an end (P6)."""
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    assert not case.cases.lease(ROOT, "you", NOW + MINUTE - dt.timedelta(seconds=1), NOW + HOUR)
    assert case.cases.lease(ROOT, "you", NOW + MINUTE, NOW + HOUR)
    assert not case.cases.renew(ROOT, "me", NOW + MINUTE, NOW + HOUR)


def test_a_lease_that_ran_out_is_not_renewed_even_where_nobody_took_it(case: Ledger) -> None:
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    assert case.cases.renew(ROOT, "me", NOW, NOW + 2 * MINUTE)
    assert not case.cases.renew(ROOT, "me", NOW + 2 * MINUTE, NOW + HOUR)


def test_only_its_holder_gives_a_lease_back(case: Ledger) -> None:
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    case.cases.release(ROOT, "you")
    assert not case.cases.lease(ROOT, "you", NOW, NOW + MINUTE)
    case.cases.release(ROOT, "me")
    assert case.cases.lease(ROOT, "you", NOW, NOW + MINUTE)


def test_who_lost_the_case_settles_nothing(case: Ledger) -> None:
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    case.cases.lease(ROOT, "you", NOW + MINUTE, NOW + HOUR)
    case.cases.settle(ROOT, "me", NOW + MINUTE, wake_at=None, problem="mine")
    row = case.cases.get(ROOT)
    assert row
    assert (row.wake_at, row.problem) == (NOW, "")
