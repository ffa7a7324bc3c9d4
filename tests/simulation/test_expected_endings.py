"""The independent model knows how a case pauses, ends and comes back."""

from __future__ import annotations

import pytest

from tests.simulation.expected_worlds import (
    ANN,
    FAILURE,
    GOOD,
    OURS,
    Step,
    at,
    found,
    moved,
    play,
    says,
    step,
    until,
    without,
)
from worker.simulation.expected import Trouble

SMALL = [
    step("01-05 09:00", "failure", lambda s: s.fail("sev3")),
    says("01-05 09:03", "status", FAILURE, "status"),
    says("01-05 09:03", "ask", FAILURE, "ask", ANN),
    step("01-05 10:00", "ack", lambda s: s.comment(ANN, FAILURE, "/ack on it")),
]
EXPERIMENT = [
    step("01-05 09:00", "failure", lambda s: s.fail("sev1", "experiment")),
    says("01-05 09:03", "status", FAILURE, "status"),
    step("01-06 10:00", "close failure", lambda s: s.github.close(ANN, FAILURE)),
    says("01-06 10:05", "lesson", FAILURE, "lesson"),
]


def _off(when: str) -> Step:
    return step(when, "off", lambda s: s.github.remove_label(ANN, FAILURE, "failure"))


def _on(when: str, who: str = ANN) -> Step:
    return step(when, "on", lambda s: s.github.add_label(who, FAILURE, "failure"))


def _paused(when: str) -> Step:
    return says(when, "paused", FAILURE, "paused")


# --- pauses ---------------------------------------------------------------------------------------

#: What happens around an unlabelling, and what is found.
PAUSES = [
    pytest.param([_off("01-06 09:00"), _paused("01-06 09:03")], set(), id="told-once"),
    pytest.param([_off("01-06 09:00")], {("missing", FAILURE)}, id="not-told"),
    pytest.param([_off("01-06 09:00"), _on("01-06 09:50")], set(), id="brief-and-not-told"),
    pytest.param([_off("01-06 09:00"), _paused("01-06 09:03"), _on("01-06 09:50")], set(), id="brief-and-told"),
    pytest.param(
        [_off("01-06 09:00"), _paused("01-06 09:03"), _paused("01-06 15:00")], {("twice", FAILURE)}, id="told-twice"
    ),
    pytest.param(
        [_off("01-06 09:00"), _paused("01-06 09:03"), _on("01-07 09:00"), _off("01-08 09:00"), _paused("01-08 09:03")],
        set(),
        id="two-pauses-told-twice",
    ),
    pytest.param(
        [_off("01-06 09:00"), _paused("01-06 09:03"), _on("01-07 09:00"), _off("01-08 09:00")],
        {("missing", FAILURE)},
        id="second-pause-not-told",
    ),
    pytest.param([_paused("01-06 09:03")], {("wrong", FAILURE)}, id="told-without-a-pause"),
]


@pytest.mark.parametrize(("steps", "expected"), PAUSES)
def test_each_pause_is_told_once(steps: list[Step], expected: set[tuple[str, str]]) -> None:
    assert found(play([*SMALL, *steps], ended_at="01-09 12:00")) == expected


def test_a_pause_that_trouble_hid_need_not_be_told() -> None:
    steps = [*SMALL, _off("01-06 09:00"), _on("01-07 09:00")]
    trouble = Trouble(at("01-06 08:00"), at("01-07 10:00"))
    assert play(steps, ended_at="01-09 12:00", troubles=[trouble]) == []


def test_nobody_is_told_of_a_pause_where_nothing_of_ours_stood() -> None:
    steps = [step("01-05 09:00", "failure", lambda s: s.fail("sev3")), _off("01-05 09:20")]
    assert play(steps, ended_at="01-09 12:00") == []


# --- thanks and lesson ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["close failure", "close action", "close post-mortem"])
def test_thanks_before_the_last_ticket_was_closed_are_early(name: str) -> None:
    violations = play(moved(GOOD, name, "03-09 10:00"))
    assert {("early", FAILURE)} <= found(violations)
    assert {v.sentence.split()[0] for v in violations if v.what == "early"} == {"thanks", "lesson"}


def test_a_lesson_before_the_thanks_is_wrong() -> None:
    assert found(play(moved(GOOD, "thanks", "03-05 11:07"))) >= {("wrong", FAILURE)}


def test_thanks_whose_work_was_taken_up_again_that_very_minute_are_forgiven() -> None:
    reopen = step("03-05 11:02", "reopen", lambda s: s.github.reopen(ANN, FAILURE))
    assert play([*without(GOOD, "lesson"), reopen]) == []


def test_an_improvement_without_ticket_holds_the_thanks_back() -> None:
    """The item's own ticket is missing, and only that is told: thanks would be wrong."""
    steps = [
        *without(GOOD, "thanks", "lesson"),
        step("02-10 10:00", "command", lambda s: s.comment(ANN, FAILURE, "/action Rehearse the failover of search")),
    ]
    (violation,) = play(steps)
    assert violation.sentence == "no action for “Rehearse the failover of search”"


