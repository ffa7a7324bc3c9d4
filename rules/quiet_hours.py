"""Hours of the day in which nobody is disturbed, in the zone of the person who would be. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rules.wall_clock import first_shown

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one local time to another, over midnight where the second is not later. From a time to itself is never."""

    begins: dt.time
    ends: dt.time

    def until(self, at: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        """When the quiet that holds at a moment is over, in UTC; None where none does."""
        local = at.astimezone(zone)
        now, day = local.time().replace(fold=0), local.date()
        if self.begins <= self.ends:
            return first_shown(day, self.ends, zone) if self.begins <= now < self.ends else None
        if now >= self.begins:
            return first_shown(day + _DAY, self.ends, zone)
        return first_shown(day, self.ends, zone) if now < self.ends else None

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


#: What a ladder has that may speak at any hour.
NEVER_QUIET = QuietHours(dt.time(0), dt.time(0))
