"""Answers that are kept for a while, so that the same question does not cost a request each time."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """Values by key, each forgotten `ttl_s` seconds after it was put. Thread-safe."""

    def __init__(self, now: Callable[[], dt.datetime], ttl_s: float) -> None:
        self._now = now
        self._ttl = dt.timedelta(seconds=ttl_s)
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[dt.datetime, V]] = {}

    def get(self, key: str) -> V | None:
        with self._lock:
            at, value = self._kept.get(key, (None, None))
        return value if at is not None and at <= self._now() < at + self._ttl else None

    def put(self, key: str, value: V) -> V:
        """Keep it; the value itself comes back."""
        at = self._now()
        with self._lock:
            self._kept = {k: kept for k, kept in self._kept.items() if kept[0] + self._ttl > at}
            self._kept[key] = (at, value)
        return value
