"""The independent model knows which letters on reviews are right, and where another wording is suggested."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.memory.letterbox import Letter
from tests.simulation.expected_worlds import (
    ANN,
    BOB,
    FAILURE,
    GOOD,
    LEA,
    MORTEM,
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
from worker.simulation.expected_reviews import BLAMING, is_about_review, review_violations

#: Opened on Monday 5 January at 09:04, so that it stands on the Monday after at half past nine.
RIGHT = "01-12 09:30"


def entry(when: str, who: str = ANN, starts: str = RIGHT, sequence: int = 0, written: str = "") -> Letter:
    start = at(starts)
    body = f"the review of [{MORTEM}](http://x) is proposed for **Mon {start:%Y-%m-%d, %H:%M} UTC**."
    calendar = f"SEQUENCE:{sequence}\r\nDTSTAMP:20260105T090400Z\r\nDTSTART:{at(written or starts):%Y%m%dT%H%M%SZ}\r\n"
    return Letter(at(when), (f"letter://{who}",), "Review: The shop is down", body, calendar)


def draft(when: str, who: str = ANN, starts: str = RIGHT, sequence: int = 9, calendar: str | None = None) -> Letter:
    letter = entry(when, who, starts, sequence)
    brought = letter.calendar if calendar is None else calendar
    return Letter(letter.at, letter.addresses, "Before the review: The shop is down", letter.body, brought)


def judged(letters: list[Letter], must_arrive: bool = False, more: tuple[Step, ...] = ()) -> set[tuple[str, str]]:
    stage = Stage()
    for one in sorted([*until(GOOD, "close post-mortem"), *more], key=lambda one: at(one.when)):
        stage.time = at(one.when)
        one.do(stage)
    assert all(is_about_review(letter) for letter in letters)
    return found(review_violations(stage.world, SETTING, letters, must_arrive, at("01-14 12:00")))


MOVED = step("01-07 10:00", "move", lambda s: s.jira.set_due(ANN, MORTEM, dt.date(2026, 1, 15)))


@pytest.mark.parametrize(
    ("letters", "more", "violations"),
    [
        pytest.param([entry("01-05 09:05"), draft("01-09 09:31")], (), set(), id="as it should be"),
        pytest.param([entry("01-05 09:05"), entry("01-05 09:06")], (), {("twice", MORTEM)}, id="twice"),
        pytest.param(
            [entry("01-05 09:05"), entry("01-05 09:06", sequence=1)], (), {("twice", MORTEM)}, id="twice by number"
        ),
        pytest.param([draft("01-09 09:31"), draft("01-09 09:32", sequence=10)], (), {("twice", MORTEM)}, id="drafts"),
        pytest.param([draft("01-09 09:31", calendar="")], (), {("wrong", MORTEM)}, id="a draft without an entry"),
        pytest.param([draft("01-09 09:31")], (), set(), id="the draft alone"),
        pytest.param([entry("01-05 09:05"), entry("01-05 09:06", LEA)], (), set(), id="to two people"),
        pytest.param([entry("01-05 09:05", BOB)], (), {("wrong", MORTEM)}, id="to a stranger"),
        pytest.param([entry("01-05 09:05", starts="01-12 10:00")], (), {("wrong", MORTEM)}, id="at another time"),
        pytest.param([entry("01-05 09:05", written="01-12 10:00")], (), {("wrong", MORTEM)}, id="the file disagrees"),
        pytest.param([draft("01-09 09:00")], (), {("early", MORTEM)}, id="the draft too early"),
        pytest.param([draft("01-12 10:30")], (), {("late", MORTEM)}, id="after it was over"),
        pytest.param(
            [entry("01-05 09:05"), entry("01-07 10:05", starts="01-15 09:30", sequence=1)], (MOVED,), set(), id="moved"
        ),
        pytest.param(
            [entry("01-05 09:05"), entry("01-07 10:05", starts="01-15 09:30")], (MOVED,), {("twice", MORTEM)},
            id="moved without a number",
        ),
        pytest.param(
            [entry("01-06 10:05", starts="01-15 09:30")], (MOVED,), {("wrong", MORTEM)}, id="moved before it was"
        ),
    ],
)  # fmt: skip
def test_letters_on_reviews_are_held_against_the_ticket(
    letters: list[Letter], more: tuple[Step, ...], violations: set[tuple[str, str]]
) -> None:
    assert judged(letters, more=more) == violations


def test_where_nothing_can_go_wrong_whoever_reported_it_hears_of_the_review() -> None:
    reported = step("01-05 09:00", "failure", _by_ann)
    steps = [reported if one.name == "failure" else one for one in until(GOOD, "close post-mortem")]
    stage = Stage()
    for one in sorted(steps, key=lambda one: at(one.when)):
        stage.time = at(one.when)
        one.do(stage)
    ended = at("01-14 12:00")
    assert found(review_violations(stage.world, SETTING, [], True, ended)) == {("missing", MORTEM)}
    assert review_violations(stage.world, SETTING, [entry("01-05 09:05")], True, ended) == []


def _by_ann(stage: Stage) -> None:
    labels = ("failure", "sev2")
    stage.github.open_ticket(ANN, "acme/shop", "The shop is down", "It broke.", labels=labels, assignees=(ANN,))


BLAMED = step("01-06 12:00", "blame", lambda s: s.jira.set_body(LEA, MORTEM, f"{s.ticket(MORTEM).body}\n{BLAMING}\n"))


@pytest.mark.parametrize(
    ("steps", "violations"),
    [
        pytest.param([BLAMED, says("01-06 13:02", "word", MORTEM, "wording")], set(), id="suggested"),
        pytest.param([BLAMED], {("missing", MORTEM)}, id="not suggested"),
        pytest.param([says("01-06 13:02", "word", MORTEM, "wording")], {("wrong", MORTEM)}, id="for nothing"),
        pytest.param(
            [BLAMED, says("01-06 13:02", "w", MORTEM, "wording"), says("01-07 13:02", "again", MORTEM, "wording")],
            {("twice", MORTEM)},
            id="twice",
        ),
        pytest.param(
            [BLAMED, says("01-06 13:02", "w", MORTEM, "wording"), says("01-06 13:03", "there", FAILURE, "wording")],
            {("wrong", FAILURE)},
            id="elsewhere",
        ),
        pytest.param(
            [BLAMED, step("01-06 12:30", "close", lambda s: s.jira.close(ANN, MORTEM))], set(), id="closed meanwhile"
        ),
    ],
)  # fmt: skip
def test_a_wording_is_suggested_once_where_somebody_is_blamed(
    steps: list[Step], violations: set[tuple[str, str]]
) -> None:
    played = play([*until(GOOD, "close post-mortem"), *steps], ended_at="01-09 12:00")
    assert found(played) == violations
