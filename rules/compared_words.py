"""The words that conditions compare a fact with, so that somebody can be asked whether the tracker has them at all.

A condition that waits for a word that never stands there is no mistake of the language, and holds of nothing. Only
plain comparisons are read: what a function makes of a fact is nobody's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rules.conditions import Condition
from rules.variables import PREFIX

_WORD = r""""[^"\\]*"|'[^'\\]*'"""
_VARIABLE = rf"{re.escape(PREFIX)}\w+"
_VALUE = rf"(?:{_WORD}|{_VARIABLE})"
_LIST = rf"\[(?:{_WORD}|[\s,])*\]"
_PART = re.compile(rf"(?P<word>{_WORD})|(?P<variable>{_VARIABLE})")


def compared_words(conditions: Iterable[Condition], fact: str) -> tuple[str, ...]:
    """The words beside a fact, in the order of the conditions, each once; without the empty one, which means that
    nothing stands there."""
    return tuple(dict.fromkeys(word for one in conditions for word in _words_in(one, fact) if word))


def _words_in(condition: Condition, fact: str) -> Iterator[str]:
    name = rf"(?<![\w.]){re.escape(fact)}(?![\w.(\[])"
    beside = (
        rf"{name}\s*[=!]=\s*({_VALUE})",
        rf"({_VALUE})\s*[=!]=\s*{name}",
        rf"{name}\s+in\s+({_LIST}|{_VARIABLE})",
        rf"({_VALUE})\s+in\s+{name}",
    )
    values, text = dict(condition.variables), condition.text
    for found in (found for pattern in beside for found in re.finditer(pattern, text) if _stands_alone(found, text)):
        for part in _PART.finditer(found[1]):
            if part["word"]:
                yield part["word"][1:-1]
            else:
                yield from _told(values.get(part["variable"]))


def _stands_alone(found: re.Match[str], text: str) -> bool:
    """Whether nothing more is made of the fact or the word, as by `"P" + vars.number` or `"High".lowerAscii()`."""
    return not text[: found.start()].rstrip().endswith("+") and not text[found.end() :].lstrip().startswith(("+", "."))


def _told(value: object) -> tuple[str, ...]:
    """The words that a variable stands for: none where it is a number, or yes or no."""
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
