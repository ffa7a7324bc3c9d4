"""Moments and numbers as people say them. Pure."""

from __future__ import annotations

import datetime as dt


def moment(at: dt.datetime, zone: dt.tzinfo = dt.UTC) -> str:
    """`Tue 24 Nov 2026 09:00 UTC`, in the zone in which the policy counts its hours."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} {local.tzname() or ''}".rstrip()


def brief(at: dt.datetime, zone: dt.tzinfo, beside: dt.datetime) -> str:
    """`Tue 24 Nov 09:00` beside another moment that is told in full; with the year where that is another."""
    local = at.astimezone(zone)
    year = f" {local.year}" if local.year != beside.astimezone(zone).year else ""
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def day(at: dt.datetime, zone: dt.tzinfo = dt.UTC) -> str:
    """`Tue 24 Nov`."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}"


def day_named(iso: str) -> str:
    """A day that is written as `2026-11-24`, in the same way."""
    return day(dt.datetime.fromisoformat(iso).replace(tzinfo=dt.UTC))


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
