"""What must still happen when a process is told to end at once, by a second Ctrl-C, with no time to stop in order.

Whoever holds something that would outlive the process leaves an act here, and takes it back when it let go. An
act runs beside everything else, wherever that stands: it takes no lock and waits for nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

Act = Callable[[], None]

_acts: list[Act] = []


def leave(act: Act) -> None:
    """Have this done, should the process end at once. Leaving it twice is leaving it once."""
    if act not in _acts:
        _acts.append(act)


def take_back(act: Act) -> None:
    """It is no longer needed. Nothing happens where it was never left."""
    if act in _acts:
        _acts.remove(act)


def do_all() -> None:
    """Do what was left. An act that fails does not keep the others from being done."""
    for act in tuple(_acts):
        with contextlib.suppress(Exception):
            act()
