"""Business time, in the zones and at the edges where it goes wrong."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar
from rules.durations import Duration, Unit, parse_duration
from rules.work_hours import WorkHours

BERLIN = Calendar(ZoneInfo("Europe/Berlin"), holidays=frozenset({dt.date(2026, 12, 25)}))
UTC = Calendar()


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


ADDED = [
    ("clock hours count at night", UTC, "2026-11-20T23:00+00:00", "2 h", "2026-11-21T01:00+00:00"),
    (
        "clock days count seconds over a clock change",
        BERLIN,
        "2026-10-24T12:00+02:00",
        "1 day",
        "2026-10-25T11:00+01:00",
    ),
    ("a business day keeps the time of day", UTC, "2026-11-18T10:30+00:00", "1 business day", "2026-11-19T10:30+00:00"),
    ("a weekend is stepped over", UTC, "2026-11-20T10:30+00:00", "1 business day", "2026-11-23T10:30+00:00"),
    ("a holiday is stepped over", BERLIN, "2026-12-24T10:00+01:00", "1 business day", "2026-12-28T10:00+01:00"),
    ("from the weekend it begins on Monday", UTC, "2026-11-21T10:30+00:00", "1 business day", "2026-11-24T09:00+00:00"),
    ("after closing it begins next morning", UTC, "2026-11-18T20:00+00:00", "1 business day", "2026-11-20T09:00+00:00"),
    (
        "closing time itself is after closing",
        UTC,
        "2026-11-18T17:00+00:00",
        "0 business days",
        "2026-11-19T09:00+00:00",
    ),
    ("before opening it begins at opening", UTC, "2026-11-18T06:00+00:00", "0 business days", "2026-11-18T09:00+00:00"),
    ("no days in working hours is now", UTC, "2026-11-18T11:11+00:00", "0 business days", "2026-11-18T11:11+00:00"),
    ("summer time ends over the weekend", BERLIN, "2026-10-23T10:00+02:00", "1 business day", "2026-10-26T10:00+01:00"),
    (
        "summer time begins over the weekend",
        BERLIN,
        "2026-03-27T10:00+01:00",
        "1 business day",
        "2026-03-30T10:00+02:00",
    ),
    ("days before", UTC, "2026-11-20T17:00+00:00", "-2 business days", "2026-11-19T09:00+00:00"),
    ("days before step over the weekend", UTC, "2026-11-23T10:00+00:00", "-1 business day", "2026-11-20T10:00+00:00"),
    ("hours within a day", UTC, "2026-11-18T10:00+00:00", "4 business hours", "2026-11-18T14:00+00:00"),
    ("hours go on next morning", UTC, "2026-11-18T15:00+00:00", "4 business hours", "2026-11-19T11:00+00:00"),
    ("hours step over the weekend", UTC, "2026-11-20T16:00+00:00", "2 business hours", "2026-11-23T10:00+00:00"),
    ("many hours are whole days", UTC, "2026-11-18T09:00+00:00", "24 business hours", "2026-11-20T17:00+00:00"),
    ("hours before", UTC, "2026-11-18T10:00+00:00", "-2 business hours", "2026-11-17T16:00+00:00"),
    ("hours before from the night", UTC, "2026-11-18T20:00+00:00", "-1 business hour", "2026-11-18T16:00+00:00"),
]


@pytest.mark.parametrize(("calendar", "start", "duration", "end"), [a[1:] for a in ADDED], ids=[a[0] for a in ADDED])
def test_time_is_added_as_people_count_it(calendar: Calendar, start: str, duration: str, end: str) -> None:
    assert calendar.add(_at(start), parse_duration(duration)) == _at(end)


@pytest.mark.parametrize(
    ("rung", "at"),
    [
        ("-2 business days", "2026-11-27T09:00+00:00"),
        ("-1 business day", "2026-11-30T09:00+00:00"),
        ("0 business days", "2026-12-01T09:00+00:00"),
        ("3 business days", "2026-12-04T09:00+00:00"),
    ],
)
def test_a_due_date_ends_with_its_working_hours(rung: str, at: str) -> None:
    """What docs/policy.md says of the rungs around a due date: 2026-11-30 is a Monday."""
    assert UTC.add(UTC.end_of(dt.date(2026, 11, 30)), parse_duration(rung)) == _at(at)


@pytest.mark.parametrize("start", ["2026-11-20T20:00+00:00", "2026-11-21T14:30+00:00", "2026-11-23T08:59+00:00"])
def test_business_days_from_a_closed_moment_count_from_the_next_opening(start: str) -> None:
    """What docs/policy.md says of moments at night and on closing days: 2026-11-21 is a Saturday."""
    assert UTC.add(_at(start), parse_duration("1 business day")) == _at("2026-11-24T09:00+00:00")


def test_hours_of_a_night_that_loses_one_are_counted_as_they_pass() -> None:
    """02:00 to 03:00 does not exist in Berlin on 2026-03-29: from 00:00 four hours on is 05:00 on the wall."""
    nights = Calendar(ZoneInfo("Europe/Berlin"), frozenset({7}), WorkHours(((dt.time(0), dt.time(8)),)))
    end = nights.add(_at("2026-03-29T00:00+01:00"), Duration(4, Unit.BUSINESS_HOURS))
    assert end == _at("2026-03-29T05:00+02:00")


@pytest.mark.parametrize(
    ("day", "end"),
    [(dt.date(2026, 7, 1), "2026-07-01T17:00+02:00"), (dt.date(2026, 12, 1), "2026-12-01T17:00+01:00")],
    ids=["summer", "winter"],
)
def test_something_due_on_a_day_is_due_at_closing_time_there(day: dt.date, end: str) -> None:
    assert BERLIN.end_of(day) == _at(end)


def test_the_local_date_is_that_of_the_zone() -> None:
    assert BERLIN.local_date(_at("2026-11-20T23:30+00:00")) == dt.date(2026, 11, 21)


def test_a_calendar_without_a_working_day_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(ValueError, match="no working day"):
        Calendar(workdays=frozenset()).add(_at("2026-11-20T10:00+00:00"), Duration(1, Unit.BUSINESS_DAYS))


START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: START + dt.timedelta(minutes=minutes))
BUSINESS = st.sampled_from([Unit.BUSINESS_DAYS, Unit.BUSINESS_HOURS])


@given(MOMENTS, st.integers(0, 60), BUSINESS)
def test_business_time_ends_in_working_time_and_never_before_its_start(
    at: dt.datetime, amount: int, unit: Unit
) -> None:
    end = BERLIN.add(at, Duration(amount, unit))
    local = end.astimezone(BERLIN.zone)
    assert end >= at
    assert BERLIN.is_workday(local.date())
    assert dt.time(9) <= local.time() <= dt.time(17)


@given(MOMENTS, st.integers(-40, 40), BUSINESS)
def test_more_business_time_is_never_earlier(at: dt.datetime, amount: int, unit: Unit) -> None:
    assert BERLIN.add(at, Duration(amount, unit)) <= BERLIN.add(at, Duration(amount + 1, unit))


@given(MOMENTS, MOMENTS, st.integers(-20, 20), BUSINESS)
def test_a_later_start_is_never_an_earlier_end(one: dt.datetime, other: dt.datetime, amount: int, unit: Unit) -> None:
    early, late = sorted((one, other))
    assert BERLIN.add(early, Duration(amount, unit)) <= BERLIN.add(late, Duration(amount, unit))


@given(MOMENTS, st.integers(-20, 20), st.sampled_from(list(Unit)))
def test_the_zone_in_which_a_start_is_told_changes_nothing_and_the_end_is_in_utc(
    at: dt.datetime, amount: int, unit: Unit
) -> None:
    """Local times added up would gain or lose an hour where clocks change in between."""
    end = BERLIN.add(at.astimezone(BERLIN.zone), Duration(amount, unit))
    assert end == BERLIN.add(at, Duration(amount, unit))
    assert end.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("begins", "ends", "hours", "days"),
    [
        pytest.param("03-02 09:00", "03-02 17:00", 8, 0, id="a day"),
        pytest.param("03-02 16:00", "03-03 10:00", 2, 0, id="over a night"),
        pytest.param("03-06 16:00", "03-09 16:00", 8, 1, id="over a weekend"),
        pytest.param("03-07 09:00", "03-08 17:00", 0, 0, id="nothing on a weekend"),
        pytest.param("03-03 09:00", "03-02 09:00", 0, 0, id="the other way round"),
    ],
)
def test_working_time_between_two_moments(begins: str, ends: str, hours: int, days: int) -> None:
    """And so much after the first is the second again, where it lies in working hours."""
    calendar, one, other = Calendar(), march(begins), march(ends)
    assert calendar.working_time(one, other) == dt.timedelta(hours=hours)
    assert calendar.business_days_between(one, other) == days
    if hours:
        assert calendar.after_working(one, dt.timedelta(hours=hours)) == other


def march(text: str) -> dt.datetime:
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)
