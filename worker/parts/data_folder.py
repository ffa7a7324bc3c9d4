"""The data folder, for one `aftermath run` at a time: an OS lock that ends with its process, even after kill -9."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

from worker.parts.part import StartError

LOCK_FILE = "aftermath.lock"
#: Who only looks whether it is locked (`is_held`) holds it for a moment: so often it is tried again, so far apart.
_TRIES, _BETWEEN_S = 10, 0.02


class DataFolder:
    """Makes the folder where it is not there, and locks it. The lock's file names the process that holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None

    def start(self) -> None:
        """Raises StartError where another process holds it, or where nothing can be written."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._path / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            why = f"Cannot write to the data folder {self._path}: {error.strerror}."
            raise StartError(f"{why} Another one is named by `data:` in the configuration.") from None
        if not _locked(lock):
            holder = os.pread(lock, 20, 0).decode(errors="replace").strip()
            os.close(lock)
            raise StartError(
                f"Another Aftermath ({f'process {holder}' if holder else 'just starting'}) runs in {self._path}: "
                f"stop that one first, or give this one another folder with `data:` in its configuration."
            )
        self._lock = lock
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)

    def ask_to_stop(self) -> None:
        """Held to the very end."""

    def stop(self) -> None:
        if self._lock is not None:
            # The file stays: removing it would let two processes lock two files of one name.
            os.close(self._lock)
            self._lock = None


def is_held(path: Path) -> bool:
    """Whether a process has locked the folder. Where that cannot be seen it is taken for locked."""
    try:
        lock = os.open(path / LOCK_FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _locked(lock: int) -> bool:
    pause = threading.Event()
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pause.wait(_BETWEEN_S)
        else:
            return True
    return False
