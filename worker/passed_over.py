"""Which tickets linked to failures are no post-mortems, so that they are not read again at every look.

A failure whose people opened none may have any number of links, and each read is a request. What is remembered here
is forgotten within the hour, or with the process; nothing is decided by it that a later look does not see.
"""

from __future__ import annotations

import datetime as dt
import threading

from rules.refs import TicketRef

#: For so long a linked ticket is not asked about again: somebody may give it another title.
PASSED_OVER = dt.timedelta(hours=1)
_MEMORY_MAX = 10_000


class PassedOver:
    """Linked tickets that were no post-mortems when they were looked at. Thread-safe; lost with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[TicketRef, dt.datetime] = {}

    def put(self, ref: TicketRef, now: dt.datetime) -> None:
        with self._lock:
            if len(self._until) >= _MEMORY_MAX:
                self._until = {one: until for one, until in self._until.items() if until > now}
            self._until[ref] = now + PASSED_OVER

    def has(self, ref: TicketRef, now: dt.datetime) -> bool:
        with self._lock:
            return ref in self._until and self._until[ref] > now
