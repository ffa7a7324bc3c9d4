"""Whether several conditions can hold of one and the same thing: by an example, or not at all.

The facts that stand in conditions take few values that make a difference: yes and no, the numbers next to those that a
condition names, the words that it names and one other. All of them are tried, as far as that is affordable, and those
that no case can show are left out (`rules.fact_laws`). So what is found is a proof, which can be shown to people; where
nothing is found among all values, and the conditions do no more than compare each fact with what they name, nothing can
be. Of one fact compared with another, or of more words than are tried, it is not known.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.conditions import Condition
from rules.fact_laws import are_possible, least, most
from rules.variables import PREFIX

#: So many combinations of values are tried at most: a tenth of a second.
TRIED_MAX = 20_000
#: Of so many words that lists of labels are compared with, all subsets are tried.
_WORDS_MAX = 4
_NUMBER = re.compile(r"(?<![\w.])\d{1,9}(?![\w.])")
_WORD = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")
#: What makes of a fact something else than a comparison with it: sums, functions, ways through lists, escaped letters.
_COMPUTES = re.compile(r"[-+*/%]|\w\s*\(|\?|\[")
_ESCAPED = "\\"
_OTHER = "something else"
#: What a fact is compared with, words being blank: then all of its values that make a difference are tried.
_VARIABLE = rf"{re.escape(PREFIX)}\w+"
_NAMED = {"int": rf"(?:\d{{1,9}}(?![\w.])|{_VARIABLE})", "string": rf'(?:(?<!\w)""|{_VARIABLE})'}
_SIGNS = {"int": "(?:[<>]=?|[=!]=)", "string": "[=!]="}
_TURNED = {"int": _SIGNS["int"], "string": "[=!]=", "list of string": r"\bin\b"}
#: Facts that a law ties by more than which of them is larger.
_TIED = frozenset({"case.earlier", "case.generation"})


@dataclass(frozen=True, slots=True)
class Search:
    """`example` are facts under which all conditions hold, or None; `is_whole` says that none can exist then."""

    example: Mapping[str, Any] | None
    is_whole: bool


def search(conditions: Sequence[Condition], types: Mapping[str, str]) -> Search:
    """Facts under which all of the conditions hold; `types` are those of the facts (`rules.vocabulary`)."""
    names = sorted({name for condition in conditions for name in condition.facts if name in types})
    named = (json.dumps(value) for condition in conditions for _, value in condition.variables)
    text = " ".join([*(condition.text for condition in conditions), *named])
    values = [_values(name, types[name], text) for name in names]
    for tried, combination in enumerate(itertools.product(*values)):
        if tried >= TRIED_MAX:
            return Search(None, is_whole=False)
        facts = dict(zip(names, combination, strict=True))
        if are_possible(facts) and all(condition.holds(facts) for condition in conditions):
            return Search(facts, is_whole=False)
    return Search(None, is_whole=_tells_all({name: types[name] for name in names}, text))


def _tells_all(types: Mapping[str, str], text: str) -> bool:
    """Whether all values of these facts that make a difference to conditions of that text were tried."""
    blank = _WORD.sub('""', text)
    if _ESCAPED in text or _COMPUTES.search(blank) or types.keys() >= _TIED:
        return False
    words = len({one or other for one, other in _WORD.findall(text)})
    limits = {"string": _WORDS_MAX * 2, "list of string": _WORDS_MAX}
    return all(words <= limits.get(kind, words) and _is_compared(name, kind, blank) for name, kind in types.items())


def _is_compared(name: str, kind: str, blank: str) -> bool:
    """Whether a fact stands nowhere but beside what a condition names; yes and no are all tried anyway."""
    if kind == "bool":
        return True
    fact = rf"(?<![\w.]){re.escape(name)}(?![\w.])"
    named = _NAMED.get(kind, _NAMED["string"])
    ahead = rf"{fact}\s*{_SIGNS[kind]}\s*{named}" if kind in _SIGNS else None
    if kind == "string":
        ahead = rf"{ahead}|{fact}\s+in\s+{_VARIABLE}"
    behind = rf"(?<![\w.]){named}\s*{_TURNED[kind]}\s*{fact}"
    compared = len(re.findall(f"{behind}|{ahead}" if ahead else behind, blank))
    return compared == len(re.findall(fact, blank))


def in_words(example: Mapping[str, Any]) -> str:
    """`failure.severity is 2 and failure.is_open is true`, for a message."""
    told = [f"{name} is {_told(value)}" for name, value in example.items()]
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "empty"
    return str(value) or "empty"


def _values(name: str, kind: str, text: str) -> Sequence[Any]:
    if kind == "bool":
        return (True, False)
    if kind == "int":
        return tuple(_numbers(name, text))
    words = list(dict.fromkeys(one or other for one, other in _WORD.findall(text)))[: _WORDS_MAX * 2]
    if kind == "string":
        return (*words, *(() if "" in words else ("",)), _OTHER)
    few = words[:_WORDS_MAX]
    return [list(some) for size in range(len(few) + 1) for some in itertools.combinations(few, size)]


def _numbers(name: str, text: str) -> Iterator[int]:
    """Those that the text names and their neighbours, and the least that there can be."""
    named = {int(number) for number in _NUMBER.findall(_WORD.sub('""', text))} | {least(name)}
    near = {number + step for number in named for step in (-1, 0, 1)}
    highest = most(name)
    yield from sorted(one for one in near if one >= least(name) and (highest is None or one <= highest))
