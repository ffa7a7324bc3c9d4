"""The independent model finds rungs that were spoken late, early, twice, to the wrong people or not at all (P5, P9).

Every test says in its steps what happened; the good history's action is due on Friday 23 January 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.simulation.expected_worlds import (
    ACTION,
    ANN,
    BOB,
    FAILURE,
    GOOD,
    LEA,
    MO,
    MORTEM,
    OURS,
    ROBOT,
    SETTING,
    Stage,
    Step,
    at,
    found,
    play,
    says,
    step,
    until,
)
from worker.simulation.expected import Trouble
from worker.simulation.expected_calendar import WorkingTime
from worker.simulation.expected_files import Files
from worker.simulation.expected_people import Company

#: The action is open, and nobody has been asked about it yet.
QUIET = until(GOOD, "reminder")
REMINDED = until(GOOD, "overdue")
OVERDUE = until(GOOD, "answer")


def test_a_ladder_that_our_own_reminder_had_reset_is_late() -> None:
    """Counted from our reminder of Thursday, the first rung would come on Tuesday: one day late."""
    steps = [*REMINDED, says("01-27 09:02", "overdue", ACTION, "overdue", ANN)]
    (violation,) = play(steps, ended_at="01-28 12:00")
    assert (violation.what, violation.ticket) == ("late", ACTION)


@pytest.mark.parametrize("who", [ROBOT, OURS])
def test_a_ladder_that_somebody_elses_change_had_reset_is_late(who: str) -> None:
    """Reassigning by a robot, or by us, is no progress: the first rung stays due on Monday 26 January."""
    steps = [
        *REMINDED,
        step("01-23 10:00", "reassign", lambda s: s.github.assign(who, ACTION, (LEA,))),
        step("01-23 10:01", "reassign back", lambda s: s.github.assign(who, ACTION, (ANN,))),
        says("01-28 10:02", "overdue", ACTION, "overdue", ANN),
    ]
    assert found(play(steps, ended_at="01-28 12:00")) == {("late", ACTION)}


def _snooze_without_rights(stage: Stage) -> None:
    stage.comment(BOB, ACTION, "/snooze 9 days because I say so")
    stage.say(ACTION, "reply", BOB)


#: What somebody does on Friday 23 January at 10:00, and when the first rung is due after it.
MOVES = [
    pytest.param(lambda s: s.github.reference(ANN, ACTION, "commit"), "01-28 10:00", id="commit"),
    pytest.param(lambda s: s.github.set_body(ANN, ACTION, "new"), "01-28 10:00", id="edit"),
    pytest.param(lambda s: s.github.assign(ANN, ACTION, (ANN, LEA)), "01-28 10:00", id="assign"),
    pytest.param(lambda s: s.comment(ANN, ACTION, "soon"), "01-28 10:00", id="answer"),
    pytest.param(lambda s: s.comment(BOB, ACTION, "bump"), "01-26 09:00", id="passer-by"),
    pytest.param(lambda s: s.github.add_label(ANN, ACTION, "ui"), "01-26 09:00", id="label"),
    pytest.param(lambda s: s.comment(ANN, ACTION, "/due 2026-01-28"), "01-29 09:00", id="due"),
    pytest.param(lambda s: s.comment(ANN, ACTION, "/snooze 10 days because of the fair"), "02-02 10:00", id="snooze"),
    pytest.param(_snooze_without_rights, "01-26 09:00", id="no-rights"),
]
#: The new due date of the row "due" brings its own reminder, two business days before.
_REMINDER_OF_NEW_DUE = says("01-27 09:02", "reminder", ACTION, "reminder", ANN)


def _overdue_at(when: str) -> Step:
    return says(when, "overdue", ACTION, "overdue", ANN)


def _after(move: Callable[[Stage], object], due: str) -> list[Step]:
    reminders = [_REMINDER_OF_NEW_DUE] if due == "01-29 09:00" else []
    return [*REMINDED, step("01-23 10:00", "move", move), *reminders]


@pytest.mark.parametrize(("move", "due"), MOVES)
def test_the_first_rung_is_wanted_when_the_anchor_says(move: Callable[[Stage], object], due: str) -> None:
    steps = _after(move, due)
    ended_at = f"{due[:6]}12:00"
    assert play([*steps, _overdue_at(f"{due[:8]}:10")], ended_at=ended_at) == []
    assert found(play([*steps, _overdue_at(f"{due[:8]}:45")], ended_at=ended_at)) == {("late", ACTION)}
    assert found(play(steps, ended_at=ended_at)) == {("missing", ACTION)}


@pytest.mark.parametrize(("move", "due"), MOVES)
def test_the_first_rung_is_early_the_moment_before(move: Callable[[Stage], object], due: str) -> None:
    before = f"{due[:6]}{int(due[6:8]) - 1:02}:55"
    steps = _after(move, due)
    violations = play([*steps, _overdue_at(before)], ended_at=f"{due[:8]}:10")
    assert len(violations) == 1
    # While it is snoozed the rule does not hold at all, which is worse than early.
    assert violations[0].what in ("early", "wrong")


def test_a_rung_spoken_on_the_due_day_itself_is_early() -> None:
    steps = [*REMINDED, _overdue_at("01-23 12:00")]
    (violation,) = play(steps, ended_at="01-26 09:20")
    assert violation.what == "early"
    assert "2026-01-26 09:00" in violation.sentence


def test_a_reminder_spoken_days_before_its_time_is_early() -> None:
    (violation,) = play([*QUIET, says("01-19 09:00", "reminder", ACTION, "reminder", ANN)], ended_at="01-20 12:00")
    assert (violation.what, violation.ticket) == ("early", ACTION)


DOWN = [Trouble(at("01-26 08:00"), at("01-26 18:00"))]


@pytest.mark.parametrize(
    ("said", "violations"),
    [
        pytest.param("01-26 18:05", {("wrong", ACTION)}, id="in-the-evening"),
        pytest.param("01-27 08:45", {("wrong", ACTION)}, id="before-work"),
        pytest.param("01-27 09:05", set(), id="at-the-next-opening"),
        pytest.param("01-27 09:45", {("late", ACTION)}, id="later"),
    ],
)
def test_what_a_trouble_held_up_until_the_evening_is_asked_at_the_next_opening(
    said: str, violations: set[tuple[str, str]]
) -> None:
    assert found(play([*REMINDED, _overdue_at(said)], troubles=DOWN, ended_at="01-27 12:00")) == violations


@pytest.mark.parametrize(
    ("said", "violations"),
    [
        pytest.param("01-26 16:51", set(), id="before-closing-time"),
        pytest.param("01-26 17:10", set(), id="decided-before-it"),
        pytest.param("01-26 17:40", {("wrong", ACTION)}, id="decided-after-it"),
        pytest.param("01-27 09:10", set(), id="in-the-morning"),
        pytest.param("01-27 09:40", {("late", ACTION)}, id="late-in-the-morning"),
    ],
)
def test_a_rung_shortly_before_closing_time_may_wait_for_the_morning(
    said: str, violations: set[tuple[str, str]]
) -> None:
    """A commit on Wednesday at ten to five quiets it until Monday at ten to five."""
    move = step("01-21 16:50", "commit", lambda s: s.github.reference(ANN, ACTION, "commit"))
    assert found(play([*REMINDED, move, _overdue_at(said)], ended_at="01-27 12:00")) == violations


def test_closing_time_can_belong_to_the_day() -> None:
    steps = [*QUIET, says("01-21 17:02", "reminder", ACTION, "reminder", ANN), _overdue_at("01-23 17:02")]
    company = Company(usual=WorkingTime(closing_is_working=True))
    setting = replace(SETTING, files=(Files(company=company),))
    assert play(steps, ended_at="01-26 12:00", setting=setting) == []
    assert ("early", ACTION) in found(play(steps, ended_at="01-26 12:00"))


def test_two_answers_count_and_a_third_in_a_row_does_not() -> None:
    """Answers on 26 and 30 January quiet the ladder, each for three business days; that of 5 February does not."""
    talk = [
        step("01-26 15:00", "first", lambda s: s.comment(ANN, ACTION, "Waiting.")),
        _overdue_at("01-29 15:02"),
        step("01-30 15:00", "second", lambda s: s.comment(ANN, ACTION, "Still waiting.")),
        _overdue_at("02-04 15:02"),
        step("02-05 15:00", "third", lambda s: s.comment(ANN, ACTION, "And waiting.")),
    ]
    to_lead = says("02-09 15:02", "lead", ACTION, "overdue", ANN, LEA)
    assert play([*OVERDUE, *talk, to_lead], ended_at="02-09 16:00") == []
    assert found(play([*OVERDUE, *talk], ended_at="02-09 16:00")) == {("missing", ACTION)}


def test_an_answer_before_anybody_asked_is_none() -> None:
    talk = step("01-16 10:00", "talk", lambda s: s.comment(ANN, ACTION, "Looking forward to this."))
    assert found(play([*REMINDED, talk], ended_at="01-26 12:00")) == {("missing", ACTION)}


# --- which rung, and to whom -------------------------------------------------------------------------


def test_a_rung_that_reaches_the_wrong_people_is_wrong() -> None:
    steps = [*REMINDED, says("01-26 09:02", "overdue", ACTION, "overdue", MO)]
    assert ("wrong", ACTION) in found(play(steps, ended_at="01-26 12:00"))


def test_mentions_are_not_judged_where_nobody_can_tell_who_is_meant() -> None:
    steps = [*REMINDED, says("01-26 09:02", "overdue", ACTION, "overdue", MO)]
    ownerless = step("01-23 10:00", "no owner", lambda s: s.github.assign(ROBOT, ACTION, ()))
    assert play([*steps, ownerless], ended_at="01-26 12:00") == []


def test_a_low_rung_is_wrong_when_a_higher_one_is_due() -> None:
    """Everybody was away until 29 January: then only the highest rung due speaks, to owner and lead."""
    trouble = Trouble(at("01-26 08:00"), at("01-30 12:00"))
    to_lead = says("01-30 12:05", "lead", ACTION, "overdue", ANN, LEA)
    assert play([*REMINDED, to_lead], ended_at="01-30 13:00", troubles=[trouble]) == []
    assert found(play(REMINDED, ended_at="01-30 13:00", troubles=[trouble])) == {("missing", ACTION)}
    reminder = says("01-30 15:00", "reminder", ACTION, "reminder", ANN)
    violations = play([*REMINDED, to_lead, reminder], ended_at="01-30 16:00", troubles=[trouble])
    assert found(violations) == {("wrong", ACTION)}


def test_trouble_excuses_no_rung_that_was_due_after_it() -> None:
    trouble = Trouble(at("01-23 08:00"), at("01-25 12:00"))
    assert found(play(REMINDED, ended_at="01-26 12:00", troubles=[trouble])) == {("missing", ACTION)}


def test_a_rung_may_wait_while_somebody_was_mentioned_five_times_that_day() -> None:
    """Five mentions on Monday morning spend Ann's budget: her sixth may come on Tuesday, and not later."""
    crowd = [says(f"01-26 08:5{number}", "crowd", FAILURE, f"note-{'abcde'[number]}", ANN) for number in range(5)]
    next_day = _overdue_at("01-27 09:10")
    assert play([*REMINDED, *crowd, next_day], ended_at="01-27 16:00") == []
    assert found(play([*REMINDED, *crowd[:4], next_day], ended_at="01-27 16:00")) == {("late", ACTION)}
    assert found(play([*REMINDED, *crowd], ended_at="01-27 16:00")) == {("missing", ACTION)}


