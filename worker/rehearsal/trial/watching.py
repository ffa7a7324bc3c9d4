"""How long a test watches, and that it watches whatever it speaks of: a line about a time outside could never fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.language.document import KeyPath
from rules.language.reading import Reading
from rules.policy import Policy
from worker.rehearsal.trial.moments import end_of_day, read_end
from worker.rehearsal.trial.trials import Act, Expected

#: A test that says nothing of the time after it watches so long.
_WATCHES = dt.timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Watch:
    """What a test speaks of: its beginning, what people do, and by where it stands what is to be and what never is."""

    begins: dt.datetime
    acts: Sequence[Act]
    expect: Mapping[KeyPath, Expected]
    never: Mapping[KeyPath, Expected]

    @property
    def expected(self) -> Iterator[Expected]:
        yield from (*self.expect.values(), *self.never.values())

    def end(self, reading: Reading, path: KeyPath, policy: Policy, *, is_said: bool) -> dt.datetime:
        """Until when is watched: as `until` says at `path`, else to the end of the last day that the test speaks of.
        What lies outside is noted."""
        zone = policy.calendar.zone
        ends = read_end(reading, path, policy, self.begins) if is_said else self._last(zone)
        if ends is None:
            return self.begins  # noted where it stands, and nothing can be held against it
        if ends < self.begins:
            reading.note(path, f"it ends before it begins, which is at {_shown(self.begins, zone)}")
            return ends
        if self.acts and ends < self.acts[-1].at:
            reading.note(path, "it ends before the last event")
        for place, one in (*self.expect.items(), *self.never.items()):
            self._check(reading, (*place, "at"), one, ends, zone)
        return ends

    def _last(self, zone: dt.tzinfo) -> dt.datetime:
        days = [*_days(self.expect.values(), zone), *(act.at.astimezone(zone).date() for act in self.acts)]
        ends = end_of_day(max(days), zone) if days else self.begins + _WATCHES
        return max([ends, *(end_of_day(day, zone) for day in _days(self.never.values(), zone))])

    def _check(self, reading: Reading, path: KeyPath, one: Expected, ends: dt.datetime, zone: dt.tzinfo) -> None:
        first = self.begins.replace(second=0, microsecond=0)
        if one.day:
            is_before, is_after = one.day < first.astimezone(zone).date(), one.day > ends.astimezone(zone).date()
        else:
            is_before, is_after = bool(one.at and one.at < first), bool(one.at and one.at > ends)
        if is_before:
            reading.note(path, f"that is before the test begins, which is at {_shown(self.begins, zone)}")
        if is_after:
            told = f"that is after the test ends, which is at {_shown(ends, zone)}: nobody would see it"
            reading.note(path, told, "a later `until`")


def _days(expected: Iterable[Expected], zone: dt.tzinfo) -> list[dt.date]:
    days = (one.at.astimezone(zone).date() if one.at else one.day for one in expected)
    return [day for day in days if day]


def _shown(moment: dt.datetime, zone: dt.tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
