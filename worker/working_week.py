"""A calendar's week in one line: `Mon–Thu 09:00–17:00, Fri 09:00–13:00`. Pure."""

from __future__ import annotations

from rules.calendar import Calendar
from rules.work_hours import Spans

_WEEK = ("", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def working_week(calendar: Calendar) -> str:
    """Days of the same hours together, in the order of the week."""
    days_of: dict[Spans, list[int]] = {}
    for day in sorted(calendar.workdays):
        days_of.setdefault(calendar.hours.of(day), []).append(day)
    return ", ".join(f"{_days(days)} {_hours(spans)}" for spans, days in days_of.items())


def _days(days: list[int]) -> str:
    """`Mon–Fri` for days in a row, else each by name."""
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{_WEEK[days[0]]}–{_WEEK[days[-1]]}"
    return " ".join(_WEEK[day] for day in days)


def _hours(spans: Spans) -> str:
    return " and ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans)
