"""How many requests a tracker still lets us send, as its own answers say: per resource, in this process.

Nothing is asked for it: what an answer tells by the way is remembered. Where little is left the rest of it is kept for
what is urgent (`connectors.patience`), so that a grave failure still finds the tracker willing.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

#: So small a part of the limit is little: of GitHub's 5,000 an hour 250, some sixty looks at cases.
LOW_SHARE = 0.05
#: Nobody counts in longer windows; what ends later is a proxy's mistake.
_LONGEST = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What was left of a limit, and when it is whole again. `resource` is the tracker's own name for what it limits;
    `has_another_way` says that what it limits is asked for otherwise where nothing is left."""

    resource: str
    limit: int
    remaining: int
    reset_at: dt.datetime
    has_another_way: bool = False

    @property
    def is_low(self) -> bool:
        return self.remaining <= self.limit * LOW_SHARE


class Allowances:
    """The last word on each resource. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_resource: dict[str, Allowance] = {}

    def note(self, told: Allowance | None) -> None:
        """An answer said so (None: it said nothing). Answers overtake each other: in one window the least counts."""
        if told is None:
            return
        with self._lock:
            known = self._by_resource.get(told.resource)
            if known is None or known.reset_at != told.reset_at or told.remaining < known.remaining:
                self._by_resource[told.resource] = told

    def all(self) -> tuple[Allowance, ...]:
        """By name of the resource."""
        with self._lock:
            return tuple(self._by_resource[name] for name in sorted(self._by_resource))

    def low(self, now: dt.datetime) -> Allowance | None:
        """The one of which little is left, for the longest time; None where there is enough of all that there is no
        other way for."""
        needed = (one for one in self.all() if not one.has_another_way)
        low = [one for one in needed if one.is_low and now < one.reset_at <= now + _LONGEST]
        return max(low, key=lambda one: one.reset_at, default=None)


def whole_number(text: str | None) -> int | None:
    """A header's count; None for anything else, whoever wrote it."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 12 else None
