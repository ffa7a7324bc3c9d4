"""A clock that follows a sandbox's, so that a company's month passes in a minute and everybody agrees on the day.

It is the only clock besides the machine's, and speaks to this machine only. Asked many times in a moment it
asks the sandbox once. A sandbox that does not answer keeps the last moment it told: time stands still rather
than jumping to the machine's.
"""

from __future__ import annotations

import datetime as dt
import threading

import requests

from worker.clock import stopwatch_s

#: An answer is good for so long: short beside any wait of a test, long beside a burst of questions.
FRESH_FOR_S = 0.02
_TIMEOUT_S = 5.0


class SandboxClockReader:
    """`url` is the sandbox's `/_sandbox/clock`. Thread-safe.

    Raises requests.RequestException on the first question when the sandbox is not there.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False
        self._known: dt.datetime | None = None
        self._asked_s = 0.0

    def now(self) -> dt.datetime:
        with self._lock:
            if self._known is not None and stopwatch_s() - self._asked_s <= FRESH_FOR_S:
                return self._known
        return self.fresh()

    def fresh(self) -> dt.datetime:
        """The time as the sandbox tells it this moment, for who has just driven it."""
        with self._lock:
            self._known = self._ask(self._known)
            self._asked_s = stopwatch_s()
            return self._known

    def close(self) -> None:
        self._session.close()

    def _ask(self, known: dt.datetime | None) -> dt.datetime:
        try:
            answer = self._session.get(self._url, timeout=_TIMEOUT_S)
            answer.raise_for_status()
            told = dt.datetime.fromisoformat(answer.json()["now"]).astimezone(dt.UTC)
        except (requests.RequestException, ValueError, KeyError):
            if known is None:
                raise
            return known
        return max(told, known) if known else told
