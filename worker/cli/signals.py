"""Ctrl-C and SIGTERM for commands that go on until they are stopped."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

from worker import last_acts


class StopAsked:
    """Whether somebody asked the process to stop, and a wait for that."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def ask(self) -> None:
        """May be called any number of times, though not in a signal's handler: an Event has a lock."""
        self._asked.set()

    def is_set(self) -> bool:
        return self._asked.is_set()

    def wait(self) -> None:
        """Return when it was asked for."""
        self._asked.wait()


def stop_on_signals() -> StopAsked:
    """Asked by the first Ctrl-C or SIGTERM. The second ends the process at once, with the status that shells give to
    one that was ended by that signal, when what would outlive it has been told to end too.

    For the main thread. Signals are heard by a thread of their own: a handler in Python runs only when the main
    thread comes to its next instruction, and one that is just about to wait for something may never come there.
    """
    stop = StopAsked()
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    # One byte for each signal, its number, written by whichever thread the signal meets.
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _nothing_more)
    threading.Thread(target=_hear, args=(read_end, stop), name="signals", daemon=True).start()
    return stop


def _hear(read_end: int, stop: StopAsked) -> None:
    os.read(read_end, 1)
    stop.ask()
    number = os.read(read_end, 1)[0]
    last_acts.do_all()
    os._exit(128 + number)


def _nothing_more(_number: int, _frame: FrameType | None) -> None:
    """The signal was heard by the thread; a handler has to be there for that."""
