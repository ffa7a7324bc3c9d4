"""Ctrl-C and SIGTERM for commands that go on until they are stopped."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

from worker import last_acts


def stop_on_signals() -> threading.Event:
    """Set by the first Ctrl-C or SIGTERM. The second ends the process as any other, once what would outlive it has
    been told to end too."""
    stop = threading.Event()

    def heard(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            last_acts.do_all()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, heard)
    return stop
