"""What a person's or a team's calendar has of its own; the rest is that of whoever they belong to.

A person's stands over their team's, and that over the policy's, key by key as in a file: who names a country has that
country's holidays and the policy's hours.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from rules.calendar import Calendar
from rules.work_hours import WorkHours


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """Parts of a calendar; None is what is not said. `holidays` are own closing days, `public_holidays` a country's."""

    zone: ZoneInfo | None = None
    workdays: frozenset[int] | None = None
    hours: WorkHours | None = None
    holidays: frozenset[dt.date] | None = None
    public_holidays: frozenset[dt.date] | None = None

    def over(self, calendar: Calendar) -> Calendar:
        """The calendar with these parts in place of its own; the same one where there are none."""
        given = (
            self.zone or calendar.zone,
            self.workdays if self.workdays is not None else calendar.workdays,
            self.hours or calendar.hours,
            self.holidays if self.holidays is not None else calendar.holidays,
            self.public_holidays if self.public_holidays is not None else calendar.public_holidays,
        )
        found = Calendar(*given)
        return calendar if found == calendar else found


def without(calendar: Calendar, days: frozenset[dt.date]) -> Calendar:
    """The calendar with these days closed as well."""
    return replace(calendar, holidays=calendar.holidays | days) if days - calendar.holidays else calendar
