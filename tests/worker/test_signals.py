"""Signals are heard wherever the kernel delivers them: it chooses any thread, and not the one that waits."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.worker.process import PATIENCE_S, ROOT

_WAITS = """
import signal, sys, threading
from worker.cli.signals import stop_on_signals

stop = stop_on_signals()

def meet():
    for number in map(int, sys.argv[1:]):
        signal.pthread_kill(threading.get_ident(), number)  # main, which waits for good, is not woken by this

threading.Timer(0.2, meet).start()
stop.wait()
if len(sys.argv) > 2:
    threading.Event().wait()  # work that is under way and takes its time
print("stopped in order")
"""


@pytest.mark.parametrize(
    ("numbers", "status", "said"),
    [
        pytest.param(["15"], 0, "stopped in order\n", id="one"),
        pytest.param(["2", "15"], 128 + 15, "", id="two-that-differ"),
        pytest.param(["2", "2"], 128 + 2, "", id="two-alike"),
    ],
)
def test_a_signal_that_meets_another_thread_is_heard(numbers: list[str], status: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WAITS, *numbers],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, said)
