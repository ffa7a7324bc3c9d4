"""The independent model's reading of who is there: absences, stand-ins, quiet hours, and the next moment at which
somebody may be asked.

Days of an absence with nobody to stand in are closed days of theirs, so that nobody counts them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from worker.simulation.expected_calendar import WorkingTime, wall

_DAY = dt.timedelta(days=1)
#: So often somebody's hours and the quiet ones are held against each other.
_TURNS_MAX = 20


@dataclass(frozen=True)
class Absence:
    """From a day to another, both of them included, in the person's own zone."""

    first: dt.date
    last: dt.date
    stand_in: str = ""

    @property
    def days(self) -> frozenset[dt.date]:
        return frozenset(self.first + _DAY * number for number in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class Quiet:
    """From one hour to another, over midnight where the second is the earlier."""

    begins: dt.time
    ends: dt.time

    def over_at(self, moment: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        """When the quiet that holds then is over; None where none does."""
        local = moment.astimezone(zone)
        time, is_over_midnight = local.time().replace(fold=0), self.begins > self.ends
        is_evening, is_morning = time >= self.begins, time < self.ends
        if not (is_evening or is_morning if is_over_midnight else is_evening and is_morning):
            return None
        return wall(local.date() + (_DAY if is_over_midnight and is_evening else _DAY * 0), self.ends, zone)


@dataclass(frozen=True)
class Colleague:
    """When somebody works, and when they are away."""

    hours: WorkingTime
    absences: tuple[Absence, ...] = ()

    @cached_property
    def counted(self) -> WorkingTime:
        """Their hours, without the days on which they are away and nobody stands in."""
        alone = frozenset[dt.date]().union(*(one.days for one in self.absences if not one.stand_in))
        return replace(self.hours, closed=self.hours.closed | alone)


@dataclass(frozen=True)
class Company:
    """Everybody, as the people file has them at one time. Who is not in it works in the `usual` hours."""

    usual: WorkingTime = WorkingTime()
    colleagues: Mapping[str, Colleague] = field(default_factory=dict)
    quiet: Quiet | None = None

    def hours_of(self, person: str) -> WorkingTime:
        return self.colleagues[person].counted if person in self.colleagues else self.usual

    @property
    def everybody(self) -> list[WorkingTime]:
        """All hours that somebody may count in."""
        return [self.usual, *(one.counted for one in self.colleagues.values())]

    def absence(self, person: str, moment: dt.datetime) -> Absence | None:
        if person not in self.colleagues:
            return None
        today = self.hours_of(person).local_day(moment)
        return next((one for one in self.colleagues[person].absences if one.first <= today <= one.last), None)

    def there_for(self, person: str, moment: dt.datetime) -> str:
        """Who is asked instead of somebody then: the last of those who stand in for one another."""
        seen: list[str] = []
        while person not in seen:
            seen.append(person)
            away = self.absence(person, moment)
            person = away.stand_in if away and away.stand_in else person
        return person

    def is_there(self, person: str, moment: dt.datetime) -> bool:
        """Whether they, or somebody in their place, are there."""
        return self.absence(self.there_for(person, moment), moment) is None

    def turns(self) -> Iterable[dt.datetime]:
        """Every moment at which somebody goes or comes back."""
        for person, colleague in self.colleagues.items():
            for absence in colleague.absences:
                for day in (absence.first, absence.last + _DAY):
                    yield wall(day, dt.time(), self.hours_of(person).zone)

    def opening(self, person: str, moment: dt.datetime, *, in_hours: bool, heeds_quiet: bool) -> dt.datetime:
        """The first moment from then on at which that person may be asked. Whoever works in quiet hours alone is asked
        while they work."""
        hours, at = self.hours_of(person), moment
        for _ in range(_TURNS_MAX):
            at = hours.into_hours(at) if in_hours else at
            over_at = self.quiet.over_at(at, hours.zone) if self.quiet and heeds_quiet else None
            if over_at is None:
                return at
            at = over_at
        return hours.into_hours(moment) if in_hours else moment
