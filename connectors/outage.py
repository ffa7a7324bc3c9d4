"""Tells a tracker that is away from one that stumbled: maintenance for an hour is no reason to ask it a thousand times.

One read that fails may work a moment later. Several in a row that nothing came between say that the tracker is away:
then nobody asks for a minute, and after that one may try. Each further time in a row the rest is twice as long, up to
ten minutes, so that a thousand cases ask about as often as one would, and all go on soon after it is back.
"""

from __future__ import annotations

import datetime as dt
import threading

from connectors.errors import Limited, Temporary

#: So many reads in a row that fail are an outage.
FAILURES_OF_AN_OUTAGE = 5
REST_FIRST, REST_LONGEST = dt.timedelta(minutes=1), dt.timedelta(minutes=10)


def failure_in(answer: object) -> Temporary | None:
    """What an answer for several says, where none of them could be answered."""
    parts = list(answer.values()) if isinstance(answer, dict) else []
    failures = [part for part in parts if isinstance(part, Temporary)]
    return failures[0] if failures and len(failures) == len(parts) else None


class Outage:
    """What one process has seen of one tracker. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_a_row = 0

    def worked(self) -> None:
        """The tracker answered, whatever it said."""
        with self._lock:
            self._in_a_row = 0

    def failed_with(self, error: Temporary) -> dt.timedelta | None:
        """It did not; how long to leave it alone now, or None. A limit is an answer, and has rests of its own."""
        if isinstance(error, Limited):
            self.worked()
            return None
        with self._lock:
            self._in_a_row += 1
            beyond = self._in_a_row - FAILURES_OF_AN_OUTAGE
        if beyond < 0:
            return None
        doublings: int = 1 << min(beyond, 10)
        return min(REST_LONGEST, REST_FIRST * doublings)
