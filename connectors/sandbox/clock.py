"""The sandbox's own time: it stands still until it is driven, or runs at a factor of real time.

A company's month passes in a second, and a test says which instant it is. The module reads no clock
itself: a running clock is handed a callable that counts real seconds.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable


class SandboxClock:
    """A clock that begins at `start` (aware; kept in UTC). Thread-safe, never goes back.

    `factor` is sandbox seconds per real second: 0 stands still, 3600 is an hour a second. A factor other than
    0 needs `real_s`, a callable that gives real seconds from any origin (such as a monotonic clock).
    Raises ValueError on a start without time zone, a negative factor, or a factor without `real_s`.
    """

    def __init__(self, start: dt.datetime, *, factor: float = 0.0, real_s: Callable[[], float] | None = None) -> None:
        if factor < 0 or (factor and real_s is None):
            raise ValueError("a clock that runs needs a positive factor and something that counts real seconds")
        self._factor = factor
        self._real_s = real_s
        self._lock = threading.Lock()
        self._instant = _utc(start)
        self._since_s = real_s() if real_s else 0.0

    def now(self) -> dt.datetime:
        """The present instant, aware, in UTC."""
        with self._lock:
            return self._now()

    def advance_to(self, instant: dt.datetime) -> dt.datetime:
        """Jump forward to an instant and return it. Raises ValueError when that lies in the past."""
        with self._lock:
            wanted = _utc(instant)
            if wanted < self._now():
                raise ValueError(f"the sandbox's clock is past {wanted.isoformat()} already and does not go back")
            self._instant = wanted
            self._since_s = self._real_s() if self._real_s else 0.0
            return wanted

    def advance(self, by: dt.timedelta) -> dt.datetime:
        """Jump forward by a span and return the new instant. Raises ValueError on a negative span."""
        return self.advance_to(self.now() + by)

    def _now(self) -> dt.datetime:
        if not self._factor or self._real_s is None:
            return self._instant
        return self._instant + dt.timedelta(seconds=(self._real_s() - self._since_s) * self._factor)


def _utc(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(dt.UTC)
