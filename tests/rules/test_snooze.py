"""Ends of snoozes and due dates, as people write them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar
from rules.snooze import Complaint, parse_due, parse_snooze

#: A Monday, ten in the morning in Berlin.
AT = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
BERLIN = Calendar(zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("argument", "until", "reason"),
    [
        pytest.param("5 days because we wait", "2026-11-07T09:00", "we wait", id="because"),
        pytest.param("5 days we wait", "2026-11-07T09:00", "we wait", id="no-joining-word"),
        pytest.param("for 2 w: code freeze", "2026-11-16T09:00", "code freeze", id="for-and-colon"),
        pytest.param("5 business days – waiting", "2026-11-09T09:00", "waiting", id="business-days"),
        pytest.param("4h, lunch", "2026-11-02T13:00", "lunch", id="short"),
        pytest.param("until 2026-12-01 waiting for vendor", "2026-12-01T08:00", "waiting for vendor", id="date"),
        pytest.param("2026-12-05 since it is blocked", "2026-12-07T08:00", "it is blocked", id="a-saturday"),
        pytest.param("until  2026-12-01   because  x ", "2026-12-01T08:00", "x", id="many-spaces"),
        pytest.param("90 days because of the audit", "2027-01-31T09:00", "of the audit", id="the-longest"),
    ],
)
def test_a_snooze_has_an_end_and_a_reason(argument: str, until: str, reason: str) -> None:
    assert parse_snooze(argument, AT, BERLIN) == (dt.datetime.fromisoformat(until).replace(tzinfo=dt.UTC), reason)


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        pytest.param("", "until when", id="nothing"),
        pytest.param("because", "until when", id="no-end"),
        pytest.param("soon because x", "until when", id="no-length"),
        pytest.param("until 2026-02-30 x", "until when", id="no-such-day"),
        pytest.param("5 days", "add a reason", id="no-reason"),
        pytest.param("5 days because …", "add a reason", id="an-empty-reason"),
        pytest.param("until 2026-11-01 x", "over already", id="past"),
        pytest.param("0 days x", "over already", id="no-time-at-all"),
        pytest.param("91 days x", "within 90 days, by 2027-01-31", id="too-long"),
        pytest.param("until 2027-03-01 x", "within 90 days", id="too-far"),
        pytest.param("999999 weeks x", "within 90 days", id="beyond-the-calendar"),
        pytest.param("90 business days x", "within 90 days", id="too-many-working-days"),
        pytest.param("until 9999-12-31 x", "within 90 days", id="the-last-day-there-is"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(argument: str, says: str) -> None:
    problem = parse_snooze(argument, AT, BERLIN)
    assert isinstance(problem, str)
    assert says in problem


@pytest.mark.parametrize(
    ("argument", "day"),
    [
        pytest.param("2026-12-01", "2026-12-01", id="date"),
        pytest.param("on 2026-12-01, after the audit", "2026-12-01", id="date-and-words"),
        pytest.param("10 business days", "2026-11-16", id="business-days"),
        pytest.param("in 2 weeks", "2026-11-16", id="weeks"),
        pytest.param("2026-11-02", "2026-11-02", id="today"),
    ],
)
def test_a_due_date_is_a_day_or_a_length_of_time(argument: str, day: str) -> None:
    assert parse_due(argument, AT, BERLIN) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        pytest.param("", "name a day", id="nothing"),
        pytest.param("someday", "name a day", id="no-day"),
        pytest.param("2026-11-01", "over already", id="past"),
        pytest.param("2030-01-01", "two years", id="far"),
        pytest.param("999999 weeks", "two years", id="very-far"),
    ],
)
def test_a_due_date_that_cannot_be_is_answered(argument: str, says: str) -> None:
    problem = parse_due(argument, AT, BERLIN)
    assert isinstance(problem, str)
    assert says in problem


_ENDS = st.one_of(
    st.text(),
    st.builds(
        "{} {} {}".format, st.integers(0, 10**7), st.sampled_from(["days", "w", "business hours", "m"]), st.text()
    ),
    st.builds("until {} {}".format, st.dates(), st.text()),
)


@given(_ENDS, st.sampled_from([BERLIN, Calendar(), Calendar(zone=ZoneInfo("Pacific/Kiritimati"))]))
def test_no_argument_raises_and_every_snooze_ends_within_90_days(argument: str, calendar: Calendar) -> None:
    end = parse_snooze(argument, AT, calendar)
    if isinstance(end, tuple):
        assert AT < end[0] <= AT + dt.timedelta(days=90)
        assert end[0].utcoffset() == dt.timedelta(0)
        assert end[1]
    day = parse_due(argument, AT, calendar)
    assert isinstance(day, str) or day >= calendar.local_date(AT)


@given(st.text(alphabet="@[](){}<>#*_`!ab ", min_size=1))
def test_an_answer_never_repeats_what_was_written(written: str) -> None:
    answers = {parse_snooze(f"{written} zzz", AT, BERLIN), parse_snooze("zzz", AT, BERLIN)}
    assert len(answers) == 1


#: AT is a Monday.
@pytest.mark.parametrize(
    ("argument", "until", "reason"),
    [
        pytest.param("until next Monday because we wait", "2026-11-09T08:00", "we wait", id="next-monday"),
        pytest.param("until Friday: code freeze", "2026-11-06T08:00", "code freeze", id="friday"),
        pytest.param("until Saturday we wait", "2026-11-09T08:00", "we wait", id="a-saturday-is-monday"),
        pytest.param("till tomorrow, lunch", "2026-11-03T08:00", "lunch", id="tomorrow"),
        pytest.param("until 12 November – the fair", "2026-11-12T08:00", "the fair", id="a-day-and-a-month"),
        pytest.param("until the end of the month because x", "2026-11-30T08:00", "x", id="end-of-month"),
        pytest.param("2 weeks we wait", "2026-11-16T09:00", "we wait", id="a-length-ends-at-its-moment"),
        pytest.param("2 weeks from now, we wait", "2026-11-16T08:00", "we wait", id="from-now-is-a-day"),
        pytest.param("for a week: holidays", "2026-11-09T08:00", "holidays", id="a-week"),
        pytest.param("in 2 months because x", "2027-01-04T08:00", "x", id="months"),
    ],
)
def test_a_snooze_ends_on_a_day_in_plain_words(argument: str, until: str, reason: str) -> None:
    assert parse_snooze(argument, AT, BERLIN) == (dt.datetime.fromisoformat(until).replace(tzinfo=dt.UTC), reason)


@pytest.mark.parametrize(
    ("argument", "day"),
    [
        pytest.param("Friday", "2026-11-06", id="friday"),
        pytest.param("by next Friday, please", "2026-11-13", id="next-friday"),
        pytest.param("tomorrow", "2026-11-03", id="tomorrow"),
        pytest.param("today", "2026-11-02", id="today"),
        pytest.param("end of the month", "2026-11-30", id="end-of-month"),
        pytest.param("in 3 business days", "2026-11-05", id="working-days"),
        pytest.param("within 10 days", "2026-11-12", id="within"),
        pytest.param("12 March", "2027-03-12", id="a-day-and-a-month"),
        pytest.param("on March 12th, 2027", "2027-03-12", id="as-americans-say"),
        pytest.param("12.3.2027", "2027-03-12", id="with-dots"),
        pytest.param("13/3/2027", "2027-03-13", id="with-slashes"),
    ],
)
def test_a_due_date_is_a_day_in_plain_words(argument: str, day: str) -> None:
    assert parse_due(argument, AT, BERLIN) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("argument", "is_two_ways"),
    [("3/4/2027", True), ("until 3/4/27 x", True), ("Friday, 30 February", False), ("soon", False), ("Q3", False)],
)
def test_a_day_that_nobody_could_be_sure_of_is_answered_with_examples(argument: str, is_two_ways: bool) -> None:
    for answer in (parse_due(argument, AT, BERLIN), parse_snooze(argument, AT, BERLIN)):
        assert isinstance(answer, Complaint)
        assert answer.code == "end"
        assert ("two ways" in answer) is is_two_ways
        assert "next " in answer
        assert "`/" in answer
