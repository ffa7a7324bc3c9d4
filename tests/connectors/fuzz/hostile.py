"""What a broken, a foreign or a hostile server could send: JSON of any form, and real JSON with pieces put wrong."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

#: Addresses that nobody may be led to; these are set aside for documentation (RFC 5737).
ELSEWHERE = "http://192.0.2.1/repos/acme/vault/issues/7"

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            ELSEWHERE, "//192.0.2.1/x", "../../admin", "%2e%2e%2f", '" OR 1=1', "\\", "\x00", "\ud800", "acme/shop#7",
            "OPS-12", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-02T09:00:00",
            "2026-11-02T09:00:00Z",
        ]
    ),
)  # fmt: skip
numbers = st.one_of(st.integers(), st.floats(), st.sampled_from([10**40, -1, 0, float("inf"), float("nan")]))
plain = st.one_of(st.none(), st.booleans(), numbers, texts)


values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=4
)

Path = tuple[str | int, ...]


def _paths(value: Any, here: Path = ()) -> list[Path]:
    if isinstance(value, dict):
        inner = [(key, item) for key, item in value.items()]
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return [here]
    return [here] * bool(here) + [path for key, item in inner for path in _paths(item, (*here, key))]


@dataclass(frozen=True)
class Wrongs:
    """What is put wrong, drawn before it is known in what: a server may ask for it in a thread of its own."""

    seed: int
    pieces: tuple[Any, ...]

    def put_into(self, real: Any) -> Any:
        """A piece of JSON like this one, with one to three pieces of it taken away or put wrong."""
        chance, broken = random.Random(self.seed), copy.deepcopy(real)
        for piece in self.pieces:
            paths = _paths(broken)
            if not paths or paths == [()]:
                return copy.deepcopy(piece)
            *way, last = chance.choice(paths)
            around = broken
            for step in way:
                around = around[step]
            if chance.random() < 0.6:
                around[last] = copy.deepcopy(piece)
            else:
                del around[last]
        return broken


wrongs = st.builds(Wrongs, st.integers(0, 2**32), st.lists(values, min_size=1, max_size=3).map(tuple))


#: Moments that no clock shows.
MOMENTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "", "2026-11-02", "NaN")


def deep_json(levels: int) -> bytes:
    """A list in a list, and so on; written as text, since Python's own writer gives up before its reader does."""
    return b"[" * levels + b"]" * levels
