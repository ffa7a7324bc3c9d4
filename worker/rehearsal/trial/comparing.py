"""What was expected held against what happened: pairs, what did not come, what came unasked. Pure.

Each expectation takes the first thing that fits it and is not earlier than what the one before it took: several that
happen at one moment may stand in any order. What is left on both sides and is nearly the same is told together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from worker.rehearsal.happening import Happening
from worker.rehearsal.trial.parts import is_called
from worker.rehearsal.trial.people import called
from worker.rehearsal.trial.stage import Lived
from worker.rehearsal.trial.trials import Expected


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: something expected, something that happened, or both. `differs` names what of a pair
    is otherwise than expected: nothing, where it is as it should be."""

    expected: Expected | None
    happened: Happening | None
    differs: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.expected is not None and self.happened is not None and not self.differs


class Comparison:
    """Holds expectations against what a test brought about, in that policy's zone."""

    def __init__(self, lived: Lived, zone: dt.tzinfo) -> None:
        self._lived = lived
        self._zone = zone

    def lines(self, expect: Sequence[Expected], happened: Sequence[Happening]) -> tuple[Line, ...]:
        """Everything, in order of time."""
        left = list(happened)
        missing: list[Expected] = []
        lines: list[Line] = []
        not_before: dt.datetime | None = None
        for one in expect:
            fits = next((h for h in left if (not not_before or h.at >= not_before) and not self.differs(one, h)), None)
            if fits is None:
                missing.append(one)
                continue
            left.remove(fits)
            not_before = fits.at
            lines.append(Line(one, fits))
        lines += self._nearly(missing, left)
        return tuple(sorted(lines, key=self._when))

    def breaches(self, never: Sequence[Expected], happened: Sequence[Happening]) -> tuple[Line, ...]:
        """What came although it must not; of people, any of those that are named."""
        return tuple(Line(one, h) for one in never for h in happened if not self.differs(one, h, is_any=True))

    def _nearly(self, missing: list[Expected], left: list[Happening]) -> Iterator[Line]:
        for one in missing:
            near = [(self.differs(one, h), h) for h in left if h.verb == one.verb]
            near = [pair for pair in near if len(pair[0]) == 1 or pair[0] == ("at", "rule")]
            if not near:
                yield Line(one, None)
                continue
            differs, closest = min(near, key=lambda pair: (len(pair[0]), self._distance(one, pair[1])))
            left.remove(closest)
            yield Line(one, closest, differs)
        for happened in left:
            yield Line(None, happened)

    def differs(self, expected: Expected, happened: Happening, *, is_any: bool = False) -> tuple[str, ...]:
        """The keys of an expectation that something does not fit."""
        found = {
            "at": self._is_then(expected, happened),
            "verb": not expected.verb or expected.verb == happened.verb,
            "what": not expected.what or expected.what in (happened.what, called(happened.what)),
            "on": not expected.on or self._is_there(expected, happened),
            "asks": expected.asks is None or _are_asked(expected.asks, happened, is_any=is_any),
            "rule": not expected.rule or expected.rule == happened.rule,
            "says": not expected.says or " ".join(expected.says.split()) in " ".join(happened.text.split()),
        }
        return tuple(key for key, is_so in found.items() if not is_so)

    def _is_then(self, expected: Expected, happened: Happening) -> bool:
        local = happened.at.astimezone(self._zone)
        if expected.day:
            return local.date() == expected.day
        return expected.at is None or expected.at.replace(second=0) == happened.at.replace(second=0, microsecond=0)

    def _is_there(self, expected: Expected, happened: Happening) -> bool:
        name = self._lived.names.get(happened.ticket, happened.ticket.key)
        return is_called(name, self._lived.titles.get(happened.ticket, ""), expected.on)

    def _distance(self, expected: Expected, happened: Happening) -> dt.timedelta:
        wanted = self._moment(expected)
        return abs(happened.at - wanted) if wanted else dt.timedelta()

    def _moment(self, expected: Expected) -> dt.datetime | None:
        if expected.day:
            return dt.datetime.combine(expected.day, dt.time(), self._zone)
        return expected.at

    def _when(self, line: Line) -> dt.datetime:
        moment = line.happened.at if line.happened else self._moment(line.expected) if line.expected else None
        return moment or dt.datetime.max.replace(tzinfo=dt.UTC)


def _are_asked(asks: frozenset[str], happened: Happening, *, is_any: bool) -> bool:
    asked = {called(one) for one in happened.asks}
    return asks == asked or (is_any and bool(asks & asked))
