"""Ctrl-C and SIGTERM for commands that go on until they are stopped."""

from __future__ import annotations

import os
import select
import signal
from types import FrameType

from worker import last_acts


class StopAsked:
    """Whether somebody asked the process to stop, and a wait for that.

    No `threading.Event`: a signal's handler runs in the middle of whatever the main thread is at, another signal's
    handler included, and waits for ever for a lock that is held there. Writing to a pipe takes none.
    """

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._write_end, False)

    def ask(self) -> None:
        """May be called in a signal's handler, and any number of times."""
        os.write(self._write_end, b"!")

    def is_set(self) -> bool:
        return bool(select.select([self._read_end], [], [], 0)[0])

    def wait(self) -> None:
        """Return when it was asked for."""
        select.select([self._read_end], [], [])


def stop_on_signals() -> StopAsked:
    """Asked by the first Ctrl-C or SIGTERM. The second ends the process as any other, once what would outlive it has
    been told to end too."""
    stop, heard_so_far = StopAsked(), list[int]()

    def heard(number: int, _frame: FrameType | None) -> None:
        heard_so_far.append(number)  # first of all: the second signal may come in the middle of this
        if len(heard_so_far) > 1:
            last_acts.do_all()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.ask()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, heard)
    return stop
