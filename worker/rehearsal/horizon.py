"""How far ahead somebody wants to look: `60d`, `8 w`, `10 business days`, or a day."""

from __future__ import annotations

import datetime as dt
import re

from rules.calendar import Calendar
from rules.durations import parse_duration

#: Further ahead nobody's plans reach, and each day costs looks.
DAYS_MAX = 366
ALLOWED = "write a time such as 60d, 8w or 10 business days, or a day such as 2027-02-01"


def horizon(written: str, now: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The moment until which is looked ahead; a day counts whole. Raises ValueError with a sentence."""
    ends = _day(written, calendar) or _span(written, now, calendar)
    if ends <= now:
        raise ValueError(f"{written!r} does not look ahead: {ALLOWED}.")
    if ends - now > dt.timedelta(days=DAYS_MAX):
        raise ValueError(f"{written!r} is more than {DAYS_MAX} days ahead.")
    return ends


def _day(written: str, calendar: Calendar) -> dt.datetime | None:
    try:
        day = dt.date.fromisoformat(written.strip())
    except ValueError:
        return None
    return dt.datetime.combine(day, dt.time(23, 59, 59), calendar.zone).astimezone(dt.UTC)


def _span(written: str, now: dt.datetime, calendar: Calendar) -> dt.datetime:
    try:
        duration = parse_duration(re.sub(r"(?<=\d)(?=[a-zA-Z])", " ", written))
        return calendar.add(now, duration)
    except (ValueError, OverflowError):
        raise ValueError(f"{written!r} is neither a time nor a day: {ALLOWED}.") from None
