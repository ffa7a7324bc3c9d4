"""Stopping between two effects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from rules.refs import TicketRef
from worker.apply import LeaseLost
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.steps import Step
from worker.stopping import Stopping

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(seconds=90)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    ledger = open_memory_ledger()
    ledger.cases.open_case("root", TicketRef("github", "acme/shop#7"), "1", "Checkout is down", NOW)
    yield ledger
    ledger.close()


@pytest.fixture
def stopping() -> Stopping:
    return Stopping(lambda: "token")


@pytest.mark.parametrize("step", list(Step))
def test_nothing_is_interrupted_before_somebody_asks(stopping: Stopping, step: Step) -> None:
    stopping.token()
    stopping.reached(step, "root")


@pytest.mark.parametrize("step", [Step.SENDING, Step.ANSWERED, Step.SETTLED])
def test_a_request_under_way_is_answered_and_recorded_first(stopping: Stopping, step: Step) -> None:
    """P3: between sending and confirming nothing is cut."""
    stopping.ask()
    stopping.reached(step, "say")


@pytest.mark.parametrize("step", [Step.FETCHED, Step.DECIDED, Step.INTENDED, Step.CONFIRMED])
def test_a_look_ends_at_its_next_safe_step(stopping: Stopping, step: Step) -> None:
    stopping.ask()
    with pytest.raises(LeaseLost):
        stopping.reached(step, "root")


def test_a_case_that_an_interrupted_look_held_is_free_and_due_at_once(stopping: Stopping, ledger: Ledger) -> None:
    assert ledger.cases.lease("root", stopping.token(), NOW, LATER)
    stopping.reached(Step.LEASED, "root")
    assert not ledger.cases.lease("root", "another", NOW, LATER)
    stopping.ask()
    with pytest.raises(LeaseLost):
        stopping.reached(Step.CONFIRMED, "say")
    assert stopping.hand_back(ledger, NOW) == 1
    assert ledger.cases.lease("root", "another", NOW, LATER)
    assert ledger.cases.next_wake() == NOW


def test_a_case_whose_request_is_still_on_its_way_is_not_handed_back(stopping: Stopping, ledger: Ledger) -> None:
    """P3: whoever took it now would read back too early, and write a second time."""
    assert ledger.cases.lease("root", stopping.token(), NOW, LATER)
    stopping.reached(Step.LEASED, "root")
    stopping.ask()
    stopping.reached(Step.SENDING, "say")
    assert stopping.hand_back(ledger, NOW) == 0
    assert not ledger.cases.lease("root", "another", NOW, LATER)


def test_a_case_that_was_released_is_not_handed_back(stopping: Stopping, ledger: Ledger) -> None:
    stopping.token()
    stopping.reached(Step.LEASED, "root")
    stopping.reached(Step.RELEASED, "root")
    assert stopping.hand_back(ledger, NOW) == 0
