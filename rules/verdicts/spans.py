"""Lengths of time as people say them."""

from __future__ import annotations

import datetime as dt


def span_words(span: dt.timedelta) -> str:
    """In the two largest units: `2 days and 3 hours`, `5 minutes`."""
    minutes = round(span.total_seconds() / 60)
    days, rest = divmod(minutes, 24 * 60)
    counts = ((days, "day"), (rest // 60, "hour"), (rest % 60, "minute"))
    told = [f"{number} {unit if number == 1 else unit + 's'}" for number, unit in counts if number]
    return " and ".join(told[:2]) or "less than a minute"
