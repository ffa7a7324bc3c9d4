"""A new installation floods nobody: the brake, the start date, and a plan that writes nothing (P13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from connectors.sandbox.world import TicketState
from rules.effects import Say
from rules.policy import Limits
from rules.refs import TicketRef
from tests.worker.company import ANN, Company, at
from tests.worker.reconcile.stories import FAILURE


def backlog(company: Company, number: int) -> list[TicketState]:
    return [company.a_failure(title=f"Failure {one}") for one in range(number)]


def said_on(company: Company, failures: list[TicketState]) -> int:
    return sum(len(company.kinds(failure.key)) for failure in failures)


def test_the_brake_holds_everything_new_once_too_much_was_said() -> None:
    """An absolute cap per sweep, until a person lifts it; the first status comment on a ticket counts (P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=6))
    failures = backlog(company, 12)
    company.settle()
    assert said_on(company, failures) == 6
    assert "the cap is 6" in company.ledger.installation.brake()
    company.pass_time("03-02 16:00")
    assert said_on(company, failures) == 6


def test_after_resuming_what_was_held_is_said() -> None:
    """Nothing was dropped (P7, P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=16))
    failures = backlog(company, 12)
    company.settle()
    assert company.ledger.installation.brake()
    company.time += dt.timedelta(minutes=5)
    company.ledger.installation.release_brake(company.time)
    company.settle()
    assert [company.kinds(failure.key) for failure in failures] == [["status", "ask"]] * 12
    assert company.ledger.installation.brake() == ""


def test_the_brake_takes_hold_though_the_worker_that_said_too_much_died_before_it_could_pull_it() -> None:
    """What is held must be held until a person says, and not until the sweep has passed (P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=1))
    failure = company.a_failure()
    elsewhere = TicketRef("github", "acme/shop#9")
    said = Say(key="s", case="another.1", rule="r", why="w", ticket=elsewhere, text="t", body="", said="")
    company.ledger.effects.intend([said], company.time)
    company.ledger.effects.sending(said, company.time, "2026-03-02", is_new=True)
    company.settle()
    assert "the cap is 1" in company.ledger.installation.brake()
    company.pass_time("03-02 16:00")
    assert company.kinds(failure.key) == []


def test_an_old_backlog_shows_itself_by_many_cases_at_once() -> None:
    """Above 20 effects the brake looks at the part of all open cases that was touched (P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=1_000))
    backlog(company, 30)
    company.settle()
    assert "open cases had spoken within an hour" in company.ledger.installation.brake()


def test_failures_from_before_the_start_are_left_alone() -> None:
    """A start date keeps a new installation from flooding an old backlog (P13)."""
    company = Company(limits=Limits(start_at=at("03-10 00:00")))
    old = company.a_failure("sev1", title="Long ago")
    company.pass_time("03-11 09:00")
    new = company.a_failure("sev1", title="Today")
    company.pass_time("03-20 09:00")
    assert company.kinds(old.key) == []
    assert "ask" in company.kinds(new.key)


def _labelled_anew(company: Company, failure: TicketState) -> None:
    company.site.remove_label(ANN, failure.key, "failure")
    company.time += dt.timedelta(minutes=5)
    company.site.add_label(ANN, failure.key, "failure")


def _reopened(company: Company, failure: TicketState) -> None:
    company.site.close(ANN, failure.key)
    company.time += dt.timedelta(minutes=5)
    company.site.reopen(ANN, failure.key)


@pytest.mark.parametrize("come_back", [_labelled_anew, _reopened], ids=["labelled anew", "reopened"])
def test_a_failure_from_before_the_start_that_comes_back_is_taken_up(
    come_back: Callable[[Company, TicketState], None],
) -> None:
    """P7: what is a failure today is not left alone for a label of long ago; and what was said then is no first word
    now."""
    company = Company(limits=Limits(start_at=at("03-10 00:00")))
    old = company.a_failure("sev3", title="Long ago")
    company.says(ANN, old.key, "It was the cable.")
    company.pass_time("03-11 09:00")
    come_back(company, old)
    company.pass_time("03-12 12:00")
    assert [kind for kind in company.kinds(old.key) if kind != "status"] == ["ask", "ask-again"]


def test_what_was_said_before_the_label_was_taken_off_and_put_on_anew_is_no_first_word(company: Company) -> None:
    """Aftermath came later, and has no start date."""
    failure = company.a_failure("sev3")
    company.says(ANN, failure.key, "It was the cable.")
    company.time = at("03-11 09:00")
    _labelled_anew(company, failure)
    company.pass_time("03-12 12:00")
    assert [kind for kind in company.kinds() if kind != "status"] == ["ask", "ask-again"]


def test_planning_writes_nothing(company: Company) -> None:
    """First do nothing (P13)."""
    company.a_failure("sev2")
    before = company.picture()
    plan = company.reconciler.planner.plan_for(company.tracker.fetch_ticket(TicketRef("github", FAILURE)))
    assert {effect.kind for effect in plan.admission.admitted} == {"keep", "say", "open"}
    assert company.picture() == before
    assert company.ledger.cases.all() == []
    assert company.ledger.effects.of(plan.gathered.case.root) == {}
