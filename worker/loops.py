"""A thread that does one thing again and again until it is stopped. What goes wrong is logged, and it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

_log = structlog.get_logger(__name__)


class Loop:
    """Calls `step` every `period_s` seconds, and at once when it is nudged."""

    def __init__(self, name: str, period_s: float, step: Callable[[], object]) -> None:
        self._name = name
        self._period_s = period_s
        self._step = step
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
            try:
                self._step()
            except Exception:  # noqa: BLE001 - a loop that ended would end the follow-up of every case, unseen
                _log.exception("a background loop failed and goes on", loop=self._name)
            self._nudged.wait(self._period_s)