# --- when the rule does not hold ---------------------------------------------------------------------

#: What ended the ladder before its first rung.
ENDED = [
    pytest.param(step("01-23 10:00", "x", lambda s: s.github.close(ANN, ACTION)), id="closed"),
    pytest.param(
        step("01-23 10:00", "x", lambda s: s.comment(ANN, ACTION, "/snooze 30 days because of the fair")), id="snoozed"
    ),
    pytest.param(step("01-23 10:00", "x", lambda s: s.github.add_label(ANN, FAILURE, "experiment")), id="experiment"),
]


@pytest.mark.parametrize("end", ENDED)
def test_a_rung_spoken_after_its_ladder_ended_is_wrong(end: Step) -> None:
    assert play([*REMINDED, end], ended_at="01-26 16:00") == []
    assert found(play([*REMINDED, end, _overdue_at("01-26 09:02")], ended_at="01-26 16:00")) == {("wrong", ACTION)}


def test_a_rung_whose_facts_changed_while_it_was_being_said_is_forgiven() -> None:
    close = step("01-26 09:01", "close", lambda s: s.github.close(ANN, ACTION))
    assert play([*REMINDED, close, _overdue_at("01-26 09:02")], ended_at="01-26 16:00") == []
    assert play([*REMINDED, close], ended_at="01-26 16:00") == []


