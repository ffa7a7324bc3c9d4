"""What a leaf of a condition asked and saw, as a team lead says it: "the failure's severity is 3, and 2 or less is
asked". What has no such words is shown as it is written, with the values that it saw.
"""

from __future__ import annotations

import re
from typing import Any

from rules.verdicts.fact_words import named, stated
from rules.verdicts.trees import ConditionTree

_NAME = r"[a-z_][\w.]*"
_NUMBER = r"-?\d+"
_WORD = r"\"[^\"\\]*\"|'[^'\\]*'"
_SIDE = f"{_NAME}|{_NUMBER}|{_WORD}"
_COMPARED = re.compile(rf"(?P<left>{_SIDE})\s*(?P<sign>[<>=!]=|[<>])\s*(?P<right>{_SIDE})\Z")
_AMONG = re.compile(rf"(?P<word>{_WORD}|{_NAME})\s+in\s+(?P<list>{_NAME})\Z")
#: What is asked of a number, of words and of the rest.
_ASKED = {"<=": "{} or less", "<": "less than {}", ">=": "{} or more", ">": "more than {}", "==": "{}", "!=": "not {}"}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_VALUES_TOLD_MAX = 8


def leaf_words(leaf: ConditionTree, *, is_wanted: bool = True) -> str:
    """The statement that holds, with what is asked where that says more; with `is_wanted` False the opposite of what is
    written is asked."""
    seen = dict(leaf.seen)
    if leaf.error:
        return f"`{leaf.text}` cannot be told: {leaf.error.removeprefix('INVALID_ARGUMENT: ')}"
    if isinstance(value := seen.get(leaf.text), bool):
        return stated(leaf.text, is_so=value)
    compared, among = _COMPARED.match(leaf.text), _AMONG.match(leaf.text)
    words = ""
    if compared:
        sign = compared["sign"] if is_wanted else _OPPOSITE[compared["sign"]]
        words = _compared(compared["left"], sign, compared["right"], seen)
    words = _among(among["word"], among["list"], seen) if among else words
    return words or _as_written(leaf)


def value_words(value: object) -> str:
    """A fact's value: yes or no, a number, a word, a list."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        told = [str(one) for one in value[:_VALUES_TOLD_MAX]]
        left = len(value) - len(told)
        return ", ".join([*told, *([f"{left} more"] if left > 0 else [])]) or "none"
    return str(value) or "nothing"


def _compared(left: str, sign: str, right: str, seen: dict[str, Any]) -> str:
    if left not in seen:  # `2 >= failure.severity`
        left, sign, right = right, _TURNED[sign], left
    if left not in seen or isinstance(seen[left], list | tuple):
        return ""
    asked = _value_of(right, seen)
    if isinstance(seen[left], bool):
        return f"{stated(left, is_so=seen[left])}" if right in ("true", "false") else ""
    if asked is None:
        return ""
    quoted = isinstance(seen[left], str)
    is_worded = bool(re.match(_NAME, right)) and right in seen
    wanted = _ASKED[sign].format((f"“{asked}”" if asked else "nothing") if quoted else asked)
    source = f" ({right})" if is_worded else ""
    value = (f"“{seen[left]}”" if seen[left] else "nothing") if quoted else value_words(seen[left])
    return f"{named(left)} is {value}, and {wanted}{source} is asked"


def _among(word: str, listed: str, seen: dict[str, Any]) -> str:
    found, wanted = seen.get(listed), _value_of(word, seen)
    if not isinstance(found, list | tuple) or wanted is None:
        return ""
    if wanted in found:
        return f"“{wanted}” is among {named(listed)}"
    return f"“{wanted}” is not among {named(listed)} ({value_words(found)})"


def _value_of(written: str, seen: dict[str, Any]) -> str | None:
    """A literal or another fact, as text; None for neither."""
    if re.fullmatch(_WORD, written):
        return written[1:-1]
    if re.fullmatch(_NUMBER, written):
        return written
    return str(seen[written]) if written in seen and not isinstance(seen[written], bool | list | tuple) else None


def _as_written(leaf: ConditionTree) -> str:
    met = "is met" if leaf.is_met else "is not met"
    values = ", ".join(f"{name} is {value_words(value)}" for name, value in leaf.seen)
    return f"`{leaf.text}` {met}" + (f", where {values}" if values else "")
