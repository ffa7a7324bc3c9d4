"""What may happen to webhook deliveries on their way: lost, doubled, late, overtaken.

Each is a probability from 0 to 1; the courier draws from one seeded generator. A good day is all zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Mischief:
    """Probabilities per delivery. A delayed one is sent `delay_s` real seconds later; a reordered one after
    the one that follows it, or after a fifth of a second when none does. Raises ValueError beyond 0 to 1."""

    lose: float = 0.0
    duplicate: float = 0.0
    delay: float = 0.0
    delay_s: float = 0.1
    reorder: float = 0.0

    def __post_init__(self) -> None:
        for name in ("lose", "duplicate", "delay", "reorder"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a probability, from 0 to 1")
        if self.delay_s < 0:
            raise ValueError("delay_s is 0 or more seconds")

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Mischief:
        """Raises ValueError naming what is wrong."""
        unknown = set(plain) - {f.name for f in fields(cls)}
        if unknown or not all(isinstance(value, int | float) for value in plain.values()):
            raise ValueError("mischief has lose, duplicate, delay, delay_s and reorder, each a number")
        return cls(**plain)

    def as_json(self) -> dict[str, float]:
        return asdict(self)
