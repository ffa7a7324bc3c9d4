"""The independent model's calendar, against days counted on a paper calendar of January 2026."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.simulation.expected_worlds import at
from worker.simulation.expected_calendar import WorkingTime

#: From, closing is working, within hours. 5 January 2026 is a Monday.
INTO_HOURS = [
    pytest.param("01-05 12:34", False, "01-05 12:34", id="at-work"),
    pytest.param("01-05 09:00", False, "01-05 09:00", id="at-the-opening"),
    pytest.param("01-05 06:00", False, "01-05 09:00", id="before-work"),
    pytest.param("01-05 17:01", True, "01-06 09:00", id="after-work"),
    pytest.param("01-09 22:00", False, "01-12 09:00", id="friday-night"),
    pytest.param("01-11 12:00", False, "01-12 09:00", id="sunday"),
    pytest.param("01-09 17:00", False, "01-12 09:00", id="closing-belongs-to-the-next-morning"),
    pytest.param("01-09 17:00", True, "01-09 17:00", id="closing-belongs-to-the-day"),
]
#: From, business days, closing is working, to.
SUMS = [
    pytest.param("01-05 10:30", 3, False, "01-08 10:30", id="within-a-week"),
    pytest.param("01-08 10:30", 3, False, "01-13 10:30", id="over-a-weekend"),
    pytest.param("01-10 12:00", 1, False, "01-13 09:00", id="from-a-saturday"),
    pytest.param("01-10 12:00", 0, False, "01-12 09:00", id="none-is-the-next-working-moment"),
    pytest.param("01-13 10:00", -2, False, "01-09 10:00", id="backwards-over-a-weekend"),
    pytest.param("01-09 17:00", 3, False, "01-15 09:00", id="from-closing-as-next-morning"),
    pytest.param("01-09 17:00", 3, True, "01-14 17:00", id="from-closing-as-that-day"),
    pytest.param("01-05 09:00", 10, False, "01-19 09:00", id="ten-days-are-two-weeks"),
]


@pytest.mark.parametrize(("moment", "closing_is_working", "expected"), INTO_HOURS)
def test_a_moment_moves_forward_into_working_hours(moment: str, closing_is_working: bool, expected: str) -> None:
    assert WorkingTime(closing_is_working=closing_is_working).into_hours(at(moment)) == at(expected)


@pytest.mark.parametrize(("moment", "days", "closing_is_working", "expected"), SUMS)
def test_business_days_keep_the_time_of_day(moment: str, days: int, closing_is_working: bool, expected: str) -> None:
    hours = WorkingTime(closing_is_working=closing_is_working)
    assert hours.add_business_days(at(moment), days) == at(expected)


def test_a_day_closes_at_five() -> None:
    assert WorkingTime().closing(dt.date(2026, 1, 9)) == at("01-09 17:00")
