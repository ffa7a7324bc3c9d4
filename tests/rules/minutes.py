"""Business time by counting minutes: slow, plain, and nothing of `rules.calendar` in it.

A calendar is told in plain data. Each minute of a stretch of days is looked at on the wall clock of its zone.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Counted:
    """A zone, the spans of each weekday (Monday is 1) as `"09:00-12:30 13:30-17:00"`, closing days as ISO dates, and
    the days between which minutes are counted."""

    zone: str
    week: tuple[tuple[int, str], ...]
    closed: tuple[str, ...]
    first: str
    last: str

    def add_hours(self, at: dt.datetime, hours: int) -> dt.datetime:
        """The first moment by which so many working minutes have passed; before `at`, the last one."""
        working = working_minutes(self)
        index = bisect_left(working, at)
        if hours == 0:
            return working[index]
        if hours > 0:
            return working[index + hours * 60 - 1] + MINUTE
        return working[index + hours * 60]

    def add_days(self, at: dt.datetime, days: int) -> dt.datetime:
        """The same time of day so many working days on, or the next working minute after it."""
        working = working_minutes(self)
        start = working[bisect_left(working, at)]
        dates = sorted({one.astimezone(ZoneInfo(self.zone)).date() for one in working})
        local = start.astimezone(ZoneInfo(self.zone))
        day = dates[dates.index(local.date()) + days]
        shown = next(one for one, wall in wall_clock(self) if wall.date() == day and wall.time() >= local.time())
        return working[bisect_left(working, shown)]


@cache
def wall_clock(counted: Counted) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """Each minute, and what the clock on the wall shows then."""
    zone = ZoneInfo(counted.zone)
    at = dt.datetime.fromisoformat(f"{counted.first}T00:00+00:00")
    end = dt.datetime.fromisoformat(f"{counted.last}T00:00+00:00")
    found = []
    while at < end:
        found.append((at, at.astimezone(zone).replace(tzinfo=None)))
        at += MINUTE
    return tuple(found)


@cache
def working_minutes(counted: Counted) -> tuple[dt.datetime, ...]:
    """Work begins at the first minute of a day that shows the opening or later, and ends at the first that shows the
    closing or later."""
    week = dict(counted.week)
    by_day: dict[dt.date, list[tuple[dt.datetime, dt.time]]] = {}
    for at, wall in wall_clock(counted):
        by_day.setdefault(wall.date(), []).append((at, wall.time()))
    found: set[dt.datetime] = set()
    for day, minutes in by_day.items():
        spans = week.get(day.isoweekday(), "").split() if day.isoformat() not in counted.closed else []
        for span in spans:
            opens, closes = map(dt.time.fromisoformat, span.split("-"))
            begins = next((n for n, (_, shown) in enumerate(minutes) if shown >= opens), len(minutes))
            ends = next((n for n, (_, shown) in enumerate(minutes) if shown >= closes), len(minutes))
            found.update(at for at, _ in minutes[begins:ends])
    return tuple(sorted(found))
