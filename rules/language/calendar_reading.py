"""The `calendar` and `limits` of a policy file, with the holidays of a country from the `holidays` library.

Holidays are fixed at load for a range of years, so that deciding needs no library and gives the same answer
on every machine.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import holidays

from rules.calendar import Calendar
from rules.language.document import KeyPath
from rules.language.forms import CalendarForm, LimitsForm
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.policy import Limits

YEARS = range(2020, 2041)
_WORKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_HOURS = re.compile(r"(\d\d?):(\d\d) ?[-–] ?(\d\d?):(\d\d)\Z")


def read_calendar(reading: Reading, path: KeyPath, form: CalendarForm) -> Calendar:
    """Working time as the file has it; where a part is wrong it is noted and the default stands in."""
    zone = read_zone(reading, (*path, "zone"), form.zone)
    opens, closes = _read_hours(reading, (*path, "hours"), form.hours)
    days = [reading.date((*path, "holidays", index)) for index in range(len(form.holidays))]
    if not form.workdays:
        reading.note((*path, "workdays"), "no day of the week is a workday", in_words(_WORKDAYS))
    return Calendar(
        zone=zone,
        workdays=frozenset(_WORKDAYS[day] for day in form.workdays),
        opens=opens,
        closes=closes,
        holidays=frozenset(day for day in days if day) | _public_holidays(reading, path, form),
    )


def read_zone(reading: Reading, path: KeyPath, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = closest(name, available_timezones())
        reading.note(path, f'"{name}" is no time zone', "a name of the IANA database, such as Europe/Berlin", near)
        return ZoneInfo("UTC")


def read_limits(reading: Reading, path: KeyPath, form: LimitsForm, zone: ZoneInfo) -> Limits:
    for name, amount in (("mentions_per_day", form.mentions_per_day), ("sweep_effects_max", form.sweep_effects_max)):
        if amount < 1:
            reading.note((*path, name), f"{amount} would silence everything: the least is 1")
    start_at = _read_moment(reading, (*path, "start_at"), form.start_at, zone) if form.start_at else None
    return Limits(form.mentions_per_day, form.sweep_effects_max, start_at)


def _read_hours(reading: Reading, path: KeyPath, written: str) -> tuple[dt.time, dt.time]:
    match = _HOURS.match(written.strip())
    try:
        numbers = [int(part) for part in match.groups()] if match else []
        opens, closes = dt.time(numbers[0], numbers[1]), dt.time(numbers[2], numbers[3])
    except (IndexError, ValueError):
        reading.note(path, f'"{written}" are no hours', 'opening and closing of one day, such as "09:00-17:00"')
        return dt.time(9), dt.time(17)
    if opens >= closes:
        reading.note(path, f'"{written}" closes before it opens', "hours within one day")
    return opens, closes


def _read_moment(reading: Reading, path: KeyPath, written: str, zone: ZoneInfo) -> dt.datetime | None:
    """A date is its first moment in the calendar's zone."""
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        reading.note(path, f'"{written}" is no date', "2026-12-01 or 2026-12-01T09:00:00+01:00")
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)


def _public_holidays(reading: Reading, path: KeyPath, form: CalendarForm) -> frozenset[dt.date]:
    if not form.country:
        if form.region:
            reading.note((*path, "region"), "a region needs its country", "country: DE")
        return frozenset()
    countries = holidays.list_supported_countries(include_aliases=False)
    if form.country not in countries:
        near = form.country.upper() if form.country.upper() in countries else ""
        reading.note(
            (*path, "country"),
            f'"{form.country}" is no country with known holidays',
            "an ISO 3166 code of two letters, such as DE",
            near,
        )
        return frozenset()
    regions = countries[form.country]
    if form.region and form.region not in regions:
        near = closest(form.region, regions)
        reading.note((*path, "region"), f'"{form.region}" is no region of {form.country}', in_words(regions), near)
        return frozenset()
    known = holidays.country_holidays(form.country, subdiv=form.region or None, years=YEARS)
    return frozenset(known)
