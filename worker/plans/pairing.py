"""What is the same thing in two looks ahead, though it comes at another time, to others or in other words. Pure.

An effect's key says so where it can. It holds the rung as the policy writes it, so that a rung that was moved has
another one: what is left is paired by what people would take for the same, the likest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from worker.plans.foretold import Foretold

Pair = tuple[Foretold, Foretold]
_Likeness = Callable[[Foretold], Hashable]

#: By what two things are taken for one, the surest first; what is alike in several is paired in order of time.
_LIKENESSES: tuple[_Likeness, ...] = (
    lambda one: one.key,
    # The same words to the same people, by a rung that was moved,
    lambda one: (one.case, one.on, one.verb, one.what, one.rule, one.asks),
    # or by a rule of another name;
    lambda one: (one.case, one.on, one.verb, one.what, one.asks),
    # the same words of that rule to others.
    lambda one: (one.case, one.on, one.verb, one.what, one.rule),
)


def paired(before: Sequence[Foretold], after: Sequence[Foretold]) -> tuple[list[Pair], list[Foretold], list[Foretold]]:
    """What both have, in pairs; what only the first has; what only the second has."""
    pairs: list[Pair] = []
    old, new = list(before), list(after)
    for likeness in _LIKENESSES:
        found = list(_alike(old, new, likeness))
        pairs += found
        taken = {id(one) for pair in found for one in pair}
        old = [one for one in old if id(one) not in taken]
        new = [one for one in new if id(one) not in taken]
    return pairs, old, new


def _alike(before: Iterable[Foretold], after: Iterable[Foretold], likeness: _Likeness) -> Iterable[Pair]:
    groups: dict[Hashable, tuple[list[Foretold], list[Foretold]]] = defaultdict(lambda: ([], []))
    for one in before:
        groups[likeness(one)][0].append(one)
    for one in after:
        groups[likeness(one)][1].append(one)
    for old, new in groups.values():
        yield from _in_order(sorted(old, key=_moment), sorted(new, key=_moment))


def _in_order(before: list[Foretold], after: list[Foretold]) -> Iterable[Pair]:
    """What is at the same moment first, then the rest in order of time."""
    moments = {one.at for one in before} & {one.at for one in after}
    for is_then in (True, False):
        old = [one for one in before if (one.at in moments) is is_then]
        new = [one for one in after if (one.at in moments) is is_then]
        yield from zip(old, new, strict=False)


def _moment(one: Foretold) -> str:
    return one.at
