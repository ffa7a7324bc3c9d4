"""Secrets that are changed while Aftermath runs: the file that one came from is looked at again when it changes.

Asked at most about once a second whether it did, by one `stat`; Kubernetes swaps a symbolic link, which gives another
inode. A file that is gone or empty for a moment, as while it is written, leaves the last good secret in its place.
The secret that signs markers is never one of these: with another one, our own tickets would not be recognised.
Time is a stopwatch's here, and not the clock's: files change in this machine's time, also beside a sandbox.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from connectors.access import Secret
from worker.clock import stopwatch_s

#: As long as deliveries that were signed with the former secret may still be under way.
FORMER_TAKEN_S = 3600.0
LOOK_EVERY_S = 1.0
#: Of so many former ones it is known that they must not be shown.
_FORMER_MAX = 50

_Stamp = tuple[int, int, int, int]


class RotatedSecret(Secret):
    """A secret out of a file. `read` gives what stands there now, empty where nothing good does; `elapsed_s` is a
    stopwatch. Thread-safe."""

    def __init__(
        self, first: str, file: Path, read: Callable[[], str], elapsed_s: Callable[[], float] = stopwatch_s
    ) -> None:
        super().__init__(first)
        self._file = file
        self._read = read
        self._elapsed_s = elapsed_s
        self._lock = threading.Lock()
        self._former: list[tuple[float, str]] = []
        #: None until the first look: the file may have changed since `first` was read.
        self._stamp: _Stamp | None = None
        self._looked_s: float | None = None

    def now(self) -> str:
        with self._lock:
            if self._looked_s is None or self._elapsed_s() - self._looked_s >= LOOK_EVERY_S:
                self._look()
            return self._value

    def changed_from(self, used: str) -> bool:
        with self._lock:
            self._stamp = None
            self._look()
            return self._value != used

    def accepted(self) -> tuple[str, ...]:
        present = self.now()
        with self._lock:
            since_s = self._elapsed_s() - FORMER_TAKEN_S
            return tuple(dict.fromkeys((present, *(secret for at_s, secret in self._former if at_s >= since_s))))

    def known(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(dict.fromkeys((self._value, *(secret for _, secret in self._former))))

    def _look(self) -> None:
        self._looked_s = self._elapsed_s()
        stamp = _stamp(self._file)
        if stamp is None or stamp == self._stamp:
            return
        found = self._read()
        if not found:
            return
        self._stamp = stamp
        if found != self._value:
            self._former = [(self._looked_s, self._value), *self._former][:_FORMER_MAX]
            self._value = found


def _stamp(file: Path) -> _Stamp | None:
    """What is different once a file was changed or another one stands in its place; None where there is none."""
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_ino, seen.st_dev, seen.st_size
