"""The steps of a look at a case, named. Whoever composes the program may watch them.

Logs and metrics listen here; so do the tests that end a process between any two steps.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    LEASED = "leased"
    FETCHED = "fetched"
    DECIDED = "decided"
    INTENDED = "intended"
    WAITED = "waited"
    SENDING = "sending"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    SETTLED = "settled"
    RELEASED = "released"


class Watcher(Protocol):
    """Told of each step as it is reached; `detail` is an effect's kind or a case's root; of WAITED,
    which says that a write was put off since its tracker takes no more now, it is the tracker."""

    def reached(self, step: Step, detail: str) -> None: ...


class NoWatcher:
    def reached(self, step: Step, detail: str) -> None:
        """Watch nothing."""
