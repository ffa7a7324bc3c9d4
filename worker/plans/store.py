"""Where plans are kept: files of their own in the data folder, readable for their owner alone.

Where there is no data folder and no ledger yet nothing is kept: a plan leaves nothing behind.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from worker.config import Config

#: Why nothing is kept, as it completes “There is none to compare with: …”.
ALONE = "one of a single ticket is not kept, so call it once without the ticket"
BEFORE_RUN = "none is kept before `aftermath run` ran here"

T = TypeVar("T")
_FORMAT = 1
_FOLDER = "plans"


class PlanFile:
    """One file of plans, the newest first. `build` makes a plan of what stands there, and `call` is what messages call
    one. It raises KeyError, TypeError or ValueError for anything else."""

    def __init__(self, name: str, call: str) -> None:
        self._name = name
        self._call = call

    def at(self, config: Config) -> Path:
        return config.data / _FOLDER / self._name

    def read(self, config: Config, build: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
        """What was kept; nothing where there is nothing, or nothing that can be read."""
        try:
            found = json.loads(self.at(config).read_text(encoding="utf-8"))
            return tuple(map(build, found["plans"])) if found["format"] == _FORMAT else ()
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def write(self, config: Config, memory: dict[str, Any], *, has_ledger: bool) -> str:
        """Keep what has `plans`; why it could not be kept, or nothing."""
        if not may_keep(config, has_ledger=has_ledger):
            return ""
        path = self.at(config)
        text = json.dumps({"format": _FORMAT, **memory}, ensure_ascii=False)
        unfinished = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
            unfinished.replace(path)
        except OSError as error:
            why = f"{path.parent} cannot be written to ({error.strerror})"
            return f"This {self._call} is not kept for the next one: {why}."
        return ""

    def take_away(self, config: Config) -> bool:
        """Whether there was one. Raises OSError."""
        is_there = self.at(config).is_file()
        self.at(config).unlink(missing_ok=True)
        return is_there


def may_keep(config: Config, *, has_ledger: bool) -> bool:
    """Whether anything is kept here at all."""
    return config.data.is_dir() or has_ledger


LAST_PLANS = PlanFile("last.json", "plan")
LAST_LOOKS = PlanFile("ahead.json", "look ahead")


def forget_plans(config: Config) -> bool:
    """Take away whatever was kept; whether there was anything. Raises OSError."""
    were_there = [kept.take_away(config) for kept in (LAST_PLANS, LAST_LOOKS)]
    return any(were_there)
