"""A condition's verdict as a tree: what each part of it asked, what it saw, and whether it was met. Made on demand.

Each part is compiled and judged by CEL itself, so that no second understanding of the language can disagree with the
first. A part that means nothing by itself stays in one piece with what is around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.conditions import Condition, ConditionError
from rules.verdicts.expressions import Join, Part, taken_apart


@dataclass(frozen=True, slots=True)
class ConditionTree:
    """One part of a condition. `seen` are the facts that stand in it, and their values; `error` is what CEL said where
    it could not tell, which counts as not met."""

    join: Join
    text: str
    is_met: bool
    seen: tuple[tuple[str, Any], ...] = ()
    parts: tuple[ConditionTree, ...] = ()
    error: str = ""

    @property
    def leaves(self) -> Iterator[ConditionTree]:
        """What is taken apart no further, in the order in which it is written."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(name for leaf in self.leaves for name, _ in leaf.seen)


def tree_of(condition: Condition, facts: Mapping[str, Any]) -> ConditionTree:
    """What the condition says of the facts, part by part. Its root says what `Condition.judge` does."""
    return _judged(condition, taken_apart(condition.text), facts)


def _judged(condition: Condition, part: Part, facts: Mapping[str, Any]) -> ConditionTree:
    verdict = condition.judge(facts)
    error = next((str(value) for name, value in verdict.seen if name == "error"), "")
    seen = tuple(pair for pair in verdict.seen if pair[0] != "error")
    try:
        parts = tuple(_judged(condition.part(one.text), one, facts) for one in part.parts)
    except ConditionError:
        parts = ()
    join = part.join if parts else Join.LEAF
    return ConditionTree(join, part.text, verdict.is_met, seen, parts, error)


@dataclass(frozen=True, slots=True)
class Decider:
    """A leaf that decides an outcome. `is_wanted` is False where it stands behind a `!`."""

    leaf: ConditionTree
    is_wanted: bool


def deciding(tree: ConditionTree, *, is_wanted: bool = True) -> tuple[Decider, ...]:
    """The leaves that decide the outcome: of what fails because not all is met, those that are not; of what is met by
    any, those that are; of what cannot be told, those that cannot; else all of them."""
    if tree.error:
        return tuple(Decider(leaf, is_wanted) for leaf in tree.leaves if leaf.error) or (Decider(tree, is_wanted),)
    if not tree.parts:
        return (Decider(tree, is_wanted),)
    parts = tree.parts
    match tree.join:
        case Join.NOT:
            return deciding(parts[0], is_wanted=not is_wanted)
        case Join.ALL if not tree.is_met:
            parts = tuple(part for part in parts if not part.is_met)
        case Join.ANY if tree.is_met:
            parts = tuple(part for part in parts if part.is_met)
        case Join.CHOICE:
            test, then, otherwise = parts
            chosen = then if test.is_met else otherwise
            return (*deciding(test, is_wanted=test.is_met), *deciding(chosen, is_wanted=is_wanted))
    return tuple(one for part in parts for one in deciding(part, is_wanted=is_wanted))