@pytest.mark.parametrize(
    ("off", "asked", "too_early"),
    [
        pytest.param("01-26 08:00", "01-30 10:03", "", id="it had passed before"),
        pytest.param("01-23 08:00", "02-02 10:03", "01-30 10:03", id="a working day was left"),
    ],
)
def test_when_the_label_is_put_back_the_time_goes_on_that_was_left(off: str, asked: str, too_early: str) -> None:
    pause = [
        step(off, "off", lambda s: s.github.remove_label(ANN, FAILURE, "failure")),
        says(f"{off[:-1]}3", "paused", FAILURE, "paused"),
        step("01-30 10:00", "on", lambda s: s.github.add_label(ANN, FAILURE, "failure")),
    ]
    assert play([*REMINDED, *pause, _overdue_at(asked)], ended_at="02-02 12:00") == []
    assert found(play([*REMINDED, *pause], ended_at="02-02 12:00")) == {("missing", ACTION)}
    if too_early:
        assert found(play([*REMINDED, *pause, _overdue_at(too_early)], ended_at="01-30 12:00")) == {("early", ACTION)}


def test_nothing_is_said_again_when_the_label_was_off_for_a_while() -> None:
    pause = [
        step("01-27 08:00", "off", lambda s: s.github.remove_label(ANN, FAILURE, "failure")),
        says("01-27 08:03", "paused", FAILURE, "paused"),
        step("01-28 10:00", "on", lambda s: s.github.add_label(ANN, FAILURE, "failure")),
    ]
    assert play([*OVERDUE, *pause], ended_at="01-28 12:00") == []
    again = _overdue_at("01-28 10:03")
    assert found(play([*OVERDUE, *pause, again], ended_at="01-28 12:00")) == {("twice", ACTION)}


