"""The independent model knows when a first word is asked for, and when asking ends or begins anew."""

from __future__ import annotations

import pytest

from tests.simulation.expected_worlds import (
    ANN,
    FAILURE,
    GOOD,
    LEA,
    MO,
    MORTEM,
    ROBOT,
    Stage,
    found,
    play,
    says,
    step,
    until,
)

LABELLED = [
    step("01-05 09:00", "failure", lambda s: s.fail("sev3")),
    says("01-05 09:03", "status", FAILURE, "status"),
    says("01-05 09:03", "ask", FAILURE, "ask", ANN),
]
#: Severity, then when to ask again: the lead, the manager.
FIRST_WORDS = [
    pytest.param("sev1", "01-05 10:02", "01-05 13:02", id="sev1"),
    pytest.param("sev3", "01-06 09:02", "01-08 09:02", id="sev3"),
]


@pytest.mark.parametrize(("severity", "to_lead", "to_manager"), FIRST_WORDS)
def test_a_first_word_is_asked_for_again(severity: str, to_lead: str, to_manager: str) -> None:
    first = [
        step("01-05 09:00", "failure", lambda s: s.fail(severity)),
        says("01-05 09:03", "status", FAILURE, "status"),
        says("01-05 09:03", "ask", FAILURE, "ask", ANN),
    ]
    if severity == "sev1":
        first += [one for one in until(GOOD, "ack") if "post-mortem" in one.name]
    again = [
        says(to_lead, "lead", FAILURE, "ask-again", ANN, LEA),
        says(to_manager, "manager", FAILURE, "ask-again", MO),
    ]
    ended_at = f"{to_manager[:6]}16:00"
    assert play([*first, *again], ended_at=ended_at) == []
    assert found(play([*first, again[0]], ended_at=ended_at)) == {("missing", FAILURE)}
    assert found(play([*first, again[1]], ended_at=ended_at)) == {("missing", FAILURE)}


#: Who says what within the day, and whether somebody is still asked.
WORDS = [
    pytest.param(ANN, "Looking at it.", False, id="the-owner-spoke-up"),
    pytest.param(LEA, "/ack on it", False, id="acknowledged"),
    pytest.param(ANN, "/help", True, id="the-owner-asks-for-help"),
    pytest.param(ROBOT, "/ack on it", True, id="a-robot-acknowledges-nothing"),
    pytest.param("pat", "/ack on it", True, id="acknowledged-without-rights"),
]


@pytest.mark.parametrize(("who", "text", "is_asked_again"), WORDS)
def test_a_first_word_ends_the_asking(who: str, text: str, is_asked_again: bool) -> None:
    def speak(stage: Stage) -> None:
        github = stage.github
        if who not in github.accounts:
            github.add_account(who, default_rights="read")
        github.comment_on(who, FAILURE, text)
        if who == "pat":
            stage.say(FAILURE, "reply", who)

    steps = [*LABELLED, step("01-05 11:00", "speak", speak)]
    again = says("01-06 09:02", "lead", FAILURE, "ask-again", ANN, LEA)
    good, bad = ([*steps, again], steps) if is_asked_again else (steps, [*steps, again])
    assert play(good, ended_at="01-06 12:00") == []
    assert found(play(bad, ended_at="01-06 12:00")) == {("missing" if is_asked_again else "wrong", FAILURE)}


def test_whoever_takes_a_failure_over_is_not_asked_for_what_was_said() -> None:
    steps = [
        *LABELLED,
        step("01-05 11:00", "word", lambda s: s.comment(ANN, FAILURE, "Looking at it.")),
        step("01-08 10:00", "hand over", lambda s: s.github.assign(LEA, FAILURE, (LEA,))),
    ]
    asked = says("01-08 10:02", "ask", FAILURE, "ask-again", MO)
    assert play(steps, ended_at="01-08 12:00") == []
    assert found(play([*steps, asked], ended_at="01-08 12:00")) == {("wrong", FAILURE)}


def test_what_was_said_before_the_label_was_put_back_unseen_may_count_or_not() -> None:
    """Nothing of ours stood there when it was taken off: it counts from when it was put on again."""
    steps = [
        step("01-05 09:00", "failure", lambda s: s.fail("sev3")),
        step("01-05 09:04", "word", lambda s: s.comment(ANN, FAILURE, "/ack Looking at it.")),
        step("01-05 09:08", "off", lambda s: s.github.remove_label(ANN, FAILURE, "failure")),
        step("01-05 09:12", "on", lambda s: s.github.add_label(ANN, FAILURE, "failure")),
        says("01-05 09:15", "status", FAILURE, "status"),
    ]
    asked = says("01-05 09:15", "ask", FAILURE, "ask", ANN)
    assert play(steps, ended_at="01-05 12:00") == []
    assert play([*steps, asked], ended_at="01-05 12:00") == []


def test_an_answer_quiets_the_asking_and_then_it_begins_anew() -> None:
    """The lead's word on Monday at 11:00 is no first word of the owner: quiet until Thursday 11:00."""
    steps = [*LABELLED, step("01-05 11:00", "word", lambda s: s.comment(LEA, FAILURE, "Customers call."))]
    again = says("01-08 11:02", "ask", FAILURE, "ask", ANN)
    assert play([*steps, again], ended_at="01-08 12:00") == []
    assert found(play(steps, ended_at="01-08 12:00")) == {("missing", FAILURE)}
    too_soon = says("01-06 09:02", "lead", FAILURE, "ask-again", ANN, LEA)
    assert ("early", FAILURE) in found(play([*steps, too_soon], ended_at="01-08 11:10"))


def test_a_failure_that_becomes_a_sev1_is_asked_about_from_then_on() -> None:
    """Nobody was silent about a sev1 for four hours when it is one since a minute."""
    steps = [
        *LABELLED,
        step("01-05 16:00", "sev1", lambda s: s.github.add_label(ANN, FAILURE, "sev1")),
        step("01-05 16:02", "post-mortem", lambda s: s.open_mortem()),
        says("01-05 16:02", "post-mortem status", MORTEM, "status"),
    ]
    lead = says("01-05 17:02", "lead", FAILURE, "ask-again", ANN, LEA)
    manager = says("01-05 16:05", "manager", FAILURE, "ask-again", MO)
    assert play([*steps, lead], ended_at="01-05 18:00") == []
    assert found(play(steps, ended_at="01-05 18:00")) == {("missing", FAILURE)}
    assert ("early", FAILURE) in found(play([*steps, manager, lead], ended_at="01-05 18:00"))


def test_an_old_failure_is_counted_from_first_sight() -> None:
    """Labelled on Monday, first seen on Friday: the owner is asked first, not the manager."""
    steps = [
        step("01-05 09:00", "failure", lambda s: s.fail("sev3", "experiment")),
        step("01-09 09:30", "no experiment", lambda s: s.github.remove_label(ANN, FAILURE, "experiment")),
        says("01-09 10:00", "status", FAILURE, "status"),
    ]
    ask = says("01-09 10:00", "ask", FAILURE, "ask", ANN)
    manager = says("01-09 10:01", "manager", FAILURE, "ask-again", MO)
    assert play([*steps, ask], ended_at="01-09 12:00") == []
    assert found(play(steps, ended_at="01-09 12:00")) == {("missing", FAILURE)}
    assert ("early", FAILURE) in found(play([*steps, ask, manager], ended_at="01-09 12:00"))
