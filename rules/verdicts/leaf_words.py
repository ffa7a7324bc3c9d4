"""What a leaf of a condition asked and saw, as a team lead says it: "the failure's severity is 3, and 2 or graver is
asked". What has no such words is shown as it is written, with the values that it saw.
"""

from __future__ import annotations

from typing import Any

from rules.variables import PREFIX
from rules.verdicts.asked_words import name_of, statement, wanted
from rules.verdicts.expressions import in_one_line
from rules.verdicts.leaf_shapes import Compared, Named, Shape, Stated, kinds_of, shape_of
from rules.verdicts.quoting import in_code
from rules.verdicts.trees import ConditionTree

_VALUES_TOLD_MAX = 8


def leaf_words(leaf: ConditionTree, *, is_wanted: bool = True) -> str:
    """The statement that holds, with what is asked where that says more; with `is_wanted` False the opposite of what is
    written is asked."""
    seen = dict(leaf.seen)
    if leaf.error:
        return f"{in_code(in_one_line(leaf.text))} cannot be told: {leaf.error.removeprefix('INVALID_ARGUMENT: ')}"
    shape = shape_of(leaf.text, kinds_of(seen))
    if isinstance(shape, Compared) and isinstance(shape.left, Named):
        asked = wanted(shape, seen, is_wanted=is_wanted)
        words = f"{name_of(shape.left)} is {_value(shape.left, seen)}, and {asked} is asked" if asked else ""
    else:
        words = _what_holds(shape, seen, is_met=leaf.is_met) if shape else ""
    return words or _as_written(leaf)


def value_words(value: object) -> str:
    """A fact's value: yes or no, a number, a word, a list."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        told = [str(one) for one in value[:_VALUES_TOLD_MAX]]
        left = len(value) - len(told)
        return ", ".join([*told, *([f"{left} more"] if left > 0 else [])]) or "none"
    return str(value) or "empty"


def _value(fact: Named, seen: dict[str, Any]) -> str:
    value = len(seen[fact.name]) if fact.is_size else seen[fact.name]
    return f"“{value}”" if isinstance(value, str) and value else value_words(value)


def _what_holds(shape: Shape, seen: dict[str, Any], *, is_met: bool) -> str:
    """The statement or its opposite; with the texts and lists that were looked through, where it is not met."""
    words = statement(shape, {name: seen[name] for name in seen if name.startswith(PREFIX)}, is_wanted=is_met)
    facts = [value_words(value) for name, value in seen.items() if not name.startswith(PREFIX)]
    return (
        f"{words} ({'; '.join(facts)})" if words and facts and not is_met and not isinstance(shape, Stated) else words
    )


def _as_written(leaf: ConditionTree) -> str:
    met = "is met" if leaf.is_met else "is not met"
    values = ", ".join(f"{name} is {value_words(value)}" for name, value in leaf.seen)
    return f"{in_code(in_one_line(leaf.text))} {met}" + (f", where {values}" if values else "")
