"""How many writes a tracker takes from one credential, as its vendor documents it: data, and the arithmetic of it.

Each limit is a bucket: full after a rest, emptied by writes, filled again at an even pace. So in any stretch of time
there are at most `burst` writes and one more for each `every_s` of it, wherever the stretch begins. Whose numbers
they are is for each connector's `limits` to say; what is left in a bucket is kept in the ledger.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bucket:
    """`burst` writes at once after a rest, then one every `every_s` seconds; `why` is the half sentence for people
    that says who wants it so."""

    burst: int
    every_s: float
    why: str

    def __post_init__(self) -> None:
        if self.burst < 1 or self.every_s <= 0:
            raise ValueError(f"a bucket of {self.burst} that fills every {self.every_s} s never lets anything out")

    @property
    def every_ms(self) -> int:
        """Whole milliseconds, rounded up: what is kept in a database has to be exact on all of them."""
        return math.ceil(self.every_s * 1_000)

    def most_within(self, seconds: float) -> int:
        """How many writes there can be in any stretch of so many seconds."""
        return self.burst + math.floor(seconds * 1_000 / self.every_ms)


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """`pace` counts every write, `contents` those alone that make something new for people to read (a ticket, a
    comment, a file, a sub-issue); None where a tracker does not count them apart."""

    pace: Bucket
    contents: Bucket | None = None
