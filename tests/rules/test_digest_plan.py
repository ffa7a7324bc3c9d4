"""When the weekly digest goes: by the organisation's calendar, in its zone, and never twice for one week."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from rules.calendar import Calendar
from rules.digest_plan import DigestPlan, Reader, monday_of, week_of
from rules.facts import Audience

BERLIN = ZoneInfo("Europe/Berlin")
READER = Reader("mo", Audience.INTERNAL, ("json://127.0.0.1/mo",))
MONDAYS = DigestPlan((READER,))
FRIDAYS = DigestPlan((READER,), 5, dt.time(16, 30))
#: Closed on Monday the 30th of March, and for two weeks around New Year.
CLOSED = frozenset({dt.date(2026, 3, 30), *(dt.date(2026, 12, 19) + dt.timedelta(days=number) for number in range(16))})


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("plan", "calendar", "day", "at", "since"),
    [
        pytest.param(MONDAYS, Calendar(), "2026-03-11", "2026-03-09T09:00", "2026-03-02T09:00", id="a-monday"),
        pytest.param(FRIDAYS, Calendar(), "2026-03-11", "2026-03-13T16:30", "2026-03-06T16:30", id="a-friday"),
        pytest.param(
            MONDAYS, Calendar(BERLIN), "2026-03-30", "2026-03-30T07:00", "2026-03-23T08:00", id="summer-time-begins"
        ),
        pytest.param(
            MONDAYS, Calendar(holidays=CLOSED), "2026-04-01", "2026-03-31T09:00", "2026-03-23T09:00", id="a-closing-day"
        ),
        pytest.param(
            MONDAYS, Calendar(holidays=CLOSED), "2026-12-29", "2027-01-04T09:00", "2026-12-14T09:00", id="away-for-long"
        ),
        pytest.param(
            FRIDAYS, Calendar(holidays=CLOSED), "2026-12-29", "2027-01-04T16:30", "2026-12-18T16:30", id="next-week"
        ),
    ],
)
def test_a_digest_goes_on_its_day_or_the_next_working_day(
    plan: DigestPlan, calendar: Calendar, day: str, at: str, since: str
) -> None:
    """It tells of all that came since the one before it, however long that is ago."""
    moment = utc(f"{day}T12:00")
    slots = [slot for slot in (plan.latest(calendar, moment), plan.next(calendar, moment)) if slot]
    assert (utc(at), utc(since)) in [(slot.at, slot.since) for slot in slots]


def test_of_weeks_that_are_closed_whole_one_digest_goes_and_tells_of_all() -> None:
    calendar = Calendar(holidays=CLOSED)
    weeks = [MONDAYS.of_week(calendar, dt.date(2026, 12, 14) + dt.timedelta(weeks=number)) for number in range(5)]
    assert [slot.at.isoformat()[:10] if slot else "" for slot in weeks] == [
        "2026-12-14",
        "",
        "",
        "2027-01-04",
        "2027-01-11",
    ]


def test_each_moment_belongs_to_one_digest_for_a_year_of_weeks() -> None:
    """At most one a week: they come one after the other, each tells of what came since the one before."""
    calendar = Calendar(BERLIN, holidays=CLOSED)
    now, slots = utc("2026-01-01T00:00"), []
    for _ in range(60):
        slot = MONDAYS.next(calendar, now)
        assert slot
        slots.append(slot)
        now = slot.at
    assert len({slot.week for slot in slots}) == len(slots)
    assert [slot.since for slot in slots[1:]] == [slot.at for slot in slots[:-1]]
    assert all(MONDAYS.latest(calendar, slot.at) == slot for slot in slots)


@pytest.mark.parametrize(
    ("moment", "latest"), [("2026-03-09T08:59", "2026-W10"), ("2026-03-09T09:00", "2026-W11")], ids=["before", "at-it"]
)
def test_a_digest_is_due_from_its_very_moment(moment: str, latest: str) -> None:
    slot = MONDAYS.latest(Calendar(), utc(moment))
    assert slot
    assert slot.week == latest


def test_an_organisation_that_never_works_has_no_digest() -> None:
    never = Calendar(holidays=frozenset(dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(9_000)))
    assert MONDAYS.next(never, utc("2026-03-09T09:00")) is None
    assert MONDAYS.latest(never, utc("2026-03-09T09:00")) is None


@pytest.mark.parametrize("day", ["2026-01-01", "2026-12-31", "2027-01-03", "2027-01-04"])
def test_a_week_is_named_as_the_standard_names_it(day: str) -> None:
    date = dt.date.fromisoformat(day)
    assert week_of(date) == f"{date:%G-W%V}"
    assert monday_of(week_of(date)) <= date < monday_of(week_of(date)) + dt.timedelta(days=7)


@pytest.mark.parametrize("written", ["", "2026", "2026-47", "2026-W54", "2026-W4", "26-W04", "2026-W4x", "2026-W²3"])
def test_what_is_no_week_is_told(written: str) -> None:
    with pytest.raises(ValueError, match=r"week"):
        monday_of(written)


def test_a_reader_shows_no_address() -> None:
    """P11."""
    assert "127.0.0.1" not in repr(MONDAYS)
