"""Counting requests, since requests are the currency that trackers limit (DESIGN, "The limit we work against").

One meter a tracker, shared by all its threads. It counts what went over the wire: a retried read counts
twice, a conditional read that was answered with 304 counts as a read. It never limits anything itself. Beside it is
kept what the tracker says that it still allows.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from connectors.allowance import Allowances


class RequestCount(NamedTuple):
    """Requests sent so far, or between two moments."""

    reads: int
    writes: int

    def since(self, earlier: RequestCount) -> RequestCount:
        """What was added after `earlier`."""
        return RequestCount(self.reads - earlier.reads, self.writes - earlier.writes)


class RequestMeter:
    """Counts reads and writes; thread-safe."""

    def __init__(self, reads: int = 0, writes: int = 0) -> None:
        self.allowances = Allowances()
        self._lock = threading.Lock()
        self._reads = reads
        self._writes = writes

    def read(self) -> None:
        """One more read was sent."""
        with self._lock:
            self._reads += 1

    def write(self) -> None:
        """One more write was sent."""
        with self._lock:
            self._writes += 1

    @property
    def reads(self) -> int:
        return self.snapshot().reads

    @property
    def writes(self) -> int:
        return self.snapshot().writes

    def snapshot(self) -> RequestCount:
        """Both counts at one moment."""
        with self._lock:
            return RequestCount(self._reads, self._writes)

    def __repr__(self) -> str:
        return f"RequestMeter{tuple(self.snapshot())}"
