"""Working time for the independent model: somebody's zone, hours of the week and closed days.

It walks day by day, so that anybody can check it with a paper calendar. It shares no code with the
calendar that it watches. Where nobody says otherwise it is Monday to Friday, 09:00 to 17:00 UTC, no holidays.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

#: Opening and closing of what is worked in one go.
Span = tuple[dt.time, dt.time]
Week = tuple[tuple[Span, ...], ...]

OFFICE: tuple[Span, ...] = ((dt.time(9), dt.time(17)),)
_MONDAY_TO_FRIDAY: Week = (*[OFFICE] * 5, (), ())
_DAY, _MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Whoever has no working day within so many has none.
_DAYS_MAX = 800


@dataclass(frozen=True)
class WorkingTime:
    """`week` holds the hours of each weekday from Monday on, `closed` the days without any.

    `closing_is_working` says whether closing time sharp still belongs to the day or to the next morning.
    """

    zone: ZoneInfo = ZoneInfo("UTC")
    week: Week = _MONDAY_TO_FRIDAY
    closed: frozenset[dt.date] = frozenset()
    closing_is_working: bool = False

    def is_workday(self, day: dt.date) -> bool:
        return bool(self.week[day.weekday()]) and day not in self.closed

    def closing(self, day: dt.date) -> dt.datetime:
        """The moment at which a day's work ends, or would: when something due on that day is due."""
        spans = self.week[day.weekday()] or next(spans for spans in self.week if spans)
        return wall(day, spans[-1][1], self.zone)

    def local_day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self.zone).date()

    def into_hours(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself within working hours, else the next opening."""
        return self._span_from(moment)[0]

    def add_business_days(self, moment: dt.datetime, days: int) -> dt.datetime:
        """The same time of day so many working days later (negative: earlier), from within working hours, and moved
        into these."""
        return _add_business_days(self, moment, days)

    def working_time(self, begins: dt.datetime, ends: dt.datetime) -> dt.timedelta:
        """How much working time lies between two moments."""
        total, day = dt.timedelta(), self.local_day(begins)
        while day <= self.local_day(ends):
            for opens, closes in _spans(self, day):
                total += max(min(closes, ends) - max(opens, begins), dt.timedelta())
            day += _DAY
        return total

    def add_working_time(self, moment: dt.datetime, span: dt.timedelta) -> dt.datetime:
        """The moment at which so much working time has passed."""
        moment, closes = self._span_from(moment)
        while moment + span > closes:
            span -= closes - moment
            moment, closes = self._span_from(closes + dt.timedelta(seconds=1))
        return moment + span

    def _span_from(self, moment: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """The next working moment, and the closing after it."""
        day = self.local_day(moment)
        for _ in range(_DAYS_MAX):
            for opens, closes in _spans(self, day):
                if moment < closes or (self.closing_is_working and moment == closes):
                    return max(opens, moment), closes
            day += _DAY
        raise ValueError(f"no working day within {_DAYS_MAX} from {moment:%F}")


def wall(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """When a clock on the wall first shows that time on that day, or a later one where it is put forward over it."""
    wanted = dt.datetime.combine(day, time)
    moment = wanted.replace(tzinfo=zone).astimezone(dt.UTC)
    if _shown(moment, zone) == wanted:
        return moment
    moment = dt.datetime.combine(day - _DAY, dt.time(12), zone).astimezone(dt.UTC)
    while _shown(moment, zone) < wanted:
        moment += _MINUTE
    return moment


def _shown(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=20_000)
def _spans(hours: WorkingTime, day: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """What is worked on a day, as moments."""
    spans = hours.week[day.weekday()] if hours.is_workday(day) else ()
    return tuple((wall(day, opens, hours.zone), wall(day, closes, hours.zone)) for opens, closes in spans)


@lru_cache(maxsize=20_000)
def _add_business_days(hours: WorkingTime, moment: dt.datetime, days: int) -> dt.datetime:
    local = hours.into_hours(moment).astimezone(hours.zone)
    day, left = local.date(), abs(days)
    while left:
        day += _DAY if days > 0 else -_DAY
        left -= hours.is_workday(day)
    return hours.into_hours(wall(day, local.time().replace(fold=0), hours.zone)) if days else hours.into_hours(moment)
