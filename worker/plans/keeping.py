"""The last plan, kept in the data folder for the next one to be held against. Readable for its owner alone.

The one before it is kept too: whoever is told that something changed asks next what it was, and by then the last plan
is the one that was just shown. Where there is no data folder and no ledger yet nothing is kept: a plan leaves nothing
behind.
"""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from worker.config import Config
from worker.logs import Mask
from worker.plans.changes import PlanChanges, changes_between
from worker.plans.remembered import RememberedEffect, RememberedPlan

_FORMAT = 1
_FOLDER, _FILE = "plans", "last.json"


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


def kept_at(config: Config) -> Path:
    """Where plans are kept."""
    return config.data / _FOLDER / _FILE


def load_memory(config: Config) -> PlanMemory:
    """The plans that were shown last, without what has turned out to be a secret since; none where there are none, or
    none that can be read."""
    mask = Mask(config.secrets)
    try:
        found = json.loads(kept_at(config).read_text(encoding="utf-8"))
        plans = tuple(_plan(plan).masked(mask) for plan in found["plans"])
        return PlanMemory(plans) if found["format"] == _FORMAT else PlanMemory()
    except (OSError, ValueError, KeyError, TypeError):
        return PlanMemory()


def keep(config: Config, memory: PlanMemory, *, has_ledger: bool) -> str:
    """Keep the memory; why it could not be kept, or nothing."""
    if not (config.data.is_dir() or has_ledger):
        return ""
    path = kept_at(config)
    text = json.dumps({"format": _FORMAT, **dataclasses.asdict(memory)}, ensure_ascii=False)
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        unfinished.replace(path)
    except OSError as error:
        return f"This plan is not kept for the next one: {path.parent} cannot be written to ({error.strerror})."
    return ""


def forget_plans(config: Config) -> bool:
    """Take the plans away that were kept; whether there were any. Raises OSError."""
    is_there = kept_at(config).is_file()
    kept_at(config).unlink(missing_ok=True)
    return is_there


def _plan(found: dict[str, Any]) -> RememberedPlan:
    effects = tuple(RememberedEffect(**effect) for effect in found["effects"])
    return RememberedPlan(found["at"], found["policy"], effects, tuple(found["troubled"]))
