"""Business time against a count of minutes, in zones of both hemispheres and around their changes of the clock."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.calendar import Calendar
from rules.durations import Duration, Unit
from rules.language.policy_file import load_policy
from rules.work_hours import Spans, WorkHours
from tests.rules.minutes import Counted

OFFICE = "09:00-17:00"
WEEK = tuple((day, OFFICE) for day in range(1, 6))
#: Fridays end at noon, Wednesdays are off, and there is a break; each around a change of the clock.
MIXED = ((1, "08:30-12:30 13:15-17:00"), (2, OFFICE), (4, "10:00-19:30"), (5, "09:00-12:00"))
#: Work at the hours that a change of the clock leaves out, or shows twice.
NIGHTS = tuple((day, "00:00-01:30 01:45-02:15 02:30-04:00") for day in range(1, 8))
COUNTED = {
    "berlin-in-march": Counted("Europe/Berlin", MIXED, ("2026-03-26",), "2026-03-10", "2026-04-20"),
    "berlin-in-october": Counted("Europe/Berlin", WEEK, ("2026-10-26",), "2026-10-05", "2026-11-15"),
    "nights-in-berlin-in-march": Counted("Europe/Berlin", NIGHTS, (), "2026-03-15", "2026-04-15"),
    "nights-in-berlin-in-october": Counted("Europe/Berlin", NIGHTS, (), "2026-10-12", "2026-11-10"),
    "new-york-in-march": Counted("America/New_York", NIGHTS, ("2026-03-09",), "2026-02-25", "2026-03-25"),
    "sydney-in-october": Counted("Australia/Sydney", MIXED, (), "2026-09-20", "2026-10-25"),
    "santiago-in-april": Counted("America/Santiago", NIGHTS, (), "2026-03-20", "2026-04-20"),
    "half-an-hour-on-lord-howe": Counted("Australia/Lord_Howe", NIGHTS, (), "2026-09-20", "2026-10-20"),
    "tokyo-without-a-change": Counted("Asia/Tokyo", MIXED, ("2026-05-05",), "2026-04-20", "2026-05-25"),
}


def calendar_of(counted: Counted) -> Calendar:
    """The same one as the program has it."""
    week = tuple((day, spans_of(written)) for day, written in counted.week)
    return Calendar(
        ZoneInfo(counted.zone),
        frozenset(day for day, _ in week),
        WorkHours(by_day=week),
        frozenset(map(dt.date.fromisoformat, counted.closed)),
    )


def spans_of(written: str) -> Spans:
    spans = [tuple(map(dt.time.fromisoformat, span.split("-"))) for span in written.split()]
    return tuple((opens, closes) for opens, closes in spans)


CALENDARS = {name: calendar_of(counted) for name, counted in COUNTED.items()}
NAMES = st.sampled_from(sorted(COUNTED))
MINUTES = st.integers(0, 24 * 60 * 60)
few = settings(max_examples=60, deadline=None)


def middle(name: str, minutes: int) -> dt.datetime:
    """A minute of the middle of the stretch, so that both ends are far."""
    counted = COUNTED[name]
    days = (dt.date.fromisoformat(counted.last) - dt.date.fromisoformat(counted.first)).days
    start = dt.datetime.fromisoformat(f"{counted.first}T00:00+00:00") + dt.timedelta(days=10)
    return start + dt.timedelta(minutes=minutes % ((days - 20) * 24 * 60))


@few
@given(NAMES, MINUTES, st.integers(-25, 25))
def test_business_hours_are_as_many_minutes_of_work(name: str, minutes: int, hours: int) -> None:
    at = middle(name, minutes)
    assert CALENDARS[name].add(at, Duration(hours, Unit.BUSINESS_HOURS)) == COUNTED[name].add_hours(at, hours)


@few
@given(NAMES, MINUTES, st.integers(-4, 4))
def test_business_days_are_the_same_time_of_day_moved_into_working_hours(name: str, minutes: int, days: int) -> None:
    at = middle(name, minutes)
    assert CALENDARS[name].add(at, Duration(days, Unit.BUSINESS_DAYS)) == COUNTED[name].add_days(at, days)


@given(NAMES, MINUTES, MINUTES)
def test_working_time_between_two_moments_is_what_leads_from_one_to_the_other(
    name: str, minutes: int, more: int
) -> None:
    calendar = CALENDARS[name]
    begins, ends = sorted((middle(name, minutes), middle(name, more)))
    between = calendar.working_time(begins, ends)
    reached = calendar.after_working(begins, between)
    assert calendar.working_time(begins, reached) == between
    assert calendar.next_working_moment(reached) == calendar.next_working_moment(max(ends, reached))


@given(NAMES, MINUTES, st.integers(0, 25))
def test_hours_added_and_taken_off_again_lead_back(name: str, minutes: int, hours: int) -> None:
    calendar = CALENDARS[name]
    start = calendar.next_working_moment(middle(name, minutes))
    there = calendar.add(start, Duration(hours, Unit.BUSINESS_HOURS))
    assert calendar.add(there, Duration(-hours, Unit.BUSINESS_HOURS)) == start or hours == 0


@given(MINUTES, st.integers(1, 4))
def test_days_added_and_taken_off_again_lead_back_where_all_days_are_alike(minutes: int, days: int) -> None:
    calendar = CALENDARS["berlin-in-october"]
    start = calendar.next_working_moment(middle("berlin-in-october", minutes))
    there = calendar.add(start, Duration(days, Unit.BUSINESS_DAYS))
    assert calendar.add(there, Duration(-days, Unit.BUSINESS_DAYS)) == start
    assert calendar.business_days_between(start, there) == days
    assert calendar.business_days_between(start, there - dt.timedelta(minutes=1)) == days - 1


@given(NAMES, MINUTES, MINUTES, st.integers(-4, 4), st.sampled_from([Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS]))
def test_business_time_never_overtakes(name: str, minutes: int, more: int, amount: int, unit: Unit) -> None:
    """Neither a later start nor more of it ends earlier."""
    calendar = CALENDARS[name]
    early, late = sorted((middle(name, minutes), middle(name, more)))
    assert calendar.add(early, Duration(amount, unit)) <= calendar.add(late, Duration(amount, unit))
    assert calendar.add(early, Duration(amount, unit)) <= calendar.add(early, Duration(amount + 1, unit))


NEW_YEAR = {
    "bavaria": (
        "{zone: Europe/Berlin, country: DE, region: BY, holidays: [2026-12-24, 2026-12-28 to 2026-12-31]}",
        Counted(
            "Europe/Berlin",
            WEEK,
            (
                *("2026-12-24", "2026-12-25", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"),
                *("2027-01-01", "2027-01-06"),
            ),
            "2026-12-01",
            "2027-03-15",
        ),
    ),
    "japan": (
        '{zone: Asia/Tokyo, country: JP, hours: {mon-thu: "09:00-12:00, 13:00-17:30", fri: "09:00-15:00"}}',
        Counted(
            "Asia/Tokyo",
            (*((day, "09:00-12:00 13:00-17:30") for day in range(1, 5)), (5, "09:00-15:00")),
            ("2027-01-01", "2027-01-11", "2027-02-11", "2027-02-23"),
            "2026-12-01",
            "2027-03-15",
        ),
    ),
}


@pytest.mark.parametrize(("written", "counted"), NEW_YEAR.values(), ids=NEW_YEAR)
@pytest.mark.parametrize("start", ["2026-12-14T03:17", "2026-12-18T14:59", "2026-12-31T23:00", "2026-12-25T08:01"])
def test_300_business_hours_across_new_year_are_right_to_the_minute(
    tmp_path: Path, written: str, counted: Counted, start: str
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(f"policy: 1\nname: years\ncalendar: {written}\nrules: []\n", encoding="utf-8")
    calendar, at = load_policy(path).calendar, dt.datetime.fromisoformat(f"{start}+00:00")
    assert calendar.add(at, Duration(300, Unit.BUSINESS_HOURS)) == counted.add_hours(at, 300)


def test_a_day_later_than_the_half_day_ends_is_the_next_working_morning() -> None:
    """Thursday 16:00 and one business day, where Fridays end at noon: Monday 08:30."""
    thursday = dt.datetime(2026, 4, 2, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    monday = dt.datetime(2026, 4, 6, 8, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert CALENDARS["berlin-in-march"].add(thursday, Duration(1, Unit.BUSINESS_DAYS)) == monday


def test_a_due_day_ends_with_the_last_of_its_hours() -> None:
    calendar = CALENDARS["berlin-in-march"]
    assert calendar.end_of(dt.date(2026, 4, 3)) == dt.datetime(2026, 4, 3, 10, tzinfo=dt.UTC)
    assert calendar.end_of(dt.date(2026, 4, 2)) == dt.datetime(2026, 4, 2, 17, 30, tzinfo=dt.UTC)
