"""Ladders: where they count from, and which rung speaks (P5, P9).

March 2026: the second is a Monday; work is from nine to five, UTC.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.calendar import Calendar
from rules.clocks import AnchorPoint, Timeline, read_ladder, stage_names
from rules.durations import parse_duration
from rules.policy import Anchor, Ladder, Rung
from tests.rules.cases import at

CALENDAR = Calendar()


def ladder(*rungs: str, repeat: str = "", quiets: str = "3 business days") -> Ladder:
    return Ladder(
        Anchor.DUE,
        tuple(Rung(rung, parse_duration(rung), ()) for rung in rungs),
        parse_duration(quiets),
        parse_duration(repeat) if repeat else None,
    )


#: As the shipped pack has it for actions.
STALLED = ladder("-2 business days", "0 business days", "3 business days", "7 business days", repeat="10 business days")
DUE = AnchorPoint("due", at("03-09 10:00"))


def point(id: str, when: str) -> AnchorPoint:  # noqa: A002
    return AnchorPoint(id, at(when), is_base=False)


def timeline(
    *,
    base: AnchorPoint = DUE,
    progress: AnchorPoint | None = None,
    answers: tuple[AnchorPoint, ...] = (),
    snoozes: tuple[AnchorPoint, ...] = (),
    seen: str = "03-02 09:00",
) -> Timeline:
    return Timeline(base, progress, answers, snoozes, at(seen))


PLAIN = timeline()


def read(line: Timeline, now: str, steps: Ladder = STALLED) -> tuple[str, str, str]:
    """Anchor, stage and next moment, in words."""
    reading = read_ladder(steps, line, CALENDAR, at(now))
    stage = reading.stage.name if reading.stage else "-"
    return reading.anchor.id, stage, f"{reading.next_at:%m-%d %H:%M}" if reading.next_at else "-"


@pytest.mark.parametrize(
    ("now", "stage", "next_at"),
    [
        pytest.param("03-05 09:59", "-", "03-05 10:00", id="a minute before the reminder"),
        pytest.param("03-05 10:00", "-2 business days#0", "03-09 10:00", id="the reminder's moment itself"),
        pytest.param("03-07 12:00", "-2 business days#0", "03-09 10:00", id="the weekend between"),
        pytest.param("03-09 10:00", "0 business days#0", "03-12 10:00", id="due"),
        pytest.param("03-12 10:00", "3 business days#0", "03-18 10:00", id="three days late"),
        pytest.param("03-18 10:00", "7 business days#0", "04-01 10:00", id="seven days late"),
        pytest.param("04-01 10:00", "7 business days#1", "04-15 10:00", id="the last again"),
        pytest.param("04-30 09:00", "7 business days#3", "05-13 10:00", id="the last for the third time"),
    ],
)
def test_the_rungs_come_one_after_the_other(now: str, stage: str, next_at: str) -> None:
    assert read(PLAIN, now) == ("due", stage, next_at)


@pytest.mark.parametrize(
    ("steps", "now", "in_hours"),
    [
        pytest.param(ladder("0 s", "1 h"), "03-09 11:00", False, id="clock time"),
        pytest.param(ladder("0 s", "3 business days"), "03-12 10:00", True, id="business days"),
        pytest.param(ladder("0 s", "4 business hours"), "03-09 14:00", True, id="business hours"),
        pytest.param(ladder("0 s", repeat="1 business day"), "03-10 10:00", True, id="repeated in business days"),
        pytest.param(ladder("0 business days", repeat="1 h"), "03-09 11:00", False, id="repeated in clock time"),
    ],
)
def test_what_fell_due_by_business_time_asks_in_working_hours(steps: Ladder, now: str, in_hours: bool) -> None:
    stage = read_ladder(steps, PLAIN, CALENDAR, at(now)).stage
    assert stage is not None
    assert stage.in_hours is in_hours


def test_of_several_rungs_that_are_due_only_the_highest_speaks() -> None:
    """After an outage of weeks there is one stage, not three (P9)."""
    assert read(PLAIN, "03-20 09:00")[1] == "7 business days#0"


def test_a_ladder_that_does_not_repeat_ends() -> None:
    assert read(PLAIN, "06-01 09:00", ladder("0 business days", "3 business days")) == ("due", "3 business days#0", "-")


def test_a_ladder_that_nobody_answers_for_years_ends_too() -> None:
    reading = read_ladder(ladder("0 s", repeat="1 s"), PLAIN, CALENDAR, at("12-01 09:00"))
    assert reading.next_at is None


#: From Monday the ninth at ten on, repeated each Monday thereafter.
@pytest.mark.parametrize(
    ("more", "now", "said"),
    [
        pytest.param({"repeat_times": 2}, "03-20 10:00", ("0 seconds#1", "03-23 10:00"), id="a second one is to come"),
        pytest.param({"repeat_times": 2}, "03-23 10:00", ("0 seconds#2", "-"), id="the second of two is the last"),
        pytest.param({"repeat_times": 2}, "06-01 10:00", ("0 seconds#2", "-"), id="and stays it"),
        pytest.param(
            {"repeat_for": parse_duration("2 w")}, "03-16 10:00", ("0 seconds#1", "03-23 10:00"), id="on its last day"
        ),
        pytest.param({"repeat_for": parse_duration("2 w")}, "06-01 10:00", ("0 seconds#2", "-"), id="no later"),
        pytest.param({"repeat_for": parse_duration("13 days")}, "03-16 10:00", ("0 seconds#1", "-"), id="a day short"),
        pytest.param(
            {"repeat_for": parse_duration("2 w"), "repeat_times": 1}, "06-01 10:00", ("0 seconds#1", "-"), id="both"
        ),
    ],
)
def test_a_ladder_repeats_until_its_end(more: dict[str, Any], now: str, said: tuple[str, str]) -> None:
    steps = replace(ladder("0 s", repeat="1 w"), **more)
    steps = replace(steps, rungs=(Rung("0 seconds", parse_duration("0 s"), ()),))
    assert read(PLAIN, now, steps)[1:] == said


def test_the_names_of_stages_end_with_the_ladder() -> None:
    assert stage_names(replace(ladder("1 day", repeat="1 w"), repeat_times=2)) == ["1 day#0", "1 day#1", "1 day#2"]
    assert stage_names(ladder("1 day")) == ["1 day#0"]


# --- answers ---------------------------------------------------------------------------------------

ASKED_AGAIN = ("answer 1", "answer 2", "answer 3")


@pytest.mark.parametrize(
    ("answers", "now", "expected"),
    [
        pytest.param(["03-10 12:00"], "03-13 11:59", ("answer 1", "-", "03-13 12:00"), id="one answer quiets"),
        pytest.param(
            ["03-10 12:00"], "03-13 12:00", ("answer 1", "0 business days#0", "03-18 12:00"), id="and then asks anew"
        ),
        pytest.param(
            ["03-10 12:00", "03-10 12:05", "03-12 09:00"],
            "03-13 12:00",
            ("answer 1", "0 business days#0", "03-18 12:00"),
            id="a conversation counts once",
        ),
        pytest.param(
            ["03-10 12:00", "03-13 12:00"],
            "03-18 11:00",
            ("answer 2", "-", "03-18 12:00"),
            id="a second answer quiets again",
        ),
        pytest.param(
            ["03-10 12:00", "03-13 12:00", "03-18 12:00"],
            "03-18 13:00",
            ("answer 2", "0 business days#0", "03-23 12:00"),
            id="a third in a row does not",
        ),
        pytest.param(
            ["03-02 10:00"],
            "03-09 10:00",
            ("due", "0 business days#0", "03-12 10:00"),
            id="an answer long before the date",
        ),
    ],
)
def test_an_answer_quiets_for_an_interval_at_most_twice(
    answers: list[str], now: str, expected: tuple[str, str, str]
) -> None:
    points = tuple(point(id, when) for id, when in zip(ASKED_AGAIN, answers, strict=False))  # noqa: A001
    assert read(timeline(answers=points), now) == expected


def test_after_the_quiet_of_an_answer_the_ladder_begins_anew() -> None:
    """What docs/policy.md says: three days of quiet, five more, and the first rung asks again."""
    line = timeline(answers=(point(ASKED_AGAIN[0], "03-16 12:00"),))
    steps = ladder("5 business days", "10 business days")
    assert read(line, "03-26 11:59", steps) == (ASKED_AGAIN[0], "-", "03-26 12:00")
    assert read(line, "03-26 12:00", steps) == (ASKED_AGAIN[0], "5 business days#0", "04-02 12:00")


def test_progress_starts_the_ladder_anew() -> None:
    """Answers in a row were forgotten by whoever folded the history: here progress alone is the anchor (P5)."""
    line = timeline(progress=point("progress", "03-11 15:00"))
    assert read(line, "03-16 14:59") == ("progress", "-", "03-16 15:00")
    assert read(line, "03-16 15:00") == ("progress", "0 business days#0", "03-19 15:00")


def test_progress_before_the_date_leaves_the_date_alone() -> None:
    assert read(timeline(progress=point("progress", "03-03 15:00")), "03-09 10:00")[:2] == ("due", "0 business days#0")


def test_progress_just_before_the_date_moves_the_ladder_behind_it() -> None:
    line = timeline(progress=point("progress", "03-09 09:00"))
    assert read(line, "03-09 10:00") == ("progress", "-", "03-12 09:00")


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param({"progress": point("moved", "03-11 12:00")}, id="progress"),
        pytest.param({"answers": (point("moved", "03-11 12:00"),)}, id="an answer"),
        pytest.param({"snoozes": (point("moved", "03-16 12:00"),)}, id="a snooze"),
    ],
)
def test_the_reminder_ahead_belongs_to_a_date_that_was_set(moved: dict[str, object]) -> None:
    """Otherwise everybody who answers would be reminded of their own answer the day after."""
    line = replace(PLAIN, **moved)  # type: ignore[arg-type]
    assert read(line, "03-13 12:00")[:2] == ("moved", "-")


# --- snoozes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("snoozes", "now", "expected"),
    [
        pytest.param(["03-20 09:00"], "03-19 12:00", ("snooze 1", "-", "03-20 09:00"), id="asleep"),
        pytest.param(
            ["03-20 09:00"], "03-20 09:00", ("snooze 1", "0 business days#0", "03-25 09:00"), id="awake: begins anew"
        ),
        pytest.param(
            ["03-20 09:00", "03-11 09:00"],
            "03-19 12:00",
            ("snooze 1", "-", "03-20 09:00"),
            id="a shorter one changes nothing",
        ),
        pytest.param(
            ["03-11 09:00", "03-20 09:00"], "03-19 12:00", ("snooze 2", "-", "03-20 09:00"), id="a longer one does"
        ),
        pytest.param(
            ["03-04 09:00"], "03-09 10:00", ("due", "0 business days#0", "03-12 10:00"), id="over before the date"
        ),
    ],
)
def test_a_snooze_moves_the_ladder_to_its_end(snoozes: list[str], now: str, expected: tuple[str, str, str]) -> None:
    points = tuple(point(f"snooze {number}", when) for number, when in enumerate(snoozes, 1))
    assert read(timeline(snoozes=points), now) == expected


def test_the_latest_of_all_anchors_counts() -> None:
    line = timeline(
        progress=point("progress", "03-10 09:00"),
        answers=(point("answer", "03-11 09:00"),),
        snoozes=(point("snooze", "03-12 09:00"),),
    )
    assert read(line, "03-13 12:00")[0] == "answer"


# --- first sight -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "now", "expected"),
    [
        pytest.param(
            "03-11 09:00", "03-11 09:00", ("due", "0 business days#0", "03-12 10:00"), id="one rung had passed"
        ),
        pytest.param(
            "03-12 10:00", "03-12 10:00", ("due", "0 business days#0", "03-17 10:00"), id="two rungs had passed"
        ),
        pytest.param("06-01 09:00", "06-01 09:00", ("due", "0 business days#0", "06-04 09:00"), id="a year-old ticket"),
        pytest.param("06-01 09:00", "06-04 09:00", ("due", "3 business days#0", "06-10 09:00"), id="and then goes on"),
    ],
)
def test_at_first_sight_of_an_old_ticket_the_ladder_begins_at_the_owner(
    seen: str, now: str, expected: tuple[str, str, str]
) -> None:
    """What was late before we came is nobody's lateness towards us (P9); the anchor keeps its name."""
    assert read(timeline(seen=seen), now) == expected


