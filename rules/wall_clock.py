"""When a clock on a wall first shows a time of day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

_MINUTE = dt.timedelta(minutes=1)


def first_shown(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """When it first shows that time on that day, or a later one where clocks are put forward over it; in UTC."""
    local = dt.datetime.combine(day, time, zone)
    moment = local.astimezone(dt.UTC)
    wanted = local.replace(tzinfo=None)
    if moment.astimezone(zone).replace(tzinfo=None) == wanted:
        return moment
    moment = local.replace(fold=1).astimezone(dt.UTC).replace(second=0, microsecond=0)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += _MINUTE
    return moment
