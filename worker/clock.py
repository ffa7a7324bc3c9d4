"""The only module that reads the clock. Everything else is given `now`."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> dt.datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


def stopwatch_s() -> float:
    """Seconds from an arbitrary start, never going back: for measuring, not for deciding."""
    return time.monotonic()
