"""Durations as people write them: a whole number and its unit.

Clock time (`90 s`, `15 m`, `1 h`, `5 days`, `2 w`) counts seconds; business time
(`4 business hours`, `5 business days`) counts only a calendar's working time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Unit(StrEnum):
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    BUSINESS_HOURS = "business hours"
    BUSINESS_DAYS = "business days"


#: Every way in which a unit may be written.
SPELLINGS: dict[str, Unit] = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), Unit.SECONDS),
    **dict.fromkeys(("m", "min", "minute", "minutes"), Unit.MINUTES),
    **dict.fromkeys(("h", "hour", "hours"), Unit.HOURS),
    **dict.fromkeys(("d", "day", "days"), Unit.DAYS),
    **dict.fromkeys(("w", "week", "weeks"), Unit.WEEKS),
    **dict.fromkeys(("business hour", "business hours"), Unit.BUSINESS_HOURS),
    **dict.fromkeys(("business day", "business days"), Unit.BUSINESS_DAYS),
}
UNIT_MEANINGS: Mapping[Unit, str] = MappingProxyType(
    {
        Unit.SECONDS: "seconds of the clock",
        Unit.MINUTES: "minutes of the clock",
        Unit.HOURS: "hours of the clock",
        Unit.DAYS: "24 hours of the clock each, weekend or not",
        Unit.WEEKS: "seven such days each",
        Unit.BUSINESS_HOURS: "hours in which people work by the calendar",
        Unit.BUSINESS_DAYS: "days on which people work by the calendar",
    }
)
_FORM = re.compile(r"([+-]?\d{1,6}) ?([a-z]+(?: [a-z]+)?)\Z")
ALLOWED = "a whole number and a unit, such as 90 s, 15 m, 4 h, 5 days, 2 w, 4 business hours, 5 business days"


@dataclass(frozen=True, slots=True)
class Duration:
    """So many of a unit; negative means before."""

    amount: int
    unit: Unit

    @property
    def is_business(self) -> bool:
        """Whether it counts working time."""
        return self.unit in (Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS)

    def __str__(self) -> str:
        unit = self.unit.value if abs(self.amount) != 1 else self.unit.value.removesuffix("s")
        return f"{self.amount} {unit}"


def parse_duration(text: str) -> Duration:
    """Read `5 business days` and the like. Raises ValueError with what is allowed."""
    match = _FORM.match(" ".join(text.split()).lower())
    unit = SPELLINGS.get(match[2]) if match else None
    if match is None or unit is None:
        raise ValueError(f"{text!r} is no duration: write {ALLOWED}")
    return Duration(int(match[1]), unit)
