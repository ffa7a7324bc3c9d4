"""Dates in plain words, as people write them in a plan: `by Friday`, `in 2 weeks`, `end of the month`, `12 March`.

Which words are a date is known without a clock, so that a text reads the same whenever it is read; which day they mean
is reckoned from the moment at which they were said, in the calendar of whoever said them. What could mean two days
means none: `12/3/2026` is left alone. See docs/adr/0035-dates-in-plain-words.md for what each form means, and why.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from rules.calendar import Calendar
from rules.durations import Duration, Unit

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

#: `sat`, `sun` and `wed` in small letters are words of their own.
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|(?-i:Wed|WED)|wednesday|thu(?:r|rs|rsday)?|fri(?:day)?|(?-i:Sat|SAT)|saturday"
    r"|(?-i:Sun|SUN)|sunday)\b\.?"
)
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d|[.:/]\d)"
_YEAR = r"(?P<year>20\d\d)(?![\d-])"
_LEAD = r"(?:(?:by|on|until|till|due)\b:?\s*)?"
_NAMED_DAY = rf"(?:(?P<weekday>{_WEEKDAY}),?\s+(?:the\s+)?)?"
_COUNT = rf"(?P<count>\d{{1,4}}|an?|{'|'.join(_NUMBERS)}|a couple of)"
_UNIT = r"(?P<unit>(?:business|working|work)[ -]?days?|workdays?|days?|weeks?|fortnights?|months?)\b"
_END_OF_DAY = r"(?:eod|cob|(?:the\s+)?end of (?:the\s+)?(?:business\s+|working\s+)?day|close of business)\b"
#: The time of day says nothing about the day.
_TIME = (
    r"(?:,?\s*(?:at\s+)?(?:\d{1,2}:\d\d(?:\s?[ap]m)?|\d{1,2}\s?[ap]m|noon|midnight"
    r"|(?:in the\s+)?(?:morning|afternoon|evening)|eod|cob)\b)?"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """The day and the moment at which the words were said, in the calendar that they are meant in."""

    day: dt.date
    at: dt.datetime
    calendar: Calendar

    def in_week(self, number: int, weeks: int = 0) -> dt.date:
        """A day of the week (Monday is 0) that is so many weeks after this one, which began on its Monday."""
        return self.day + dt.timedelta(days=number - self.day.weekday() + 7 * weeks)


_Meaning = Callable[[re.Match[str], _Said], dt.date | None]


def spoken_date(text: str, said_at: dt.datetime, calendar: Calendar) -> dt.date | None:
    """The day that the whole of `text` means, said at that moment in that calendar; None where it means none, or two.

    Weeks begin on Monday. Where no year is said it is the next such day from then on.
    """
    read = date_at_beginning(text, said_at, calendar)
    return read[0] if read and not read[1].strip(" .,;:!") else None


def date_at_beginning(text: str, said_at: dt.datetime, calendar: Calendar) -> tuple[dt.date, str] | None:
    """The day that `text` begins with, and what follows those words."""
    found = _form_of(text)
    if found is None:
        return None
    match, meaning = found
    try:
        day = meaning(match, _Said(calendar.local_date(said_at), said_at, calendar))
    except (ValueError, OverflowError):  # 29 February, or further than there are years
        return None
    return (day, text[match.end() :]) if day else None


def length_of_date(text: str) -> int:
    """How many characters at the beginning are a date, whatever day it means; 0 where they are none."""
    found = _form_of(text)
    return found[0].end() if found else 0


def fixed_date(text: str) -> dt.date | None:
    """The day that the words mean whenever they are said: those with a year."""
    found = _form_of(text)
    if found is None or not found[0].groupdict().get("year"):
        return None
    return spoken_date(text, dt.datetime(2000, 1, 1, tzinfo=dt.UTC), Calendar())


def _form_of(text: str) -> tuple[re.Match[str], _Meaning] | None:
    """The longest form that the text begins with; none where that means no day, whatever its first words would mean."""
    found = [(match, meaning) for form, meaning in _FORMS if (match := form.match(text))]
    longest = max(found, key=lambda one: one[0].end(), default=None)
    return longest if longest and _is_possible(longest[0]) else None


def _is_possible(match: re.Match[str]) -> bool:
    """Whether there is such a day in any year, and in the year that is named on that day of the week."""
    said = match.groupdict()
    if said.get("first"):
        try:
            return _by_slashes(match) is not None
        except ValueError:
            return False
    if not said.get("day"):
        return True
    try:
        day = dt.date(int(said.get("year") or 2024), _month(said["month"]), int(said["day"]))
    except ValueError:
        return False
    return not (said.get("weekday") and said.get("year")) or day.weekday() == _weekday(said["weekday"])


# --- what the words mean ------------------------------------------------------------------------------


def _in_numbers(match: re.Match[str], _: _Said) -> dt.date | None:
    return dt.date(int(match["year"]), int(match["month"]), int(match["day"]))


def _by_slashes(match: re.Match[str], _: _Said | None = None) -> dt.date | None:
    """Day and month in either order, where only one of them can be the month."""
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if first > 12 or first == second:
        return dt.date(year, second, first)
    return dt.date(year, first, second) if second > 12 else None


def _near(match: re.Match[str], said: _Said) -> dt.date:
    word = match["near"].casefold()
    days = 2 if "after" in word else 1 if "tomorrow" in word else 0
    return said.day + dt.timedelta(days=days)


def _on_weekday(match: re.Match[str], said: _Said) -> dt.date:
    number, which = _weekday(match["weekday"]), (match["which"] or match["week"] or "").casefold()
    if which == "next":
        return said.in_week(number, 1)
    day = said.in_week(number)
    is_past = day < said.day if which == "this" else day <= said.day
    return said.in_week(number, 1) if is_past else day


def _after(match: re.Match[str], said: _Said) -> dt.date | None:
    count, unit = _count(match["count"]), match["unit"].casefold()
    if "month" in unit:
        return _months_later(said.day, count)
    if "work" in unit or "business" in unit:
        if count > 999:
            return None
        return said.calendar.local_date(said.calendar.add(said.at, Duration(count, Unit.BUSINESS_DAYS)))
    return said.day + dt.timedelta(days=count * (14 if "fortnight" in unit else 7 if "week" in unit else 1))


def _end_of_week(match: re.Match[str], said: _Said) -> dt.date:
    """The last working day of this week, or of the next where that one is over."""
    this, following = (_last_workday(said, weeks) for weeks in (0, 1))
    is_next = (match.groupdict().get("which") or "").casefold() == "next"
    return following if is_next or this < said.day else this


def _last_workday(said: _Said, weeks: int) -> dt.date:
    days = [said.in_week(number, weeks) for number in reversed(range(7))]
    return next((day for day in days if said.calendar.is_workday(day)), days[2])


def _end_of_month(match: re.Match[str], said: _Said) -> dt.date:
    is_next = (match.groupdict().get("which") or "").casefold() == "next"
    first = _months_later(said.day.replace(day=1), 1 if is_next else 0)
    return _last_of(first.year, first.month)


def _end_of_named_month(match: re.Match[str], said: _Said) -> dt.date:
    month = _month(match["month"])
    if match["year"]:
        return _last_of(int(match["year"]), month)
    return _last_of(said.day.year + (month < said.day.month), month)


def _end_of_year(match: re.Match[str], said: _Said) -> dt.date:
    is_next = (match.groupdict().get("which") or "").casefold() == "next"
    return dt.date(said.day.year + is_next, 12, 31)


def _in_month(match: re.Match[str], said: _Said) -> dt.date | None:
    """A day and a month; without a year, the next time that there is such a day."""
    month, number = _month(match["month"]), int(match["day"])
    if match["year"]:
        return dt.date(int(match["year"]), month, number)
    for year in range(said.day.year, said.day.year + 9):  # 29 February may be eight years away
        if number <= months.monthrange(year, month)[1] and (day := dt.date(year, month, number)) >= said.day:
            return day
    return None


def _weekday(word: str) -> int:
    return _WEEKDAYS.index(word[:3].casefold())


def _month(word: str) -> int:
    return int(word) if word.isdecimal() else _MONTHS.index(word[:3].casefold()) + 1


def _count(word: str) -> int:
    word = word.casefold()
    if word.isdecimal():
        return int(word)
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else 2 if "couple" in word else 1


def _months_later(day: dt.date, count: int) -> dt.date:
    """The same day of a later month, or that one's last."""
    years, month = divmod(day.month - 1 + count, 12)
    last = months.monthrange(day.year + years, month + 1)[1]
    return dt.date(day.year + years, month + 1, min(day.day, last))


