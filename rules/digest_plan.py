"""To whom the weekly digest goes, and when: the hour as a pure function of the calendar.

Nothing counts down to a digest. Its moment in a week follows from the calendar alone, so that a restart, a lost
queue or a clock that was put right loses none; what was sent stands in the ledger. Nothing here knows what is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from rules.calendar import Calendar
from rules.facts import Audience

_WEEK = dt.timedelta(weeks=1)
_DAY = dt.timedelta(days=1)
#: No calendar is closed for longer than this: one that is has no digest.
_CLOSED_WEEKS_MAX = 60


@dataclass(frozen=True, slots=True)
class Reader:
    """A person or a channel that gets the digest. `audience` says which tickets it may be told of (P14).

    `id` is a person's id, or how the channel is written in the people file: a variable's name. `addresses` are
    secrets; without one nothing can be sent.
    """

    id: str
    audience: Audience
    addresses: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """One week's digest: the `week` that it belongs to (`2026-W47`), the moment at which it goes, and the moment of
    the one before, from which on it tells what happened. Both are in UTC."""

    week: str
    at: dt.datetime
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """`weekday` is ISO (Monday is 1), `at` a local time of the organisation's calendar. Without readers there is no
    digest."""

    readers: tuple[Reader, ...] = ()
    weekday: int = 1
    at: dt.time = dt.time(9)

    @property
    def is_on(self) -> bool:
        return bool(self.readers)

    def latest(self, calendar: Calendar, now: dt.datetime) -> Slot | None:
        """The last digest whose moment has come."""
        return next((slot for slot in self._before(calendar, calendar.local_date(now)) if slot.at <= now), None)

    def next(self, calendar: Calendar, now: dt.datetime) -> Slot | None:
        """The first digest whose moment is still to come."""
        monday = _monday(calendar.local_date(now)) - _WEEK
        for number in range(_CLOSED_WEEKS_MAX):
            slot = self.of_week(calendar, monday + number * _WEEK)
            if slot and slot.at > now:
                return slot
        return None

    def of_week(self, calendar: Calendar, day: dt.date) -> Slot | None:
        """The digest of the week that a day lies in; None where that week has none."""
        monday = _monday(day)
        at = self._moment(calendar, monday)
        if at is None:
            return None
        earlier = (self._moment(calendar, monday - number * _WEEK) for number in range(1, _CLOSED_WEEKS_MAX))
        return Slot(week_of(monday), at, next((one for one in earlier if one), at - _WEEK))

    def _before(self, calendar: Calendar, day: dt.date) -> Iterator[Slot]:
        """The digests of that day's week and of those before, latest first."""
        monday = _monday(day)
        for number in range(_CLOSED_WEEKS_MAX):
            if slot := self.of_week(calendar, monday - number * _WEEK):
                yield slot

    def _moment(self, calendar: Calendar, monday: dt.date) -> dt.datetime | None:
        """The hour on the day, or on the next working day; None where the next week's comes before there is one."""
        day = monday + (self.weekday - 1) * _DAY
        for _ in range(7):
            if calendar.is_workday(day):
                return dt.datetime.combine(day, self.at, calendar.zone).astimezone(dt.UTC)
            day += _DAY
        return None


def week_of(day: dt.date) -> str:
    """`2026-W47`, by ISO 8601: a week belongs to the year that its Thursday lies in."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> dt.date:
    """The Monday of `2026-W47`. Raises ValueError for anything else."""
    year, dash, number = week.partition("-W")
    if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal() and (year + number).isascii()):
        raise ValueError(f"{week!r} is no week")
    return dt.date.fromisocalendar(int(year), int(number), 1)


def _monday(day: dt.date) -> dt.date:
    return day - (day.isoweekday() - 1) * _DAY
