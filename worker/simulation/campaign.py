"""Many histories at once, one process a core, and what they found."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from sqlalchemy import URL

from rules.policy import Policy
from worker.clock import stopwatch_s
from worker.simulation.history import History, run_history, simulated_policy
from worker.simulation.processes import Parts
from worker.simulation.stored_ledgers import ledgers_of_one_history

#: How many seeds a process takes at a time.
_CHUNK = 4
#: Of a failing history's story, the last so many lines are told.
STORY_LINES_MAX = 40


@dataclass(slots=True)
class Campaign:
    """What many histories gave. `failing` holds the histories with violations."""

    histories: int = 0
    cases: int = 0
    simulated_days: float = 0.0
    wall_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    layouts: Counter[str] = field(default_factory=Counter)
    failing: list[History] = field(default_factory=list)

    @property
    def violations(self) -> int:
        return sum(len(history.violations) for history in self.failing)

    def add(self, history: History) -> None:
        self.histories += 1
        self.cases += history.cases
        self.simulated_days += history.days
        self.faults += history.faults
        self.effects += history.effects
        self.layouts[history.layout] += 1
        if history.violations:
            self.failing.append(history)

    def as_data(self) -> dict[str, Any]:
        """For `--json`: counts, and of each failing seed what was found."""
        return {
            "violations": self.violations,
            "histories": self.histories,
            "cases": self.cases,
            "simulated_days": round(self.simulated_days),
            "effects": dict(sorted(self.effects.items())),
            "faults": dict(sorted(self.faults.items())),
            "layouts": dict(sorted(self.layouts.items())),
            "failing": [
                {"seed": history.seed, "found": [str(one) for one in history.violations]} for history in self.failing
            ],
            "wall_s": round(self.wall_s, 1),
        }


def simulate(seeds: Iterable[int], told: Callable[[Campaign], None], server: URL | None = None) -> Campaign:
    """Run every seed. `told` hears of the campaign after each history. Ledgers are on `server`, or in memory."""
    campaign = Campaign()
    began = stopwatch_s()
    for history in _histories(list(seeds), server):
        campaign.add(history)
        campaign.wall_s = stopwatch_s() - began
        told(campaign)
    return campaign


def _histories(seeds: list[int], server: URL | None) -> Iterator[History]:
    processes = min(os.cpu_count() or 1, len(seeds))
    live_through = partial(_history, server=server)
    if processes <= 1:
        yield from map(live_through, seeds)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(live_through, seeds, chunksize=_CHUNK)


def _history(seed: int, server: URL | None) -> History:
    with ledgers_of_one_history(server) as make_ledger:
        history = run_history(seed, _policy(), Parts(make_ledger=make_ledger))
    if not history.violations:
        history.story.clear()  # nobody reads it, and it would cross from process to process
    return history


@cache
def _policy() -> Policy:
    return simulated_policy()
