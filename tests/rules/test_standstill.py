"""Clocks stand still while the label is off, the case is called off, or the failure is closed.

March 2026: the second is a Monday; work is from nine to five, UTC.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.calendar import Calendar
from rules.decide import decide
from rules.decision import Reason
from rules.facts import Case, Change, ChangeKind, Ticket
from rules.standstill import Stop, moved_along, stops_of, with_closed
from tests.rules.cases import (
    LEA,
    PACK,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    labelled,
    says,
    unlabelled,
    we_say,
)

LABELS = ("failure", "outage")


def stop(begins: str, ends: str) -> Stop:
    return Stop(at(begins), at(ends))


def failure(*changes: Change, **fields: object) -> Ticket:
    return a_failure(changes=(labelled("03-02 09:00"), *changes), **fields)


OFF = unlabelled("03-03 09:00")
ON = labelled("03-05 09:00", id="l2")


@pytest.mark.parametrize(
    ("ticket", "stops"),
    [
        pytest.param(failure(), [], id="never"),
        pytest.param(failure(OFF, ON), [stop("03-03 09:00", "03-05 09:00")], id="the label was off"),
        pytest.param(failure(OFF, labels=()), [], id="it is off still: no clock runs that could count it"),
        pytest.param(
            failure(labelled("03-02 10:00", "outage", id="l3"), OFF, ON, labels=LABELS),
            [],
            id="another failure label was on",
        ),
        pytest.param(
            a_failure(changes=(OFF, ON)), [stop("03-03 09:00", "03-05 09:00")], id="it was opened with its label"
        ),
        pytest.param(
            failure(OFF, ON, comments=(says("c1", "03-02 12:00", "/cancel A drill"),)),
            [stop("03-02 12:00", "03-05 09:00")],
            id="called off, then labelled anew",
        ),
        pytest.param(failure(comments=(says("c1", "03-02 12:00", "/cancel A drill"),)), [], id="called off still"),
    ],
)
def test_what_stopped_the_clocks_is_told_by_the_failures_history(ticket: Ticket, stops: list[Stop]) -> None:
    commands = a_case(ticket).commands[ticket.ref]
    assert list(stops_of(ticket, LABELS, commands)) == stops


def test_a_closed_failure_counts_no_time_of_its_own_and_overlapping_stops_count_once() -> None:
    closed = change("x", "03-04 09:00", ChangeKind.CLOSED)
    opened = change("o", "03-06 09:00", ChangeKind.REOPENED)
    stops = with_closed([stop("03-03 09:00", "03-05 09:00")], failure(OFF, closed, ON, opened))
    assert stops == (stop("03-03 09:00", "03-06 09:00"),)


@pytest.mark.parametrize(
    ("when", "stops", "moved"),
    [
        pytest.param("03-02 12:00", [stop("03-03 10:00", "03-04 09:00")], "03-03 11:00", id="seven hours later"),
        pytest.param("03-06 16:00", [stop("03-06 17:00", "03-09 09:00")], "03-06 16:00", id="a weekend is no time"),
        pytest.param("03-03 10:00", [stop("03-02 10:00", "03-04 10:00")], "03-05 10:00", id="the time that was left"),
        pytest.param("03-05 17:00", [stop("03-03 10:00", "03-04 09:00")], "03-05 17:00", id="still ahead: it stays"),
    ],
)
def test_a_moment_moves_along_by_the_working_time_that_did_not_count(when: str, stops: list[Stop], moved: str) -> None:
    assert moved_along(at(when), stops, Calendar(), in_working_time=True) == at(moved)


def test_what_is_counted_in_clock_time_moves_by_clock_time() -> None:
    weekend = [stop("03-06 17:00", "03-09 09:00")]
    assert moved_along(at("03-06 16:00"), weekend, Calendar(), in_working_time=False) == at("03-09 08:00")


# --- in a case -------------------------------------------------------------------------------------


def reading(case: Case, rule: str, now: str) -> tuple[str, str]:
    """The stage that a rule stands at, and what it counts from."""
    decision = decide(PACK, case, at(now))
    found: Reason = next(one for one in decision.reasons if one.rule == rule)
    return found.stage, found.anchor


WAITS = we_say("s", "03-02 09:01", "status")
ASKED = "labelled:l1"
#: Labelled on Monday at nine; the label was off from then to Tuesday of the week after.
LONG_OFF = failure(unlabelled("03-02 10:00"), labelled("03-10 10:00", id="l2"), comments=(WAITS,))


@pytest.mark.parametrize(
    ("ticket", "now", "stage"),
    [
        pytest.param(LONG_OFF, "03-10 10:00", "0 seconds#0", id="put back: the first rung, as before"),
        pytest.param(LONG_OFF, "03-11 08:59", "0 seconds#0", id="not before a working day has passed in all"),
        pytest.param(LONG_OFF, "03-11 09:00", "1 business day#0", id="after a working day in all"),
        pytest.param(LONG_OFF, "03-13 09:00", "3 business days#0", id="after three in all"),
        pytest.param(
            failure(
                change("x", "03-02 10:00", ChangeKind.CLOSED),
                change("o", "03-20 10:00", ChangeKind.REOPENED),
                comments=(WAITS,),
            ),
            "03-20 10:00",
            "0 seconds#0",
            id="closed without a word, and opened again",
        ),
    ],
)
def test_a_first_word_is_not_asked_for_by_time_that_did_not_count(ticket: Ticket, now: str, stage: str) -> None:
    """The name of what it counts from stays, so that nothing is said again."""
    assert reading(a_case(ticket), "ask-ack", now) == (stage, ASKED)


@pytest.mark.parametrize(
    ("rule", "due", "now", "stage"),
    [
        pytest.param("late-post-mortem", "2026-03-09", "03-10 10:00", "", id="post-mortem: due meanwhile"),
        pytest.param("late-post-mortem", "2026-03-09", "03-17 10:00", "", id="post-mortem: time is left"),
        pytest.param("late-post-mortem", "2026-03-09", "03-18 09:00", "0 business days#0", id="post-mortem: none is"),
        pytest.param("stalled-action", "2026-03-12", "03-12 17:00", "-2 business days#0", id="action: still ahead"),
        pytest.param("stalled-action", "2026-03-12", "03-13 09:00", "0 business days#0", id="action: its day is over"),
    ],
)
def test_a_date_that_passed_meanwhile_has_the_time_that_was_left(rule: str, due: str, now: str, stage: str) -> None:
    mortem = a_post_mortem()
    marker = mortem.marker
    assert marker
    mortem = replace(mortem, marker=replace(marker, extra=f":{due}"))
    case = a_case(LONG_OFF, mortem, an_action(due=due))
    assert reading(case, rule, now) == (stage, f"due:opened:{due}")


def test_a_pause_after_an_answer_adds_to_its_quiet() -> None:
    asked = we_say("a", "03-02 09:01", "ask")
    answer = says("c1", "03-02 10:00", "I will look for somebody.", by=LEA)
    changes = (unlabelled("03-04 10:00"), labelled("03-09 10:00", id="l2"))
    case = a_case(failure(*changes, comments=(asked, answer)))
    assert reading(case, "ask-ack", "03-10 09:59") == ("", "answer:c1")
    assert reading(case, "ask-ack", "03-10 10:00") == ("0 seconds#0", "answer:c1")