def test_nothing_is_judged_by_what_a_comment_said_before_its_edit() -> None:
    """The snooze was edited into an older comment after the rung had spoken, rightly, by the facts of then."""

    def edit(stage: Stage) -> None:
        (comment,) = [c for c in stage.ticket(ACTION).comments if c.author == ANN]
        stage.github.edit_comment(ANN, comment.id, "/snooze 30 days because of the fair")

    steps = [
        *REMINDED,
        step("01-16 10:00", "talk", lambda s: s.comment(ANN, ACTION, "Hm.")),
        _overdue_at("01-26 09:02"),
        step("01-26 11:00", "edit", edit),
    ]
    assert play(steps, ended_at="01-28 12:00") == []


# --- post-mortems --------------------------------------------------------------------------------------

LATE_MORTEM = [
    *until(GOOD, "write item"),
    says("01-12 09:02", "reminder", MORTEM, "reminder", ANN),
    says("01-13 09:02", "overdue", MORTEM, "overdue", ANN),
]


def test_a_late_post_mortem_climbs_like_an_action() -> None:
    to_lead = says("01-16 09:02", "lead", MORTEM, "overdue", ANN, LEA)
    assert play([*LATE_MORTEM, to_lead], ended_at="01-16 12:00") == []
    assert found(play(LATE_MORTEM, ended_at="01-16 12:00")) == {("missing", MORTEM)}


def test_the_due_field_of_a_post_mortem_moves_its_ladder() -> None:
    """Moved to Tuesday 20 January: the reminder comes a business day before, and nothing on the old date."""
    move = step("01-13 10:00", "move", lambda s: s.jira.set_due(ANN, MORTEM, at("01-20 00:00").date()))
    again = [
        says("01-20 09:02", "reminder again", MORTEM, "reminder", ANN),
        says("01-21 09:02", "overdue again", MORTEM, "overdue", ANN),
    ]
    assert play([*LATE_MORTEM, move, *again], ended_at="01-21 12:00") == []
    assert found(play([*LATE_MORTEM, move], ended_at="01-20 12:00")) == {("missing", MORTEM)}


@pytest.mark.parametrize(
    ("mentioned", "per_day", "is_right"),
    [
        pytest.param((ANN, LEA), 5, True, id="everybody is mentioned"),
        pytest.param((ANN,), 5, False, id="the lead is left out"),
        pytest.param((ANN,), 0, True, id="the lead was mentioned often enough"),
        pytest.param((LEA,), 0, False, id="the owner is left out"),
        pytest.param((ANN, LEA, MO), 0, False, id="somebody more"),
    ],
)
def test_whoever_is_above_may_be_named_alone_on_a_day_on_which_they_were_mentioned_often_enough(
    mentioned: tuple[str, ...], per_day: int, is_right: bool
) -> None:
    to_lead = says("01-16 09:02", "lead", MORTEM, "overdue", *mentioned)
    violations = play(
        [*LATE_MORTEM, to_lead], ended_at="01-16 12:00", setting=replace(SETTING, mentions_per_day=per_day)
    )
    about_it = [one for one in violations if "once more on" not in one.sentence]  # a budget of none is always spent
    assert (about_it == []) is is_right
