"""When a snooze or a due date ends, out of what a person wrote behind `/snooze` or `/due`.

What cannot be read comes back as a sentence to be answered with. The sentence never repeats what was
written, so that it can hold neither a mention nor markup.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Self

from rules.calendar import Calendar
from rules.durations import Duration, Unit, parse_duration
from rules.spoken_dates import date_at_beginning

#: A snooze that lasts longer is a decision, and has a command of its own: `/decline`.
SNOOZE_DAYS_MAX = 90
DUE_DAYS_MAX = 730

_LEAD = re.compile(r"(?:until|till|for|in|by|on|to)\b[:\s]*", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![\d-])", re.ASCII)
_DURATION = re.compile(r"\+?(\d{1,6}\s?[a-z]+)(\s[a-z]+)?(?![a-z])", re.IGNORECASE | re.ASCII)
#: `3/4/2026` is in March or in April.
_TWO_WAYS = re.compile(r"\b(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|1[0-2])[/-](?:\d\d){1,2}\b", re.ASCII)
_BECAUSE = re.compile(r"[\s,;:.–—-]*(?:(?:because|since|as|reason)\b[\s,:]*)?", re.IGNORECASE)
_DAYS_IN = {
    Unit.SECONDS: 1 / 86_400,
    Unit.MINUTES: 1 / 1_440,
    Unit.HOURS: 1 / 24,
    Unit.BUSINESS_HOURS: 1 / 24,
    Unit.DAYS: 1,
    Unit.BUSINESS_DAYS: 1,
    Unit.WEEKS: 7,
}

#: The day in an example is so far ahead of whoever reads it.
_EXAMPLE_AHEAD = dt.timedelta(days=14)


class Complaint(str):
    """A sentence that says what is missing. `code` names that for keys, whatever the wording becomes."""

    __slots__ = ("code",)

    code: str

    def __new__(cls, code: str, sentence: str) -> Self:
        made = super().__new__(cls, sentence)
        made.code = code
        return made


@lru_cache(maxsize=1024)  # every look reads the same commands
def parse_snooze(argument: str, at: dt.datetime, calendar: Calendar) -> tuple[dt.datetime, str] | Complaint:
    """End of the snooze (UTC) and its reason, or the sentence that says what is missing.

    A snooze until a date ends when that day's work begins, or the next working day's.
    """
    read, today = _read_end(argument, at, calendar), calendar.local_date(at)
    if read is None:
        return Complaint("end", f"{_two_ways(argument)}Please say until when, and why: {_snooze_form(today)}.")
    end, rest = read
    until = _moment(end, at, calendar, SNOOZE_DAYS_MAX)
    if until is None or until > at + dt.timedelta(days=SNOOZE_DAYS_MAX):
        latest = today + dt.timedelta(days=SNOOZE_DAYS_MAX)
        return Complaint(
            "long",
            f"A snooze ends within {SNOOZE_DAYS_MAX} days, by {latest} at the latest. Please choose an earlier end.",
        )
    if until <= at:
        return Complaint(
            "over",
            f"That snooze would be over already. Please name an end that is still to come: {_snooze_form(today)}.",
        )
    reason = rest[match.end() :].strip() if (match := _BECAUSE.match(rest)) else rest.strip()
    if not any(letter.isalnum() for letter in reason):
        return Complaint("reason", f"Please add a reason, so that others can follow: {_snooze_form(today)}.")
    return until, reason


@lru_cache(maxsize=1024)
def parse_due(argument: str, at: dt.datetime, calendar: Calendar) -> dt.date | Complaint:
    """The due date, in the calendar's days, or the sentence that says what is missing."""
    read, today = _read_end(argument, at, calendar), calendar.local_date(at)
    if read is None:
        return Complaint("end", f"{_two_ways(argument)}Please name a day or a length of time: {_due_form(today)}.")
    end = read[0]
    if isinstance(end, Duration):
        moment = _moment(end, at, calendar, DUE_DAYS_MAX)
        day = calendar.local_date(moment) if moment else dt.date.max
    else:
        day = end
    if day < today:
        return Complaint("over", f"That day is over already. Please name one still to come: {_due_form(today)}.")
    if (day - today).days > DUE_DAYS_MAX:
        return Complaint("long", f"That is more than two years away. Please name an earlier day: {_due_form(today)}.")
    return day


def _snooze_form(today: dt.date) -> str:
    until = f"`/snooze until {today + _EXAMPLE_AHEAD} code freeze`"
    return f"`/snooze 5 days because we wait for the vendor`, `/snooze until next Monday code freeze` or {until}"


def _due_form(today: dt.date) -> str:
    return f"`/due {today + _EXAMPLE_AHEAD}`, `/due next Friday` or `/due 10 business days`"


def _two_ways(argument: str) -> str:
    """Said before the examples where a day was written that some read one way and some the other."""
    return "That day can be read in two ways. " if _TWO_WAYS.search(argument) else ""


def _moment(end: Duration | dt.date, at: dt.datetime, calendar: Calendar, days_max: int) -> dt.datetime | None:
    """The end as a moment; None where it is further than `days_max` days off, too far to be reckoned with."""
    if isinstance(end, Duration):
        return calendar.add(at, end) if end.amount * _DAYS_IN[end.unit] <= days_max else None
    away = (end - calendar.local_date(at)).days
    if away > days_max:
        return None
    if away < 0:
        return at
    midnight = dt.datetime.combine(end, dt.time.min, calendar.zone)
    return calendar.next_working_moment(midnight).astimezone(dt.UTC)


def _read_end(argument: str, at: dt.datetime, calendar: Calendar) -> tuple[Duration | dt.date, str] | None:
    """The date or duration that the argument begins with, and what follows it."""
    text = " ".join(argument.split())
    text = text[lead.end() :] if (lead := _LEAD.match(text)) else text
    if date := _DATE.match(text):
        try:
            return dt.date(int(date[1]), int(date[2]), int(date[3])), text[date.end() :]
        except ValueError:
            return None
    lasting, spoken = _lasting(text), date_at_beginning(text, at, calendar)
    # A length of time ends at the moment, and only where more was said on the day.
    return spoken if spoken and (lasting is None or len(spoken[1]) < len(lasting[1])) else lasting


def _lasting(text: str) -> tuple[Duration, str] | None:
    """The duration that the text begins with, and what follows it."""
    match = _DURATION.match(text)
    # Two words first, `5 business days` being one more than `5 days because`.
    for end in (match.end(), match.end(1)) if match else ():
        try:
            return parse_duration(text[:end].removeprefix("+")), text[end:]
        except ValueError:
            continue
    return None
