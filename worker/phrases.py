"""Small pieces of sentences: numbers with their nouns, spans and moments as people say them. Pure."""

from __future__ import annotations

import datetime as dt

from rules.verdicts.moments import moment as moment  # noqa: PLC0414 - handed on to what speaks in the worker
from rules.verdicts.moments import ordinal as ordinal  # noqa: PLC0414 - the same


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 case`, `2 cases`; `plural` is for nouns that take no s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def in_minutes(span: dt.timedelta) -> str:
    """A span as `30 s`, `5 minutes` or `1 hour`; for how often something is done."""
    seconds = round(span.total_seconds())
    if seconds % 3600 == 0:
        return counted(seconds // 3600, "hour")
    return counted(seconds // 60, "minute") if seconds % 60 == 0 else f"{seconds} s"