def test_a_paused_case_is_neither_thanked_nor_let_go() -> None:
    steps = [*without(GOOD, "thanks", "lesson"), _off("03-05 10:30"), _paused("03-05 10:33")]
    assert play(steps) == []
    assert ("early", FAILURE) in found(play([*steps, says("03-06 11:00", "lesson", FAILURE, "lesson")]))


# --- the light way ------------------------------------------------------------------------------------------


def test_an_experiment_has_its_lesson_and_nothing_else() -> None:
    assert play(EXPERIMENT, ended_at="01-08 12:00") == []
    assert found(play(without(EXPERIMENT, "lesson"), ended_at="01-08 12:00")) == {("missing", FAILURE)}


def test_an_experiment_does_not_wait_for_what_was_opened_before_it_became_one() -> None:
    steps = [
        *SMALL,
        step("01-05 10:04", "command", lambda s: s.comment(ANN, FAILURE, "/action Rehearse the failover of search")),
        step("01-05 10:24", "action", lambda s: s.open_action("Rehearse the failover of search", due_on="2026-03-05")),
        says("01-05 10:24", "plan", FAILURE, "plan"),
        step("01-05 11:00", "experiment", lambda s: s.github.add_label(ANN, FAILURE, "experiment")),
        step("01-06 10:00", "close failure", lambda s: s.github.close(ANN, FAILURE)),
    ]
    lesson = says("01-06 10:05", "lesson", FAILURE, "lesson")
    assert play([*steps, lesson], ended_at="01-08 12:00") == []
    assert found(play(steps, ended_at="01-08 12:00")) == {("missing", FAILURE)}


#: What is said in an experiment though it goes the light way.
HEAVY = [
    pytest.param(says("01-05 09:03", "ask", FAILURE, "ask", ANN), id="asked-for-a-first-word"),
    pytest.param(says("01-06 10:03", "thanks", FAILURE, "thanks"), id="thanked"),
]


@pytest.mark.parametrize("extra", HEAVY)
def test_an_experiment_that_is_treated_as_a_failure_is_wrong(extra: Step) -> None:
    assert found(play([*EXPERIMENT, extra], ended_at="01-08 12:00")) == {("wrong", FAILURE)}


# --- coming back ------------------------------------------------------------------------------------------------


def _second(when: str, kind: str, *mentions: str) -> Step:
    return step(when, f"second {kind}", lambda s: s.say(FAILURE, kind, *mentions, generation=2))


ONCE = [
    *SMALL,
    step("01-06 10:00", "close failure", lambda s: s.github.close(ANN, FAILURE)),
    says("01-06 10:03", "thanks", FAILURE, "thanks"),
    says("01-06 10:06", "lesson", FAILURE, "lesson"),
]
REOPENED = step("01-12 09:00", "reopen", lambda s: s.github.reopen(ANN, FAILURE))
#: How a failure comes back after its lesson.
RETURNS = [
    pytest.param([REOPENED], id="reopened"),
    pytest.param([_off("01-07 09:00"), REOPENED, _on("01-12 09:01")], id="reopened-without-label-and-labelled"),
]


@pytest.mark.parametrize("back", RETURNS)
def test_a_failure_that_comes_back_is_a_case_of_its_own(back: list[Step]) -> None:
    second = [_second("01-12 09:03", "status"), _second("01-12 09:03", "ask", ANN)]
    ack = step("01-12 09:30", "ack again", lambda s: s.comment(ANN, FAILURE, "/ack again"))
    assert play([*ONCE, *back, *second, ack], ended_at="01-13 12:00") == []
    silent = play([*ONCE, *back, ack], ended_at="01-13 12:00")
    assert ("missing", FAILURE) in found(silent)
    assert any("no status comment" in violation.sentence for violation in silent)


def test_the_first_word_of_the_last_time_does_not_count_for_this_time() -> None:
    second = [_second("01-12 09:03", "status"), _second("01-12 09:03", "ask", ANN)]
    violations = play([*ONCE, REOPENED, *second], ended_at="01-13 12:00")
    assert found(violations) == {("missing", FAILURE)}
    assert "ask-again to the owner and lead was due at 2026-01-13 09:00" in violations[0].sentence


#: What does not bring a closed case back.
RESTS = [
    pytest.param([], id="nothing-happens"),
    pytest.param([_off("01-07 09:00")], id="label-taken-off"),
    pytest.param([_off("01-07 09:00"), _on("01-12 09:00", OURS)], id="label-put-on-by-us"),
    pytest.param([_off("01-07 09:00"), REOPENED], id="reopened-without-label"),
]


@pytest.mark.parametrize("steps", RESTS)
def test_a_case_that_was_let_go_rests(steps: list[Step]) -> None:
    assert play([*ONCE, *steps], ended_at="01-13 12:00") == []
    stray = step("01-13 09:00", "stray", lambda s: s.say(FAILURE, "status", generation=2))
    assert found(play([*ONCE, *steps, stray], ended_at="01-13 12:00")) == {("wrong", FAILURE)}


def test_the_good_history_up_to_its_plan_is_good_too() -> None:
    assert play(until(GOOD, "close post-mortem"), ended_at="01-07 12:00") == []
