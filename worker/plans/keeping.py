"""The last plan, kept in the data folder for the next one to be held against.

The one before it is kept too: whoever is told that something changed asks next what it was, and by then the last plan
is the one that was just shown.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from worker.config import Config
from worker.logs import Mask
from worker.plans.changes import PlanChanges, changes_between
from worker.plans.remembered import RememberedEffect, RememberedPlan
from worker.plans.store import LAST_PLANS


@dataclasses.dataclass(frozen=True, slots=True)
class PlanMemory:
    """Plans that were shown, the newest first, each different from the one behind it: two at most."""

    plans: tuple[RememberedPlan, ...] = ()

    def changes_to(self, now: RememberedPlan) -> PlanChanges | None:
        """What is different from the last plan that was different; nothing, where all were the same, and None where
        there was none."""
        found = [changes_between(plan, now) for plan in self.plans]
        return next((changes for changes in found if changes), found[0] if found else None)

    def with_plan(self, now: RememberedPlan) -> PlanMemory:
        """The memory once that plan was shown too."""
        is_same = bool(self.plans) and not changes_between(self.plans[0], now)
        return PlanMemory((now, *(self.plans[1:] if is_same else self.plans[:1])))


def load_memory(config: Config) -> PlanMemory:
    """The plans that were shown last, without what has turned out to be a secret since; none where there are none, or
    none that can be read."""
    mask = Mask(config.secrets)
    return PlanMemory(LAST_PLANS.read(config, lambda found: _plan(found).masked(mask)))


def keep(config: Config, memory: PlanMemory, *, has_ledger: bool) -> str:
    """Keep the memory; why it could not be kept, or nothing."""
    return LAST_PLANS.write(config, dataclasses.asdict(memory), has_ledger=has_ledger)


def _plan(found: dict[str, Any]) -> RememberedPlan:
    effects = tuple(RememberedEffect(**effect) for effect in found["effects"])
    return RememberedPlan(found["at"], found["policy"], effects, tuple(found["troubled"]))
