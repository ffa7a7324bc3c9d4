"""A thread that does one thing again and again until it is stopped. What goes wrong is logged, and it goes on.

The same trouble is logged once when it begins and once when it is over, not at every turn; and while it lasts
the turns come more slowly. A store that is away is said once for all loops of a process (`worker.outages`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from worker.clock import stopwatch_s
from worker.outages import Outages, problem_in_words, store_that_is_away

#: How far apart failing turns come at most.
FAILING_PERIOD_S_MAX = 5.0

_log = structlog.get_logger(__name__)


class Loop:
    """Calls `step` every `period_s` seconds, and at once when it is nudged."""

    def __init__(self, name: str, period_s: float, step: Callable[[], object], outages: Outages | None = None) -> None:
        self._name = name
        self._period_s = period_s
        self._step = step
        self._outages = outages or Outages()
        self._failures = 0
        self._failed_with = ""
        self._is_stopping = threading.Event()
        self._nudged = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def nudge(self) -> None:
        """Do it now rather than at the end of the period. Returns at once."""
        self._nudged.set()

    def ask_to_stop(self) -> None:
        self._is_stopping.set()
        self._nudged.set()

    def join(self, timeout_s: float) -> bool:
        """Whether the thread ended within the time."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping.is_set()

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            self._nudged.clear()
            asked_s = stopwatch_s()
            try:
                self._step()
                self._note_success()
            except Exception as error:  # noqa: BLE001 - a loop that ended would end the follow-up of every case, unseen
                self._note_failure(error, asked_s)
            self._nudged.wait(self._wait_s())

    def _note_success(self) -> None:
        if self._failed_with:
            _log.info("a background loop works again", loop=self._name, failures=self._failures)
        self._failures, self._failed_with = 0, ""

    def _note_failure(self, error: Exception, asked_s: float) -> None:
        self._failures += 1
        if store := store_that_is_away(error):
            self._outages.away(store, problem_in_words(error), asked_s=asked_s)
        elif type(error).__name__ != self._failed_with:
            self._failed_with = type(error).__name__
            _log.exception("a background loop failed and goes on", loop=self._name)

    def _wait_s(self) -> float:
        if not self._failures:
            return self._period_s
        return max(self._period_s, min(FAILING_PERIOD_S_MAX, self._period_s * 2.0 ** min(self._failures, 10)))
