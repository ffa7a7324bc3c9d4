"""Something that happened, as the independent model speaks of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """When it happened, and a name for it that nothing else on the ticket has. `was_at` is when it was to be counted
    from before something did not count."""

    at: dt.datetime
    event: str
    was_at: dt.datetime | None = None
