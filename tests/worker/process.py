"""An `aftermath` command as a real process: its lines are read as they come, so that nothing has to be slept for.

Commands are forked from a process that has imported everything (`tests.worker.warm`), one for each test process.
Where starting from nothing is what is tested, `run_cold` does that.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import queue
import select
import signal
import socket
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
    process = _Forked(arguments, environ, has_own_stderr=True)
    said: dict[int, str] = {}

    def read(number: int) -> None:
        with os.fdopen(number, encoding="utf-8", errors="replace") as stream:
            said[number] = stream.read()

    numbers = [process.stdout, process.stderr]
    readers = [threading.Thread(target=read, args=(number,), daemon=True) for number in numbers]
    for reader in readers:
        reader.start()
    try:
        code = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.signal(signal.SIGKILL)
        process.wait(timeout_s)
        raise
    for reader in readers:
        reader.join(timeout_s)
    return subprocess.CompletedProcess(list(map(str, arguments)), code, *(said[number] for number in numbers))


def run_cold(
    *arguments: str | Path, environ: Mapping[str, str] | None = None, timeout_s: float = PATIENCE_S
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a Python that is started for it."""
    return subprocess.run(
        [sys.executable, "-m", "worker.cli", *map(str, arguments)],
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
        self._forked = _Forked(arguments, None, has_own_stderr=False)
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.seen: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._forked.pid

    def wait_for(self, words: str, timeout_s: float = PATIENCE_S) -> str:
        """The next line that holds these words. Fails when the process ends without one."""
        while True:
            line = self._lines.get(timeout=timeout_s)
            assert line is not None, f"{words!r} was never said:\n{self.text}"
            self.seen.append(line)
            if words in line:
                return line

    def signal(self, number: int) -> None:
        self._forked.signal(number)

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """The exit code, negative for the signal that ended it."""
        code = self._forked.wait(timeout_s)
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
        if not self._forked.has_ended():
            self._forked.signal(signal.SIGTERM)
            try:
                self._forked.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._forked.signal(signal.SIGKILL)
                self._forked.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)

    def _read(self) -> None:
        with os.fdopen(self._forked.stdout, encoding="utf-8", errors="replace") as stream:
            for line in stream:
                self._lines.put(line)
        self._lines.put(None)


class _Forked:
    """A command that was forked. `stdout` and `stderr` are what it writes, to be read and closed by the caller."""

    def __init__(
        self, arguments: Sequence[str | Path], environ: Mapping[str, str] | None, *, has_own_stderr: bool
    ) -> None:
        self.stdout, stdout = os.pipe()
        self.stderr, stderr = os.pipe() if has_own_stderr else (-1, os.dup(stdout))
        self._told, told = os.pipe()
        self._status: int | None = None
        words = [str(word) for word in arguments]
        order = {"arguments": words, "environ": _environment(environ), "cwd": str(ROOT)}
        socket.send_fds(_nursery(), [json.dumps(order).encode()], [stdout, stderr, told])
        for number in (stdout, stderr, told):
            os.close(number)
        self.pid = int(self._next(PATIENCE_S))

    def signal(self, number: int) -> None:
        """Send a signal, unless it has ended. Its id is nobody else's until its end was told."""
        if not self.has_ended():
            os.kill(self.pid, number)

    def has_ended(self) -> bool:
        if self._status is None and select.select([self._told], [], [], 0)[0]:
            self.wait(0)
        return self._status is not None

    def wait(self, timeout_s: float) -> int:
        """The exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(int(self._next(timeout_s)))
            os.close(self._told)
        return self._status

    def _next(self, timeout_s: float) -> bytes:
        """The next line that is told about it."""
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([self._told], [], [], timeout_s)[0]:
                raise subprocess.TimeoutExpired("aftermath", timeout_s)
            byte = os.read(self._told, 1)
            assert byte, "the process that forks commands has died"
            line += byte
        return line


@functools.cache
def _nursery() -> socket.socket:
    """The socket of this test process's own forking process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        server = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.worker.warm", str(theirs.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        server.wait(PATIENCE_S)

    atexit.register(end)
    return ours


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **(more or {})}
