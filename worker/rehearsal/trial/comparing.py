"""What was expected held against what happened: pairs, what did not come, what came unasked. Pure.

Each expectation takes the first thing that fits it and is not earlier than what the one before it took: several that
happen at one moment may stand in any order. What is left on both sides is told together where it may be meant.
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

#: Within so long something other may have been meant; the very same thing within `_FAR`.
_NEAR, _FAR = dt.timedelta(days=1), dt.timedelta(days=7)
_Likeness = tuple[bool, int, dt.timedelta, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: something expected, something that happened, or both. `differs` names what of a pair
    is otherwise than expected, and `order` where it is only its place among the others: nothing, where it is as it
    should be."""

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
        taken = self._taken(expect, happened, moments_first=False)
        if len(taken) < len(expect):
            # Something fails. What has a moment is found at that moment, whatever others could have taken instead.
            taken = max(self._taken(expect, happened, moments_first=True), taken, key=len)
        missing = [
            (
                one,
                self._moment(one)
                or max((happened[taken[before]].at for before in taken if before < index), default=None),
            )
            for index, one in enumerate(expect)
            if index not in taken
        ]
        lines = [Line(expect[wanted], happened[came]) for wanted, came in sorted(taken.items())]
        lines += self._nearly(missing, [h for came, h in enumerate(happened) if came not in taken.values()])
        return tuple(sorted(lines, key=self._when))

    def breaches(self, never: Sequence[Expected], happened: Sequence[Happening]) -> tuple[Line, ...]:
        """What came although it must not; of people, any of those that are named."""
        return tuple(Line(one, h) for one in never for h in happened if not self.differs(one, h, is_any=True))

    def _taken(
        self, expect: Sequence[Expected], happened: Sequence[Happening], *, moments_first: bool
    ) -> dict[int, int]:
        """Which thing each expectation takes, by their numbers: the first that fits and is no earlier than what those
        before it took, nor later than what those behind it took. `moments_first`: those with a moment choose first."""
        taken: dict[int, int] = {}
        for wanted in sorted(range(len(expect)), key=lambda one: moments_first and not self._moment(expect[one])):
            earliest = max((happened[taken[one]].at for one in taken if one < wanted), default=None)
            latest = min((happened[taken[one]].at for one in taken if one > wanted), default=None)
            for came, h in enumerate(happened):
                is_between = (not earliest or h.at >= earliest) and (not latest or h.at <= latest)
                if is_between and came not in taken.values() and not self.differs(expect[wanted], h):
                    taken[wanted] = came
                    break
        return taken

    def _nearly(self, missing: list[tuple[Expected, dt.datetime | None]], left: list[Happening]) -> Iterator[Line]:
        """What is left on both sides: of all pairs that could be meant, those that are most alike are taken first."""
        pairs = [
            (likeness, wanted, came)
            for wanted, (one, about) in enumerate(missing)
            for came, h in enumerate(left)
            if (likeness := self._likeness(one, h, about)) is not None
        ]
        paired: dict[int, int] = {}
        for _, wanted, came in sorted(pairs):
            if wanted not in paired and came not in paired.values():
                paired[wanted] = came
        for wanted, (one, _) in enumerate(missing):
            if wanted in paired:
                closest = left[paired[wanted]]
                yield Line(one, closest, self.differs(one, closest) or ("order",))
            else:
                yield Line(one, None)
        for came, happened in enumerate(left):
            if came not in paired.values():
                yield Line(None, happened)

    def _likeness(self, one: Expected, happened: Happening, about: dt.datetime | None) -> _Likeness | None:
        """How far something is from what was expected, the least first; None where it cannot have been meant. What is
        said where is asked first, then the time, and only then who is asked and in which words."""
        differs = self.differs(one, happened)
        apart = {"what", "on"} & {*differs}
        has_moment = one.at is not None or one.day is not None
        is_then = has_moment and "at" not in differs
        away = abs(happened.at - about) if about and not is_then else dt.timedelta()
        is_meant = not apart or (len(differs) == 1 and ("what" not in apart or has_moment))
        # The same at another time may be meant; the same to others, or in other words, only about that time.
        if "at" in differs:
            is_meant = away <= (_FAR if {*differs} <= {"at", "rule"} else _NEAR) and not apart
        if happened.verb != one.verb or not is_meant:
            return None
        return (away > _NEAR, len(apart), away, len(differs))

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
