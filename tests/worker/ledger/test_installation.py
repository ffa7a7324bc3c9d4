"""What belongs to the whole installation: rests that trackers asked for, rebuild, brake, and the policy in force."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.refs import TicketRef
from tests.worker.ledger.samples import (
    HOME,
    HOUR,
    MINUTE,
    NOW,
    ONE,
    ROOT,
    THREE,
    at_once,
    sleeping,
)
from worker.ledger import Ledger, open_ledger


def test_a_tracker_is_left_alone_for_the_longest_time_that_it_asked_for(ledger: Ledger) -> None:
    assert ledger.patience.until("github") is None
    ledger.patience.ask("github", NOW + HOUR, "429")
    ledger.patience.ask("github", NOW + MINUTE, "again")
    ledger.patience.ask("jira", NOW + MINUTE, "also")
    assert ledger.patience.until("github") == NOW + HOUR
    assert ledger.patience.until_all(["github", "jira"], NOW) == NOW + HOUR
    assert ledger.patience.until_all(["jira"], NOW + MINUTE) is None
    assert [(rest.tracker, rest.problem) for rest in ledger.patience.resting(NOW + MINUTE)] == [("github", "429")]


def test_an_empty_database_knows_that_it_was_not_rebuilt(url: str) -> None:
    """It must not decide anything (P1)."""
    ledger = open_ledger(url)
    assert not ledger.installation.is_rebuilt(HOME)
    ledger.installation.mark_rebuilt(HOME, NOW)
    ledger.installation.mark_rebuilt(HOME, NOW + HOUR)
    assert ledger.installation.is_rebuilt(HOME)
    assert not ledger.installation.is_rebuilt("another")
    ledger.close()


def test_the_brake_keeps_its_first_reason_until_it_is_lifted(ledger: Ledger) -> None:
    """Only a person lifts it (P13)."""
    assert ledger.installation.brake() == ""
    ledger.installation.set_brake("200 comments", NOW)
    ledger.installation.set_brake("201 comments", NOW + MINUTE)
    assert ledger.installation.brake() == "200 comments"
    assert ledger.installation.release_brake(NOW + HOUR)
    assert not ledger.installation.release_brake(NOW + HOUR)
    assert ledger.installation.brake() == ""
    assert ledger.installation.sweep_since() == NOW + HOUR


@pytest.mark.parametrize(
    ("phase", "looked_at", "is_woken"),
    [
        pytest.param("active", NOW - HOUR, True, id="running"),
        pytest.param("paused", NOW + MINUTE, True, id="paused while the brake held"),
        pytest.param("closed", NOW + MINUTE, True, id="let go while the brake held"),
        pytest.param("closed", NOW - HOUR, False, id="let go before"),
    ],
)
def test_lifting_the_brake_wakes_whatever_it_may_have_held_back(
    ledger: Ledger, phase: str, looked_at: dt.datetime, is_woken: bool
) -> None:
    """What was held is said now, and not at the next accident (P7)."""
    ledger.cases.open_case(ROOT, ONE, "901", "", looked_at)
    ledger.installation.set_brake("200 comments", NOW)
    ledger.cases.lease(ROOT, "me", looked_at, looked_at + HOUR)
    ledger.cases.settle(ROOT, "me", looked_at, wake_at=None, phase=phase)
    ledger.installation.release_brake(NOW + HOUR)
    assert ledger.cases.next_wake() == (NOW + HOUR if is_woken else None)


def test_another_policy_wakes_every_active_case_once_and_one_after_the_other(ledger: Ledger) -> None:
    """A new rule is not to wait for wake-ups that may be weeks away, and the trackers are not asked all at once."""
    for number in range(4):
        ref = TicketRef("github", f"acme/shop#{number}")
        sleeping(ledger, f"root{number}", ref, NOW + 24 * HOUR if number else NOW + MINUTE)
    sleeping(ledger, "closed", THREE, None)
    ledger.cases.lease("closed", "me", NOW, NOW + MINUTE)
    ledger.cases.settle("closed", "me", NOW, wake_at=None, phase="closed")
    assert ledger.installation.heed_policy(HOME, "first", NOW, HOUR) is None
    assert ledger.installation.heed_policy(HOME, "second", NOW + MINUTE, HOUR) == 4
    assert ledger.installation.heed_policy(HOME, "second", NOW + MINUTE, HOUR) is None
    wakes = {row.root: row.wake_at for row in ledger.cases.all()}
    assert wakes.pop("closed") is None
    assert [wakes[f"root{number}"] for number in range(4)] == [NOW + MINUTE + number * HOUR / 4 for number in range(4)]


def test_of_several_that_see_another_policy_at_once_one_wakes_the_cases(case: Ledger) -> None:
    case.installation.heed_policy(HOME, "first", NOW, HOUR)
    told = at_once(4, lambda _: case.installation.heed_policy(HOME, "second", NOW, HOUR))
    assert sorted(told, key=str) == [1, None, None, None]
