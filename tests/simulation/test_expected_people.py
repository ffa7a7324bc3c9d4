"""The independent model's people: their hours by a paper calendar, who stands in, and when somebody may be asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from rules.calendars import calendar_of
from worker.simulation.editions import EASTERNER, Edition
from worker.simulation.expected_calendar import WorkingTime, wall
from worker.simulation.expected_homes import HOME_HOURS
from worker.simulation.expected_people import Absence, Colleague, Company, Quiet
from worker.simulation.homes import HOMES
from worker.simulation.people import people_file
from worker.simulation.policies import policy_named

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
MORNING, AFTERNOON = (dt.time(9), dt.time(12)), (dt.time(13), dt.time(17))
BROKEN = WorkingTime(BERLIN, (*[(MORNING, AFTERNOON)] * 4, (MORNING,), (), ()))
NIGHT = WorkingTime(ZoneInfo("UTC"), (*[((dt.time(1), dt.time(5)),)] * 5, (), ()))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}+00:00")


@pytest.mark.parametrize(
    ("day", "time", "zone", "moment"),
    [
        pytest.param("2026-03-27", "09:00", BERLIN, "03-27 08:00", id="in winter"),
        pytest.param("2026-03-30", "09:00", BERLIN, "03-30 07:00", id="in summer"),
        pytest.param("2026-03-29", "02:30", BERLIN, "03-29 01:00", id="put forward over it"),
        pytest.param("2026-10-25", "02:30", BERLIN, "10-25 00:30", id="shown twice, the first"),
        pytest.param("2026-11-02", "08:00", NEW_YORK, "11-02 13:00", id="elsewhere a week later"),
    ],
)
def test_a_clock_on_the_wall_shows_a_time(day: str, time: str, zone: ZoneInfo, moment: str) -> None:
    assert wall(dt.date.fromisoformat(day), dt.time.fromisoformat(time), zone) == at(moment)


@pytest.mark.parametrize(
    ("begins", "days", "ends"),
    [
        pytest.param("03-27 13:00", 1, "03-31 07:00", id="a short Friday ends, and clocks are put forward"),
        pytest.param("03-26 12:30", 1, "03-30 07:00", id="an afternoon that Friday has not"),
        pytest.param("03-24 11:30", 0, "03-24 12:00", id="after the break"),
        pytest.param("03-31 09:30", -1, "03-30 09:30", id="backwards"),
    ],
)
def test_business_days_are_counted_in_hours_of_several_spans(begins: str, days: int, ends: str) -> None:
    assert BROKEN.add_business_days(at(begins), days) == at(ends)


def test_working_time_leaves_breaks_out() -> None:
    assert BROKEN.working_time(at("03-23 08:00"), at("03-23 16:00")) == dt.timedelta(hours=7)
    assert BROKEN.add_working_time(at("03-23 08:00"), dt.timedelta(hours=4)) == at("03-23 13:00")


AWAY = Company(
    colleagues={
        "ann": Colleague(WorkingTime(), (Absence(dt.date(2026, 3, 2), dt.date(2026, 3, 6), "bob"),)),
        "bob": Colleague(WorkingTime(), (Absence(dt.date(2026, 3, 4), dt.date(2026, 3, 4), "cid"),)),
        "cid": Colleague(WorkingTime(), (Absence(dt.date(2026, 3, 5), dt.date(2026, 3, 9)),)),
        "dan": Colleague(NIGHT),
    },
    quiet=Quiet(dt.time(20), dt.time(7)),
)


@pytest.mark.parametrize(
    ("person", "when", "instead"),
    [
        pytest.param("ann", "03-01 23:59", "ann", id="the evening before"),
        pytest.param("ann", "03-02 00:00", "bob", id="from the first day"),
        pytest.param("ann", "03-04 12:00", "cid", id="one who is away too"),
        pytest.param("ann", "03-07 00:00", "ann", id="back on the day after the last"),
        pytest.param("cid", "03-05 12:00", "cid", id="nobody stands in"),
    ],
)
def test_whoever_is_away_is_stood_in_for(person: str, when: str, instead: str) -> None:
    assert AWAY.there_for(person, at(when)) == instead


@pytest.mark.parametrize(
    ("person", "when", "in_hours", "opens"),
    [
        pytest.param("ann", "02-27 21:00", False, "02-28 07:00", id="after quiet hours"),
        pytest.param("ann", "02-27 06:59", False, "02-27 07:00", id="in their morning"),
        pytest.param("ann", "02-27 12:00", False, "02-27 12:00", id="at once"),
        pytest.param("ann", "02-27 21:00", True, "03-02 09:00", id="in working hours"),
        pytest.param("cid", "03-05 12:00", True, "03-10 09:00", id="back from an absence without stand-in"),
        pytest.param("dan", "03-03 12:00", True, "03-04 01:00", id="who works in quiet hours alone, while they work"),
    ],
)
def test_somebody_may_be_asked_again_at(person: str, when: str, in_hours: bool, opens: str) -> None:
    assert AWAY.opening(person, at(when), in_hours=in_hours, heeds_quiet=True) == at(opens)


@pytest.mark.parametrize("home", HOMES)
def test_holidays_by_hand_are_those_of_the_people_file(home: str) -> None:
    """In the weeks in which histories play; a slip in the list would look like a mistake of the product."""
    edition = Edition(at("01-05 08:00"), homes=dict.fromkeys(people_file().people, home))
    people = edition.own_times(people_file())
    policy = replace(policy_named("shipped", "none", 5), people=people)
    mine = HOME_HOURS[home]
    first, last = dt.date(2026, 2, 16), dt.date(2027, 2, 12)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days)]
    for who in ("ada", EASTERNER):  # by a calendar of their own, and by their team's
        theirs = calendar_of(policy, people.people[who])
        assert [day for day in days if theirs.is_workday(day) != mine.is_workday(day)] == []
