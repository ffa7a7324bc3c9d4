"""What a condition asks, in plain words, before anybody has seen a case: for a page about a policy.

A line holds what can be said in one breath and understood in one way alone: some statements of which all hold, or of
which one does, and at most one choice behind them. Whatever is more than that is a list, in which every part says
whether all of what stands below it holds or at least one. So two conditions are told alike only where they ask the
same. What has no words stays as it is written, in code marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rules.conditions import Condition
from rules.verdicts.asked_words import statement
from rules.verdicts.expressions import Join, in_one_line
from rules.verdicts.leaf_shapes import Stated, kinds_of, shape_of
from rules.verdicts.quoting import in_code
from rules.verdicts.trees import ConditionTree, tree_of

ALL_HOLD, ONE_HOLDS = "all of these hold", "at least one of these holds"
Said = Mapping[str, tuple[str, str]]
_OTHER = {Join.ALL: Join.ANY, Join.ANY: Join.ALL}
#: So much is said in one breath.
_STATEMENTS_MAX, _CHARACTERS_MAX = 4, 180
#: What stands in quotation marks or is code, and rows of such: what is in there joins no statements.
_SET_OFF = re.compile(r"“[^”]*”|(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|\b-?\d+\b")
_ROW = re.compile(r"…(?:, …)* and …")
_JOINS = re.compile(r", | and |\beither\b")
_OR = re.compile(r" or (?!graver|milder|less|more)")
#: Statements that say something of one and the same thing, which need not be named again. Of nobody, of none or of one
#: of several nothing can be said so.
_OF_SOMETHING = re.compile(r"(?P<subject>the [^“`]+?) (?P<said>(?:is|has|was|does not) .+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clause:
    """A line, and the lines below it that belong to it."""

    text: str
    parts: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked, each `!` having gone down into the statements. A statement has no `parts`."""

    join: Join
    text: str = ""
    parts: tuple[_Asked, ...] = ()


def condition_words(condition: Condition, kinds: Mapping[str, str], said: Said = MappingProxyType({})) -> Clause:
    """What the condition asks. `kinds` are those of the facts (`rules.vocabulary.fact_types`); `said` are yes-or-no
    facts that are told in other words here: that it is so, and that it is not."""
    values = dict(condition.variables)
    words = _Words({**kinds, **kinds_of(values)}, values, said)
    return _clause(_asked(tree_of(condition, {}), words, is_wanted=True))


@dataclass(frozen=True, slots=True)
class _Words:
    kinds: Mapping[str, str]
    values: Mapping[str, object]
    said: Said

    def of(self, leaf: str, *, is_wanted: bool) -> str:
        """A statement. What has none stays code, and a `!` within it: what cannot be told meets neither."""
        shape = shape_of(leaf, self.kinds)
        if isinstance(shape, Stated) and shape.fact in self.said:
            return self.said[shape.fact][0 if shape.is_so is is_wanted else 1]
        line = in_one_line(leaf)
        told = statement(shape, self.values, is_wanted=is_wanted) if shape else ""
        return told or f"{in_code(line if is_wanted else f'!({line})')} is met"


def _asked(tree: ConditionTree, words: _Words, *, is_wanted: bool) -> _Asked:
    def part(of: ConditionTree, *, is_so: bool = True) -> _Asked:
        return _asked(of, words, is_wanted=is_so)

    match tree.join:
        case Join.NOT:
            return part(tree.parts[0], is_so=not is_wanted)
        case Join.ALL | Join.ANY:
            join = tree.join if is_wanted else _OTHER[tree.join]
            return _joined(join, [part(one, is_so=is_wanted) for one in tree.parts])
        case Join.CHOICE:
            test, then, otherwise = tree.parts
            sides = (
                (part(test), part(then, is_so=is_wanted)),
                (part(test, is_so=False), part(otherwise, is_so=is_wanted)),
            )
            return _joined(Join.ANY, [_joined(Join.ALL, side) for side in sides])
        case _:
            return _Asked(Join.LEAF, words.of(tree.text, is_wanted=is_wanted))


def _joined(join: Join, parts: Sequence[_Asked]) -> _Asked:
    """The parts together; what is joined in the same way within them is no other thing."""
    inner = [one for part in parts for one in (part.parts if part.join is join else (part,))]
    unique = tuple(dict.fromkeys(inner))
    return _Asked(join, parts=unique) if len(unique) > 1 else unique[0]


def _clause(asked: _Asked) -> Clause:
    if not asked.parts:
        return Clause(asked.text)
    if line := _line(asked):
        return Clause(line)
    return Clause(ALL_HOLD if asked.join is Join.ALL else ONE_HOLDS, tuple(map(_clause, asked.parts)))


def _line(asked: _Asked) -> str:
    """All of it in one line; empty where that would be too long, or could be understood in two ways."""
    statements = [one.text for one in asked.parts if not one.parts]
    choices = [one for one in asked.parts if one.parts]
    is_plain = all(_is_plain(one) for one in statements)
    if asked.join is Join.ANY:
        line = _in_a_row(statements, "or") if not choices and not any(map(_has_or, statements)) else ""
    elif not choices:
        line = _in_a_row(statements, "and")
    else:
        line = _with_choice(statements, choices)
    return line if is_plain and len(statements) <= _STATEMENTS_MAX and len(line) <= _CHARACTERS_MAX else ""


def _with_choice(statements: list[str], choices: list[_Asked]) -> str:
    """`A and B, and either C or D`."""
    one_of = [one.text for one in choices[0].parts if not one.parts]
    is_flat = len(choices) == 1 and len(one_of) == len(choices[0].parts) <= _STATEMENTS_MAX
    if not statements or not is_flat or not all(_is_plain(one) and not _has_or(one) for one in one_of):
        return ""
    return f"{_in_a_row(statements, 'and')}, and either {_in_a_row(one_of, 'or')}"


def _in_a_row(statements: Sequence[str], word: str) -> str:
    """`A and B`, `A, B, or C`, `A and a, and B`: what is said of the same thing as just before does not name it
    again."""
    runs: list[list[str]] = []
    before = ""
    for one in statements:
        found = _OF_SOMETHING.fullmatch(one)
        if found and found["subject"] == before:
            runs[-1].append(found["said"])
        else:
            runs.append([one])
        before = found["subject"] if found else ""
    rows = [f"{', '.join(run[:-1])} {word} {run[-1]}" if len(run) > 1 else run[0] for run in runs]
    comma = "" if len(rows) == 2 and len(statements) == 2 else ","
    return f"{', '.join(rows[:-1])}{comma} {word} {rows[-1]}" if len(rows) > 1 else rows[0]


def _is_plain(one: str) -> bool:
    """Whether a statement can stand in a row: with nothing in it that joins statements."""
    bare = _ROW.sub("…", _SET_OFF.sub("…", one))
    return not _JOINS.search(bare) and not _OR.search(bare)


def _has_or(one: str) -> bool:
    return " or " in _ROW.sub("…", _SET_OFF.sub("…", one))
