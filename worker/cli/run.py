"""`aftermath run`: everything in one process, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

from worker.cli.telling import DEFAULT_CONFIG, ConfigOption, Teller, fail, read_config, told_errors
from worker.config import Config
from worker.logs import Mask
from worker.running import Running, StartError


def command(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Run Aftermath on this machine: queue, ledger, webhooks, workers and scheduler in one process.

    Ctrl-C or SIGTERM ends it cleanly; a second one ends it at once.
    """
    settings = read_config(config)
    mask = Mask(settings.secrets)
    stop = stop_on_signals()
    with told_errors(settings):
        try:
            _run(settings, stop)
        except StartError as error:
            fail(mask.text(str(error)))


def _run(settings: Config, stop: threading.Event) -> None:
    teller = Teller(Mask(settings.secrets))
    running = Running(settings, tell=teller.line)
    with running:
        if not stop.is_set():
            teller.line(f"Aftermath is running for {settings.installation}. Ctrl-C stops it.", "bold")
        stop.wait()
        teller.line("Stopping: what is under way is finished first.")
    teller.line("Stopped.")


def stop_on_signals() -> threading.Event:
    """Set by the first Ctrl-C or SIGTERM; the second does what it does to any process."""
    stop = threading.Event()

    def heard(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, heard)
    return stop
