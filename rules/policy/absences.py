"""When somebody is away, and who stands in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which a person is away, both inclusive and in their own zone. `stand_in` is a person's id, or empty."""

    starts: dt.date
    ends: dt.date
    stand_in: str = ""

    @property
    def days(self) -> frozenset[dt.date]:
        return frozenset(self.starts + dt.timedelta(days=n) for n in range((self.ends - self.starts).days + 1))
