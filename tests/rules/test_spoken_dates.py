"""Dates in plain words mean the day that their writer meant, and words that mean two days mean none."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar
from rules.spoken_dates import date_at_beginning, fixed_date, length_of_date, spoken_date

BERLIN = Calendar(zone=ZoneInfo("Europe/Berlin"))
#: A Wednesday, ten in the morning in Berlin.
WEDNESDAY = dt.datetime(2026, 11, 4, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        pytest.param("2026-12-01", "2026-12-01", id="iso"),
        pytest.param("by 2026/12/1", "2026-12-01", id="year-first"),
        pytest.param("today", "2026-11-04", id="today"),
        pytest.param("by tomorrow", "2026-11-05", id="tomorrow"),
        pytest.param("the day after tomorrow", "2026-11-06", id="the-day-after"),
        pytest.param("EOD", "2026-11-04", id="end-of-day"),
        pytest.param("by the end of the business day", "2026-11-04", id="end-of-day-in-full"),
        pytest.param("by Friday", "2026-11-06", id="a-day-of-this-week"),
        pytest.param("Tuesday", "2026-11-10", id="a-day-of-the-next-week"),
        pytest.param("Wednesday", "2026-11-11", id="today-s-own-day-is-a-week-away"),
        pytest.param("this Wednesday", "2026-11-04", id="this-one-may-be-today"),
        pytest.param("this Monday", "2026-11-09", id="this-one-that-is-over"),
        pytest.param("next Friday", "2026-11-13", id="next-is-in-the-week-that-comes"),
        pytest.param("next Tuesday", "2026-11-10", id="next-that-comes-soon"),
        pytest.param("Friday next week", "2026-11-13", id="next-week"),
        pytest.param("coming Monday", "2026-11-09", id="coming"),
        pytest.param("by Fri.", "2026-11-06", id="short"),
        pytest.param("EOD Friday", "2026-11-06", id="end-of-that-day"),
        pytest.param("Friday at 17:00", "2026-11-06", id="an-hour-of-it"),
        pytest.param("Friday 5 pm", "2026-11-06", id="an-hour-as-americans-say"),
        pytest.param("in 2 weeks", "2026-11-18", id="weeks"),
        pytest.param("in two weeks", "2026-11-18", id="a-number-in-words"),
        pytest.param("in a fortnight", "2026-11-18", id="fortnight"),
        pytest.param("within 10 days", "2026-11-14", id="within"),
        pytest.param("within the next 10 days", "2026-11-14", id="within-the-next"),
        pytest.param("10 days from now", "2026-11-14", id="from-now"),
        pytest.param("in 3 business days", "2026-11-09", id="business-days"),
        pytest.param("in 5 working days", "2026-11-11", id="working-days"),
        pytest.param("in one month", "2026-12-04", id="a-month"),
        pytest.param("due in 3 days", "2026-11-07", id="due-in"),
        pytest.param("end of week", "2026-11-06", id="end-of-week"),
        pytest.param("by EOW", "2026-11-06", id="eow"),
        pytest.param("the end of next week", "2026-11-13", id="end-of-next-week"),
        pytest.param("end of the month", "2026-11-30", id="end-of-month"),
        pytest.param("EOM", "2026-11-30", id="eom"),
        pytest.param("end of next month", "2026-12-31", id="end-of-next-month"),
        pytest.param("end of year", "2026-12-31", id="end-of-year"),
        pytest.param("end of March", "2027-03-31", id="end-of-a-month-of-next-year"),
        pytest.param("end of Feb 2028", "2028-02-29", id="end-of-a-leap-month"),
        pytest.param("12 March", "2027-03-12", id="no-year-is-the-next-one"),
        pytest.param("4 November", "2026-11-04", id="no-year-may-be-today"),
        pytest.param("29 February", "2028-02-29", id="no-year-that-has-no-such-day"),
        pytest.param("March 12th, 2026", "2026-03-12", id="month-first"),
        pytest.param("the 12th", None, id="no-month"),
        pytest.param("12th of March 2027", "2027-03-12", id="of"),
        pytest.param("12-Mar-2027", "2027-03-12", id="with-hyphens"),
        pytest.param("Fri, 12 March 2027", "2027-03-12", id="a-day-of-the-week-that-is-right"),
        pytest.param("Mon, 12 March 2027", None, id="a-day-of-the-week-that-is-wrong"),
        pytest.param("12.3.2027", "2027-03-12", id="dots-put-the-day-first"),
        pytest.param("12. 03. 2027", "2027-03-12", id="dots-and-spaces"),
        pytest.param("3.13.2027", None, id="dots-never-put-the-month-first"),
        pytest.param("13/3/2027", "2027-03-13", id="slashes-with-a-day-that-is-no-month"),
        pytest.param("3/13/2027", "2027-03-13", id="slashes-as-americans-write"),
        pytest.param("3/3/2027", "2027-03-03", id="slashes-either-way-the-same"),
        pytest.param("12/3/2027", None, id="slashes-that-could-be-two-days"),
        pytest.param("12-3-2027", None, id="hyphens-that-could-be-two-days"),
        pytest.param("30 February", None, id="no-such-day"),
        pytest.param("Friday 30 February", None, id="no-such-day-is-not-just-friday"),
        pytest.param("31/2/2027", None, id="no-such-day-in-figures"),
        pytest.param("by 10 days", None, id="by-so-much-is-no-date"),
        pytest.param("Q3", None, id="a-quarter-is-whose"),
        pytest.param("next week", None, id="its-beginning-or-its-end"),
        pytest.param("March 2027", None, id="no-day"),
        pytest.param("soon", None, id="soon"),
        pytest.param("damaged by sun", None, id="words-before"),
        pytest.param("sun", None, id="a-word-of-its-own"),
        pytest.param("Sunday school", None, id="more-words"),
        pytest.param("Fridays", None, id="many-of-them"),
        pytest.param("12.3.2027.4", None, id="a-version"),
        pytest.param("in 2 hours", None, id="hours-are-no-day"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_words_mean_the_day_that_people_mean(words: str, day: str | None) -> None:
    assert spoken_date(words, WEDNESDAY, BERLIN) == (dt.date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("said_at", "words", "calendar", "day"),
    [
        pytest.param("2026-11-04T23:30", "tomorrow", BERLIN, "2026-11-06", id="it-is-thursday-in-berlin-already"),
        pytest.param("2026-11-04T23:30", "tomorrow", Calendar(), "2026-11-05", id="and-wednesday-in-utc"),
        pytest.param(
            "2026-11-04T09:00",
            "in 3 business days",
            Calendar(holidays=frozenset({dt.date(2026, 11, 6)})),
            "2026-11-10",
            id="a-closing-day-does-not-count",
        ),
        pytest.param(
            "2026-11-04T09:00",
            "end of the week",
            Calendar(workdays=frozenset({7, 1, 2, 3, 4})),
            "2026-11-08",
            id="a-week-that-ends-with-sunday-s-work",
        ),
        pytest.param("2026-11-07T09:00", "end of the week", Calendar(), "2026-11-13", id="said-on-a-saturday"),
        pytest.param("2026-11-30T09:00", "EOM", Calendar(), "2026-11-30", id="said-on-the-last-day"),
        pytest.param("2026-12-31T12:00", "in one month", Calendar(), "2027-01-31", id="over-the-year"),
        pytest.param("2027-01-31T12:00", "in one month", Calendar(), "2027-02-28", id="to-a-shorter-month"),
        pytest.param("2026-11-08T12:00", "next Tuesday", Calendar(), "2026-11-10", id="said-on-a-sunday"),
        pytest.param("2026-12-30T12:00", "2 January", Calendar(), "2027-01-02", id="in-the-year-that-comes"),
    ],
)
def test_a_day_is_reckoned_from_when_it_was_said_in_the_calendar_of_who_said_it(
    said_at: str, words: str, calendar: Calendar, day: str
) -> None:
    moment = dt.datetime.fromisoformat(said_at).replace(tzinfo=dt.UTC)
    assert spoken_date(words, moment, calendar) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("words", "day"),
    [("12 March 2027", "2027-03-12"), ("1.12.2026", "2026-12-01"), ("12 March", None), ("Friday", None), ("", None)],
)
def test_a_date_with_its_year_is_known_without_a_moment(words: str, day: str | None) -> None:
    assert fixed_date(words) == (dt.date.fromisoformat(day) if day else None)


def test_what_follows_a_date_is_given_back() -> None:
    assert date_at_beginning("next Monday because we wait", WEDNESDAY, BERLIN) == (
        dt.date(2026, 11, 9),
        " because we wait",
    )


_NAMES = [
    "Friday",
    "mon",
    "March",
    "February",
    "EOD",
    "at 5pm",
    "end of",
    "month",
    "week",
    "days",
    "business",
    "months",
]
_SMALL = [
    "by",
    "on",
    "next",
    "this",
    "the",
    "in",
    "a",
    "couple of",
    "12",
    "3",
    "31",
    "2027",
    "9999",
    ".",
    "/",
    ",",
    "-",
]
_SOME = st.sampled_from(_NAMES) | st.sampled_from(_SMALL) | st.sampled_from(["\u017f", "\u0661"])
_PHRASES = st.one_of(st.text(), st.lists(_SOME, max_size=7).map(" ".join), st.lists(_SOME, max_size=7).map("".join))
_MOMENTS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)).map(
    lambda day: dt.datetime.combine(day, dt.time(23, 30), dt.UTC)
)


@given(_PHRASES, _MOMENTS, st.sampled_from([BERLIN, Calendar(), Calendar(zone=ZoneInfo("Pacific/Kiritimati"))]))
def test_no_words_raise_and_those_that_name_no_year_lie_ahead(words: str, said_at: dt.datetime, zone: Calendar) -> None:
    day = spoken_date(words, said_at, zone)
    if day and not fixed_date(words):
        assert day >= zone.local_date(said_at)
    assert day is None or length_of_date(words) > 0


@given(_PHRASES, _MOMENTS, _MOMENTS)
def test_which_words_are_a_date_needs_no_clock(words: str, one: dt.datetime, other: dt.datetime) -> None:
    """So that a text reads the same whenever it is read (P2)."""
    if fixed_date(words):
        assert spoken_date(words, one, BERLIN) == spoken_date(words, other, BERLIN) == fixed_date(words)
    elif (read := date_at_beginning(words, one, BERLIN)) and (again := date_at_beginning(words, other, BERLIN)):
        assert read[1] == again[1] == words[length_of_date(words) :]
