"""The `calendar` and `limits` of a policy file, with the holidays of a country from the `holidays` library.

Holidays are fixed at load for a range of years, so that deciding needs no library and gives the same answer
on every machine.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import holidays

from rules.calendar import Calendar
from rules.language.document import KeyPath, Scalar
from rules.language.forms import CalendarForm, LimitsForm
from rules.language.hours_reading import read_hours
from rules.language.problems import closest
from rules.language.quiet_reading import read_quiet_hours
from rules.language.reading import Reading, no_day
from rules.language.regions import country_meant, regions_told
from rules.language.validation import shown
from rules.own_calendar import OwnCalendar
from rules.policy import Limits

YEARS = range(2020, 2041)
#: A longer row of closing days is a slip of the pen.
_CLOSED_DAYS_MAX = 366
_ABBREVIATION = re.compile(r"[A-Z]{2,5}\Z")
_RANGE = re.compile(r"(\S+) +(?:to|until|–|-) +(\S+)\Z")


def read_calendar(reading: Reading, path: KeyPath, form: CalendarForm) -> Calendar:
    """Working time as the file has it; where a part is wrong it is noted and the default stands in."""
    return read_own_calendar(reading, path, form).over(Calendar())


def read_own_calendar(reading: Reading, path: KeyPath, form: CalendarForm) -> OwnCalendar:
    """The parts of a calendar that the file gives; None for the others, and for what is wrong, which is noted.

    A country's holidays come with its region's or without, so that naming one replaces both.
    """
    given = form.model_fields_set
    zone = read_zone(reading, (*path, "zone"), form.zone) if "zone" in given else None
    workdays, hours = read_hours(reading, path, form)
    days = [read_closing_days(reading, (*path, "holidays", index)) for index in range(len(form.holidays))]
    return OwnCalendar(
        zone=zone,
        workdays=workdays,
        hours=hours,
        holidays=frozenset().union(*days) if "holidays" in given else None,
        public_holidays=_public_holidays(reading, path, form) if {"country", "region"} & given else None,
    )


def read_closing_days(reading: Reading, path: KeyPath) -> frozenset[dt.date]:
    """`2026-12-24`, or all days of `2026-12-24 to 2027-01-01`; none of what is wrong, which is noted."""
    node = reading.document.at(path)
    row = _RANGE.match(str(node.value).strip()) if isinstance(node, Scalar) else None
    if row is None:
        day = reading.date(path)
        return frozenset({day} if day else ())
    try:
        first, last = dt.date.fromisoformat(row[1]), dt.date.fromisoformat(row[2])
    except ValueError:
        told = no_day(row[1]) or no_day(row[2])
        reading.note(path, f"{shown(node)} {told or 'are no days'}", "days of the calendar as 2026-12-24 to 2027-01-01")
        return frozenset()
    count = (last - first).days + 1
    if not 1 <= count <= _CLOSED_DAYS_MAX:
        wrong = "ends before it begins" if count < 1 else f"is longer than {_CLOSED_DAYS_MAX} days"
        reading.note(path, f"{shown(node)} {wrong}", "the first day, then the last: 2026-12-24 to 2027-01-01")
        return frozenset()
    return frozenset(first + dt.timedelta(days=number) for number in range(count))


def read_zone(reading: Reading, path: KeyPath, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        allowed = "a name of the IANA database, such as Europe/Berlin or Asia/Kolkata"
        if _ABBREVIATION.match(name):
            reading.note(path, f'"{name}" is no time zone: a zone is named by a place, not by its letters', allowed)
        else:
            reading.note(path, f'"{name}" is no time zone', allowed, closest(name, available_timezones()))
        return ZoneInfo("UTC")


def read_limits(reading: Reading, path: KeyPath, form: LimitsForm, zone: ZoneInfo) -> Limits:
    for name, amount in (("mentions_per_day", form.mentions_per_day), ("sweep_effects_max", form.sweep_effects_max)):
        if amount < 1:
            reading.note((*path, name), f"{amount} would silence everything: the least is 1")
    start_at = _read_moment(reading, (*path, "start_at"), form.start_at, zone) if form.start_at else None
    quiet = read_quiet_hours(reading, (*path, "quiet_hours")) if "quiet_hours" in form.model_fields_set else None
    return Limits(form.mentions_per_day, form.sweep_effects_max, start_at, quiet)


def _read_moment(reading: Reading, path: KeyPath, written: str, zone: ZoneInfo) -> dt.datetime | None:
    """A date is its first moment in the calendar's zone."""
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        reading.note(path, f'"{written}" {no_day(written) or "is no date"}', "2026-12-01 or 2026-12-01T09:00:00+01:00")
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)


def _public_holidays(reading: Reading, path: KeyPath, form: CalendarForm) -> frozenset[dt.date]:
    if not form.country:
        if form.region:
            reading.note((*path, "region"), "a region needs its country", "country: DE")
        return frozenset()
    countries = holidays.list_supported_countries(include_aliases=False)
    if form.country not in countries:
        message = f'"{form.country}" is no country with known holidays'
        allowed = "an ISO 3166 code of two letters, such as DE"
        reading.note((*path, "country"), message, allowed, country_meant(form.country))
        return frozenset()
    if form.region and form.region not in countries[form.country]:
        message = f'"{form.region}" is no region of {form.country}'
        allowed, near = regions_told(form.country, form.region)
        reading.note((*path, "region"), message, allowed, near)
        return frozenset()
    return _holidays_of(form.country, form.region)


@lru_cache(maxsize=64)  # people of one country share them, and working them out takes long
def _holidays_of(country: str, region: str) -> frozenset[dt.date]:
    with warnings.catch_warnings():  # of some countries the library knows fewer years, and says so on stderr
        warnings.filterwarnings("ignore", message="Requested Holidays are available only", category=UserWarning)
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=YEARS))
