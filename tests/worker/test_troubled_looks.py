"""A look that a tracker's trouble ends early: what was to be done by a certain time still is."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.errors import Ambiguous, Temporary
from rules.refs import TicketRef
from tests.worker.company import ANN, Company

SHOP = "acme/shop#1"


@pytest.fixture
def company() -> Company:
    made = Company()
    made.a_failure("sev3")
    made.settle()
    return made


def root_of(company: Company) -> str:
    (case,) = company.ledger.cases.all()
    return case.root


def wake_at(company: Company) -> dt.datetime:
    (case,) = company.ledger.cases.all()
    assert case.wake_at
    return case.wake_at


def test_what_is_to_be_read_back_waits_for_no_longer_patience(company: Company) -> None:
    """P3: the opening's answer is lost, and then the tracker lets itself be read no more."""
    company.weather.when["open"] = Ambiguous("cut")
    company.says(ANN, SHOP, "/action An alert warns us 30 days ahead")
    company.settle()
    due = wake_at(company)
    company.weather.when["ticket"] = Temporary("down")
    for _ in range(5):  # each look that fails would wait twice as long as the one before
        company.says(ANN, SHOP, "Under way.")
        company.settle()
        company.time += dt.timedelta(seconds=10)
    assert company.time < due
    assert wake_at(company) == due


def test_a_retry_that_somebody_asked_for_during_a_troubled_look_is_kept(company: Company) -> None:
    """P7: `aftermath dead retry` says "now", and the end of the look says "in a while"."""
    asked_at = company.time - dt.timedelta(seconds=1)
    before = company.weather.call

    def asks_meanwhile(what: str, is_write: bool, request: object) -> object:
        if what == "ticket":
            company.ledger.cases.wake(root_of(company), asked_at)
            raise Temporary("down")
        return before(what, is_write, request)  # type: ignore[arg-type]

    company.weather.call = asks_meanwhile  # type: ignore[method-assign, assignment]
    company.reconciler.look_at(TicketRef("github", SHOP))
    assert wake_at(company) == asked_at


def test_a_look_that_fails_again_waits_longer(company: Company) -> None:
    """What was due by the time that it failed keeps nobody busy."""
    company.weather.when["ticket"] = Temporary("down")
    company.says(ANN, SHOP, "Under way.")
    waits = []
    for _ in range(3):
        company.reconciler.look_at(TicketRef("github", SHOP))
        waits.append(wake_at(company) - company.time)
        company.time = wake_at(company)
    assert waits == [dt.timedelta(seconds=30), dt.timedelta(seconds=60), dt.timedelta(seconds=120)]