def test_at_first_sight_on_a_weekend_nobody_is_reminded_of_a_date_that_is_over() -> None:
    assert read(timeline(seen="06-06 12:00"), "06-06 12:00") == ("due", "-", "06-08 09:00")


def test_seeing_a_ticket_a_second_later_is_the_same_stage() -> None:
    one = read_ladder(STALLED, timeline(seen="06-01 09:00"), CALENDAR, at("06-01 09:00"))
    other = read_ladder(STALLED, timeline(seen="06-01 09:01"), CALENDAR, at("06-01 09:01"))
    assert one.stage
    assert other.stage
    assert (one.anchor.id, one.stage.name) == (other.anchor.id, other.stage.name)


@pytest.mark.parametrize(
    ("line", "now", "steps", "late"),
    [
        pytest.param(PLAIN, "03-09 10:00", STALLED, None, id="on the day"),
        pytest.param(PLAIN, "03-12 10:00", STALLED, "3 business days", id="as the rung says"),
        pytest.param(
            timeline(answers=(point("answer:c", "03-10 10:00"),)), "03-13 10:00", STALLED, "4 business days",
            id="after an answer: since the due date",
        ),
        pytest.param(
            timeline(progress=point("progress:p", "03-10 10:00")), "03-13 10:00", STALLED, "3 business days",
            id="after progress: since that",
        ),
        pytest.param(
            timeline(snoozes=(point("snooze:s", "03-20 10:00"),)), "03-20 10:00", STALLED, None,
            id="after a snooze: what was agreed is not late",
        ),
        pytest.param(
            timeline(answers=(point("answer:c", "03-09 12:00"),)),
            "03-09 13:00",
            ladder("0 s", "1 h", quiets="1 h"),
            "3 hours",
            id="a ladder in hours",
        ),
        pytest.param(
            timeline(answers=(point("answer:c", "03-10 10:00"),)), "03-13 10:00", ladder("0 s", "1 business day"),
            "4 business days",
            id="a first rung at once in a ladder of days",
        ),
    ],
)  # fmt: skip
def test_how_late_it_is_counts_from_what_was_missed(line: Timeline, now: str, steps: Ladder, late: str | None) -> None:
    """And never from the end of a quiet that somebody's answer brought."""
    reading = read_ladder(steps, line, CALENDAR, at(now))
    assert (str(reading.late) if reading.late else None) == late
