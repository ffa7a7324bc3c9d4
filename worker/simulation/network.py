"""The simulated network: every fault of the sandbox, by chance of one seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

from connectors.errors import Ambiguous, Temporary, TrackerError
from worker.simulation.kernel import Kernel, Task

T = TypeVar("T")
#: Our clients give up after so long.
TIMEOUT_S = 15.0


class Fate(StrEnum):
    """What becomes of a request."""

    WELL = "well"
    SLOW = "slow"
    REFUSED = "refused"
    TOO_MANY = "429"
    SECONDARY = "secondary limit"
    ERROR_500 = "500"
    BAD_GATEWAY_BEFORE = "502 before"
    BAD_GATEWAY_AFTER = "502 after"
    CUT_BEFORE = "cut before"
    CUT_AFTER = "cut after"
    TIMEOUT_BEFORE = "timeout before"
    TIMEOUT_AFTER = "timeout after"
    TIMEOUT_LATE = "timeout, done late"
    HTML = "200 with HTML"


_DONE = frozenset({Fate.WELL, Fate.SLOW, Fate.BAD_GATEWAY_AFTER, Fate.CUT_AFTER, Fate.TIMEOUT_AFTER, Fate.TIMEOUT_LATE})
_NOT_SENT = frozenset({Fate.REFUSED, Fate.TOO_MANY, Fate.SECONDARY})
_HANGING = frozenset({Fate.TIMEOUT_BEFORE, Fate.TIMEOUT_AFTER, Fate.TIMEOUT_LATE})
_FAULTS = tuple(fate for fate in Fate if fate is not Fate.WELL)
#: What was done without our knowing is what exactly-once is about: those fates come thrice as often.
_WEIGHTS = tuple(3 if fate in _DONE and fate is not Fate.SLOW else 1 for fate in _FAULTS)


@dataclass(slots=True)
class Attempt:
    """A write that is being committed, for whoever watches the world: `is_late` when its sender had given up."""

    fate: Fate
    sent_at: dt.datetime
    sender: Task | None
    was_stalled: bool = False


class SimulatedNetwork:
    """Between one worker and the trackers. `write_faults` and `read_faults` are probabilities per request."""

    def __init__(self, kernel: Kernel, write_faults: float, read_faults: float) -> None:
        self._kernel = kernel
        self.write_faults = write_faults
        self.read_faults = read_faults
        self.is_down = False
        self.reads = 0
        self.writes = 0
        self.faults: Counter[str] = Counter()
        self.committing: Attempt | None = None
        self.stalled: set[Task] = set()

    def call(self, what: str, is_write: bool, request: Callable[[], T]) -> T:
        """Run a request for the task that asks, with whatever fate the seed gives it."""
        self.writes += is_write
        self.reads += not is_write
        task = self._kernel.current()
        if task is None:
            return request()
        fate = self._draw(is_write)
        if fate is not Fate.WELL:
            self.faults[fate.value] += 1
        attempt = Attempt(fate, self._kernel.time, task, task in self.stalled)
        answer: list[Any] = []
        if fate in _DONE:
            self._kernel.after(self._commits_after_s(fate), lambda: self._commit(attempt, request, answer))
        self._kernel.after(self._answers_after_s(fate), lambda: self._kernel.resume(task))
        self._kernel.give_way()
        if fate in (Fate.WELL, Fate.SLOW):
            if isinstance(answer[0], TrackerError):
                raise answer[0]
            return cast(T, answer[0])
        raise self._error(fate, is_write)

    def _draw(self, is_write: bool) -> Fate:
        random = self._kernel.random
        if self.is_down:
            return random.choice((Fate.REFUSED, Fate.ERROR_500, Fate.TIMEOUT_BEFORE))
        if random.random() < (self.write_faults if is_write else self.read_faults):
            return random.choices(_FAULTS, _WEIGHTS)[0]
        return Fate.WELL

    def _commits_after_s(self, fate: Fate) -> float:
        if fate is Fate.TIMEOUT_LATE:
            return TIMEOUT_S + self._kernel.random.uniform(1, 240)
        return self._kernel.random.uniform(0.01, 0.2)

    def _answers_after_s(self, fate: Fate) -> float:
        if fate in _HANGING:
            return TIMEOUT_S
        low, high = (4.0, 14.0) if fate is Fate.SLOW else (0.25, 0.6)
        return self._kernel.random.uniform(low, high)

    def _commit(self, attempt: Attempt, request: Callable[[], T], answer: list[Any]) -> None:
        self.committing = attempt
        try:
            answer.append(request())
        except TrackerError as error:
            answer.append(error)
        finally:
            self.committing = None

    def _error(self, fate: Fate, is_write: bool) -> TrackerError:
        if fate in _NOT_SENT:
            retry_after_s = None if fate is Fate.REFUSED else self._kernel.random.uniform(1, 120)
            return Temporary(f"simulated: {fate.value}", retry_after_s=retry_after_s)
        if is_write:
            return Ambiguous(f"simulated: {fate.value}")
        return Temporary(f"simulated: {fate.value}")