def _last_of(year: int, month: int) -> dt.date:
    return dt.date(year, month, months.monthrange(year, month)[1])


_ONE_TO_12 = r"(?P<month>0?[1-9]|1[0-2])"
_ONE_TO_31 = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_END = r"(?![\w-]|[./]\d)"
_ENDING = r"(?:the\s+)?end of (?:(?P<which>this|next|the)\s+)?"
#: `by 10 days` is how much, not when.
_AFTER = rf"(?:due\b:?\s*)?(?:(?:with)?in\s+)?(?:the\s+next\s+)?{_COUNT}\s+{_UNIT}(?:\s+from\s+(?:now|today)\b)?"
_DAY_OF_WEEK = (
    rf"(?:{_END_OF_DAY}\s+(?:on\s+)?)?(?:(?P<which>this|next|(?:the\s+)?coming)\s+)?"
    rf"(?P<weekday>{_WEEKDAY})(?:\s+(?:of\s+)?(?P<week>this|next)\s+week\b)?"
)
_FORMS: tuple[tuple[re.Pattern[str], _Meaning], ...] = (
    (re.compile(rf"\s*{_AFTER}{_END}", re.IGNORECASE | re.ASCII), _after),
    *(
        (re.compile(rf"\s*{_LEAD}{form}{_TIME}{_END}", re.IGNORECASE | re.ASCII), meaning)
        for form, meaning in (
            (rf"(?P<year>20\d\d)(?P<sign>[-/]){_ONE_TO_12}(?P=sign){_ONE_TO_31}", _in_numbers),
            # Dots stand between day, month and year in this order wherever people write them so.
            (rf"{_NAMED_DAY}{_ONE_TO_31}\.\s?{_ONE_TO_12}\.\s?(?P<year>20\d\d)", _in_numbers),
            (r"(?P<first>\d{1,2})(?P<sign>[/-])(?P<second>\d{1,2})(?P=sign)(?P<year>20\d\d)", _by_slashes),
            (r"(?P<near>today|tonight|tomorrow|(?:the\s+)?day after tomorrow)\b", _near),
            (rf"(?P<near>{_END_OF_DAY}(?:\s+(?:today|tomorrow)\b)?)", _near),
            (_DAY_OF_WEEK, _on_weekday),
            (rf"(?:eow|{_ENDING}(?:(?:business|working|work)\s+)?week)\b", _end_of_week),
            (rf"(?:eom|{_ENDING}month)\b", _end_of_month),
            (rf"(?:eoy|{_ENDING}year)\b", _end_of_year),
            (rf"(?:the\s+)?end of {_MONTH}(?:,?\s+{_YEAR})?", _end_of_named_month),
            (rf"{_NAMED_DAY}{_DAY}(?:\s+of)?[\s-]{_MONTH}(?:,?[\s-]{_YEAR})?", _in_month),
            (rf"{_NAMED_DAY}{_MONTH}\s+(?:the\s+)?{_DAY}(?:,?\s+{_YEAR})?", _in_month),
        )
    ),
)
