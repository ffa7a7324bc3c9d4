"""The last looks ahead, kept as plans are, for the next one to be held against."""

from __future__ import annotations

import dataclasses
from typing import Any

from worker.config import Config
from worker.logs import Mask
from worker.plans.foretold import Foretold, RememberedFuture
from worker.plans.future_changes import FutureChanges, changes_to_come
from worker.plans.store import LAST_LOOKS


@dataclasses.dataclass(frozen=True, slots=True)
class LookMemory:
    """Looks ahead that were shown, the newest first, each different from the one behind it: two at most."""

    plans: tuple[RememberedFuture, ...] = ()

    def changes_to(self, now: RememberedFuture) -> FutureChanges | None:
        """What is different from the last one that was different; nothing, where all are the same, and None where there
        is none that reaches beyond now."""
        found = [changes for plan in self.plans if (changes := changes_to_come(plan, now)) is not None]
        return next((changes for changes in found if changes), found[0] if found else None)

    def with_look(self, now: RememberedFuture) -> LookMemory:
        """The memory once that one was shown too. Of two that tell the same the one that looks further is kept."""
        last = self.plans[0] if self.plans else None
        changes = changes_to_come(last, now) if last else None
        if last is None or changes is None:
            return LookMemory((now,))
        if changes:
            return LookMemory((now, last))
        return self if last.last > now.last else LookMemory((now, *self.plans[1:]))


def load_looks(config: Config) -> LookMemory:
    """The looks ahead that were shown last, masked anew; none where there are none, or none that can be read."""
    mask = Mask(config.secrets)
    return LookMemory(LAST_LOOKS.read(config, lambda found: _look(found).masked(mask)))


def keep_looks(config: Config, memory: LookMemory, *, has_ledger: bool) -> str:
    """Keep the memory; why it could not be kept, or nothing."""
    return LAST_LOOKS.write(config, dataclasses.asdict(memory), has_ledger=has_ledger)


def _look(found: dict[str, Any]) -> RememberedFuture:
    told = tuple(Foretold(**(one | {"asks": tuple(one["asks"])})) for one in found["happenings"])
    return RememberedFuture(found["begins"], found["ends"], found["policy"], told, tuple(found["troubled"]))
