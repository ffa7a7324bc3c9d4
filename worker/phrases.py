"""Small pieces of sentences: numbers with their nouns, spans and moments as people say them. Pure."""

from __future__ import annotations

import datetime as dt


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 case`, `2 cases`; `plural` is for nouns that take no s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def in_minutes(span: dt.timedelta) -> str:
    """A span as `30 s`, `5 minutes` or `1 hour`; for how often something is done."""
    seconds = round(span.total_seconds())
    if seconds % 3600 == 0:
        return counted(seconds // 3600, "hour")
    return counted(seconds // 60, "minute") if seconds % 60 == 0 else f"{seconds} s"


def moment(at: dt.datetime, zone: dt.tzinfo = dt.UTC) -> str:
    """`Tue 24 Nov 2026 09:00 UTC`, in the zone in which the policy counts its hours."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} {local.tzname() or ''}".rstrip()
