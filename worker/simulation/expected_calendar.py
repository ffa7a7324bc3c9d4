"""Working time for the independent model: Monday to Friday, 09:00 to 17:00 UTC, no holidays.

It walks day by day, so that anybody can check it with a paper calendar. It shares no code with the
calendar that it watches, and it knows no other hours, zones or holidays than these.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

OPENS = dt.time(9)
CLOSES = dt.time(17)
_DAY = dt.timedelta(days=1)


def closing(day: dt.date) -> dt.datetime:
    """The moment at which a day's work ends: when something due on that day is due."""
    return dt.datetime.combine(day, CLOSES, dt.UTC)


def into_hours(moment: dt.datetime, closing_is_working: bool) -> dt.datetime:
    """The moment itself within working hours, else the next opening.

    `closing_is_working` says whether 17:00 sharp still belongs to the day or to the next morning.
    """
    while True:
        opens = dt.datetime.combine(moment.date(), OPENS, dt.UTC)
        closes = closing(moment.date())
        if moment.weekday() < 5:
            if moment < opens:
                return opens
            if moment < closes or (closing_is_working and moment == closes):
                return moment
        moment = dt.datetime.combine(moment.date() + _DAY, dt.time(), dt.UTC)


@lru_cache(maxsize=20_000)
def add_business_days(moment: dt.datetime, days: int, closing_is_working: bool) -> dt.datetime:
    """The same time of day so many working days later (negative: earlier), from within working hours."""
    moment = into_hours(moment, closing_is_working)
    left = abs(days)
    while left:
        moment += _DAY if days > 0 else -_DAY
        if moment.weekday() < 5:
            left -= 1
    return moment


def working_time(begins: dt.datetime, ends: dt.datetime) -> dt.timedelta:
    """How much working time lies between two moments."""
    total, day = dt.timedelta(), begins.date()
    while day <= ends.date():
        first, last = max(begins, dt.datetime.combine(day, OPENS, dt.UTC)), min(ends, closing(day))
        if day.weekday() < 5 and first < last:
            total += last - first
        day += _DAY
    return total


def add_working_time(moment: dt.datetime, span: dt.timedelta, closing_is_working: bool) -> dt.datetime:
    """The moment at which so much working time has passed."""
    moment = into_hours(moment, closing_is_working)
    while moment + span > closing(moment.date()):
        span -= closing(moment.date()) - moment
        moment = into_hours(closing(moment.date()) + dt.timedelta(seconds=1), closing_is_working)
    return moment + span
