"""An `aftermath` command as a real process: its lines are read as they come, so that nothing has to be slept for."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
#: Generous, since machines that run many tests at once are slow; nothing waits for it when all goes well.
PATIENCE_S = 60.0


def run_command(
    *arguments: str | Path, environ: Mapping[str, str] | None = None, timeout_s: float = PATIENCE_S
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        _words(arguments),
        cwd=ROOT,
        env=_environment(environ),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


class Process:
    """A command that goes on until it is stopped. A context manager that leaves nothing running."""

    def __init__(self, *arguments: str | Path) -> None:
        self._popen = subprocess.Popen(
            _words(arguments),
            cwd=ROOT,
            env=_environment(None),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.seen: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, words: str, timeout_s: float = PATIENCE_S) -> str:
        """The next line that holds these words. Fails when the process ends without one."""
        while True:
            line = self._lines.get(timeout=timeout_s)
            assert line is not None, f"{words!r} was never said:\n{self.text}"
            self.seen.append(line)
            if words in line:
                return line

    def signal(self, number: int) -> None:
        self._popen.send_signal(number)

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """The exit code."""
        code = self._popen.wait(timeout_s)
        self._reader.join(timeout_s)
        while not self._lines.empty():
            self.seen.append(self._lines.get() or "")
        return code

    @property
    def text(self) -> str:
        return "".join(self.seen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._popen.poll() is None:
            self._popen.terminate()
            try:
                self._popen.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        self._reader.join()
        assert self._popen.stdout is not None
        self._popen.stdout.close()

    def _read(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            self._lines.put(line)
        self._lines.put(None)


def _words(arguments: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-m", "worker.cli", *map(str, arguments)]


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **(more or {})}
