"""Simulated time and concurrency: one thread, many tasks, everything in the order of one seed.

Tasks are greenlets, so that the real, synchronous code runs unchanged; it gives way only where it waits
for the network or where a step is watched. A task that dies is simply never resumed, as after SIGKILL:
no handler of its own runs.
"""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

#: A history that takes more events than this does not settle: something loops.
EVENTS_MAX = 200_000


class DoesNotSettle(Exception):
    """The history went on and on; the sentence says what was busy."""


@dataclass(order=True, slots=True)
class _Event:
    at: dt.datetime
    number: int
    do: Callable[[], None] = field(compare=False)


class Task:
    """Something that runs in simulated time. `group` is the process it belongs to."""

    def __init__(self, run: Callable[[], None], group: str) -> None:
        self.group = group
        self.is_dead = False
        self.greenlet = greenlet(run)


class Kernel:
    """The clock, the queue of events, and the tasks."""

    def __init__(self, seed: int, start: dt.datetime) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a history has to be repeatable, not secret
        self.time = start
        self.events = 0
        self.tasks: dict[greenlet, Task] = {}
        # Dead tasks are kept to the end: collecting one would run its handlers.
        self._graveyard: list[Task] = []
        self._queue: list[_Event] = []
        self._number = 0
        self._main = getcurrent()

    def now(self) -> dt.datetime:
        return self.time

    def at(self, when: dt.datetime, do: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._queue, _Event(max(when, self.time), self._number, do))

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        self.at(self.time + dt.timedelta(seconds=seconds), do)

    def run_until(self, end: dt.datetime) -> None:
        """Let everything happen up to a moment. Raises DoesNotSettle."""
        while self._queue and self._queue[0].at <= end:
            event = heapq.heappop(self._queue)
            self.time = event.at
            self.events += 1
            if self.events > EVENTS_MAX:
                raise DoesNotSettle(f"more than {EVENTS_MAX} events by {self.time:%Y-%m-%d %H:%M}")
            event.do()
        self.time = max(self.time, end)

    # --- tasks ----------------------------------------------------------------------------------

    def spawn(self, run: Callable[[], None], group: str) -> Task:
        task = Task(run, group)
        self.tasks[task.greenlet] = task
        self.after(0, lambda: self.resume(task))
        return task

    def current(self) -> Task | None:
        """The task that is running, None outside of all."""
        return self.tasks.get(getcurrent())

    def resume(self, task: Task) -> None:
        if task.is_dead:
            return
        task.greenlet.switch()
        if task.greenlet.dead:
            self.tasks.pop(task.greenlet, None)

    def give_way(self) -> None:
        """From within a task: wait until somebody resumes it."""
        self._main.switch()

    def sleep(self, seconds: float) -> None:
        """From within a task: wait in simulated time."""
        task = self.current()
        if task is not None:
            self.after(seconds, lambda: self.resume(task))
            self.give_way()

    def kill(self, group: str) -> int:
        """End all tasks of a process between two steps; how many there were."""
        dying = [task for task in self.tasks.values() if task.group == group]
        for task in dying:
            task.is_dead = True
            self._graveyard.append(self.tasks.pop(task.greenlet))
        return len(dying)
