"""Business time: which hours of which days count, in one time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.durations import Duration, Unit

_SECONDS = {
    Unit.SECONDS: 1,
    Unit.MINUTES: 60,
    Unit.HOURS: 3600,
    Unit.DAYS: 86_400,
    Unit.WEEKS: 604_800,
}
#: No calendar is searched further than this for its next working day: one that has none is an error.
_SEARCH_DAYS_MAX = 3_660


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time. `workdays` are ISO weekdays (Monday is 1); `opens` and `closes` are local times."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    workdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: dt.time = dt.time(9, 0)
    closes: dt.time = dt.time(17, 0)
    holidays: frozenset[dt.date] = frozenset()

    def is_workday(self, day: dt.date) -> bool:
        return day.isoweekday() in self.workdays and day not in self.holidays

    def add(self, at: dt.datetime, duration: Duration) -> dt.datetime:
        """The moment `duration` after `at` (before, where it is negative), in UTC.

        Clock units count seconds. N business days later is the same time of day on the Nth working day
        that follows, moved into working hours; 0 business days is the next working moment. Business hours
        count working time only.
        """
        # Sums of local times would count the hour that a clock change adds or takes.
        at = at.astimezone(dt.UTC)
        if duration.unit in _SECONDS:
            return at + dt.timedelta(seconds=duration.amount * _SECONDS[duration.unit])
        return _add_working_time(self, at, duration)

    def add_working_time(self, at: dt.datetime, duration: Duration) -> dt.datetime:
        """`add` for business days and hours, worked out anew; `at` is in UTC."""
        if duration.unit is Unit.BUSINESS_DAYS:
            return self._add_days(at, duration.amount)
        return self._add_hours(at, duration.amount)

    def end_of(self, day: dt.date) -> dt.datetime:
        """The moment by which something due on that date is due: closing time, in UTC."""
        return self._at(day, self.closes)

    def local_date(self, at: dt.datetime) -> dt.date:
        return at.astimezone(self.zone).date()

    def next_working_moment(self, at: dt.datetime) -> dt.datetime:
        """`at` itself in working hours, else the next opening; in UTC."""
        local = at.astimezone(self.zone)
        if self.is_workday(local.date()):
            if local.time() < self.opens:
                return self._at(local.date(), self.opens)
            if local.time() < self.closes:
                return at.astimezone(dt.UTC)
        return self._at(self._step(local.date(), 1), self.opens)

    def _previous_working_moment(self, at: dt.datetime) -> dt.datetime:
        local = at.astimezone(self.zone)
        if self.is_workday(local.date()):
            if local.time() > self.closes:
                return self._at(local.date(), self.closes)
            if local.time() > self.opens:
                return at
        return self._at(self._step(local.date(), -1), self.closes)

    def _add_days(self, at: dt.datetime, days: int) -> dt.datetime:
        start = self.next_working_moment(at).astimezone(self.zone)
        day = start.date()
        for _ in range(abs(days)):
            day = self._step(day, 1 if days > 0 else -1)
        return self._at(day, start.time().replace(tzinfo=None))

    def _add_hours(self, at: dt.datetime, hours: int) -> dt.datetime:
        left = dt.timedelta(hours=abs(hours))
        if hours >= 0:
            return self.after_working(at, left)
        moment = self._previous_working_moment(at)
        while left > (room := moment - self._at(self.local_date(moment), self.opens)):
            left -= room
            moment = self._at(self._step(self.local_date(moment), -1), self.closes)
        return moment - left

    def after_working(self, at: dt.datetime, left: dt.timedelta) -> dt.datetime:
        """The moment at which so much working time has passed since `at`, in UTC."""
        moment = self.next_working_moment(at)
        while left > (room := self._at(self.local_date(moment), self.closes) - moment):
            left -= room
            moment = self._at(self._step(self.local_date(moment), 1), self.opens)
        return moment + left

    def working_time(self, begins: dt.datetime, ends: dt.datetime) -> dt.timedelta:
        """How much working time lies between two moments; none where the second is not later."""
        total, moment = dt.timedelta(), self.next_working_moment(begins)
        while moment < ends:
            day = self.local_date(moment)
            total += min(self._at(day, self.closes), ends) - moment
            moment = self._at(self._step(day, 1), self.opens)
        return total

    def business_days_between(self, begins: dt.datetime, ends: dt.datetime) -> int:
        """How many business days have passed whole, as rungs count them; none where the second is not later."""
        start = self.next_working_moment(begins).astimezone(self.zone)
        day, days = start.date(), 0
        while self._at(day := self._step(day, 1), start.time().replace(tzinfo=None)) <= ends:
            days += 1
        return days

    def _step(self, day: dt.date, direction: int) -> dt.date:
        for _ in range(_SEARCH_DAYS_MAX):
            day += dt.timedelta(days=direction)
            if self.is_workday(day):
                return day
        raise ValueError("this calendar has no working day within ten years")

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)


@lru_cache(maxsize=8192)  # anchors rest, so every look asks for the same rungs
def _add_working_time(calendar: Calendar, at: dt.datetime, duration: Duration) -> dt.datetime:
    return calendar.add_working_time(at, duration)
