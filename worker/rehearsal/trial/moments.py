"""Moments and days in a file of tests, in the zone in which the policy counts its hours."""

from __future__ import annotations

import datetime as dt

from rules.durations import parse_duration
from rules.language.document import KeyPath, Scalar
from rules.language.reading import Reading, no_day
from rules.language.validation import shown
from rules.policy import Policy

ALLOWED = "a moment as 2026-03-02 09:00"
ALLOWED_DAY = "a moment as 2026-03-02 09:00, or a day as 2026-03-02"
ALLOWED_SPAN = f"{ALLOWED_DAY}, or a time such as 8 w, 60 days, 10 business days"


def read_moment(reading: Reading, path: KeyPath, zone: dt.tzinfo) -> dt.datetime | None:
    """A moment, in UTC; None with the problem noted."""
    text = _text(reading, path)
    found = _moment(text, zone) if not _day(text) else None
    if found is None:
        reading.note(path, f"{shown(reading.document.at(path))} {no_day(text) or 'is no moment'}", ALLOWED)
    return found


def read_moment_or_day(
    reading: Reading, path: KeyPath, zone: dt.tzinfo, allowed: str = ALLOWED_DAY
) -> dt.datetime | dt.date | None:
    """A moment in UTC, or a day; None with the problem noted."""
    text = _text(reading, path)
    found = _day(text) or _moment(text, zone)
    if found is None:
        told = no_day(text) or "is neither a day nor a moment"
        reading.note(path, f"{shown(reading.document.at(path))} {told}", allowed)
    return found


def read_end(reading: Reading, path: KeyPath, policy: Policy, begins: dt.datetime) -> dt.datetime | None:
    """Until when: a moment, a day with all of it, or so long after the beginning."""
    try:
        duration = parse_duration(_text(reading, path))
    except ValueError:
        found = read_moment_or_day(reading, path, policy.calendar.zone, ALLOWED_SPAN)
        if found is None or isinstance(found, dt.datetime):
            return found
        return end_of_day(found, policy.calendar.zone)
    if duration.amount <= 0:
        reading.note(path, f'"{duration}" does not look ahead: the amount is 1 or more')
        return None
    return policy.calendar.add(begins, duration)


def end_of_day(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The last second of a day, in UTC."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), zone).astimezone(dt.UTC)


def _text(reading: Reading, path: KeyPath) -> str:
    node = reading.document.at(path)
    return str(node.value).strip() if isinstance(node, Scalar) and node.value is not None else ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str, zone: dt.tzinfo) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(dt.UTC)
