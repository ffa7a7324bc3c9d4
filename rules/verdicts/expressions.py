"""Takes a condition's text apart where CEL joins yes and no: at `&&`, `||`, `!` and `? :`. Pure text.

The CEL library shows no tree of what it compiled. Nothing more is understood here than strings, comments, brackets and
these four; whatever stands between them is a leaf, which CEL itself compiles and judges (`rules.verdicts.trees`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Join(StrEnum):
    """How a part is made of its parts."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    #: `test ? then : else`
    CHOICE = "choice"
    LEAF = "leaf"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a condition; `text` is as written, without brackets around the whole. A leaf has no `parts`."""

    join: Join
    text: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    """`depth` is in how many brackets it stands; those themselves stand outside of themselves."""

    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


# Strings come first, the longest first: nothing in them is an operator. Raw ones know no escapes.
_TOKEN = re.compile(
    r"""
    (?P<gap>\s+|//[^\n]*)
  | [bB]?[rR][bB]?(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|"[^"\n]*"|'[^'\n]*')
  | [bB]?(?:\"\"\"(?:\\[\s\S]|[\s\S])*?\"\"\"|'''(?:\\[\s\S]|[\s\S])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
  | \.?\w+(?:\.\d+)?
  | &&|\|\||[<>=!]=|[\s\S]
    """,
    re.VERBOSE,
)
_OPENING, _CLOSING = "([{", ")]}"
#: What binds less tightly than `!`: with one of these beside it, a `!` is of its left side alone.
_BINARY = frozenset({"<", "<=", ">", ">=", "==", "!=", "in", "+", "-", "*", "/", "%"})


def taken_apart(text: str) -> Part:
    """The tree of a condition that CEL has compiled. What is not understood is a leaf."""
    return _part(text, list(_tokens(text)))


def in_one_line(text: str) -> str:
    """A condition's text without comments, each gap being one space."""
    tokens = list(_tokens(text))
    gaps = (" " if one.end < other.start else "" for one, other in pairwise(tokens))
    return "".join(token.text + gap for token, gap in zip(tokens, (*gaps, ""), strict=True))


def without_gaps(text: str) -> str:
    """A condition's text without comments, and with gaps only where two words would else be one."""
    told = ""
    for token in _tokens(text):
        is_apart = re.match(r"\w", token.text) and re.search(r"\w\Z", told)
        told += f" {token.text} " if token.text == "in" else f" {token.text}" if is_apart else token.text
    return told


def _tokens(text: str) -> Iterator[_Token]:
    depth = 0
    for found in _TOKEN.finditer(text):
        if found["gap"] is None:
            depth -= found[0] in _CLOSING
            yield _Token(found[0], found.start(), depth)
            depth += found[0] in _OPENING


def _part(source: str, tokens: list[_Token]) -> Part:
    tokens = _bared(tokens)
    if not tokens:
        return Part(Join.LEAF, source.strip())
    text = source[tokens[0].start : tokens[-1].end]
    if choice := _choice(tokens):
        return Part(Join.CHOICE, text, tuple(_part(source, one) for one in choice))
    for operator, join in (("||", Join.ANY), ("&&", Join.ALL)):
        sides = _split(tokens, operator)
        if len(sides) > 1 and all(sides):
            return Part(join, text, tuple(_part(source, side) for side in sides))
    if tokens[0].text == "!" and len(tokens) > 1 and not any(token.text in _BINARY for token in _outer(tokens)):
        return Part(Join.NOT, text, (_part(source, tokens[1:]),))
    return Part(Join.LEAF, text)


def _bared(tokens: list[_Token]) -> list[_Token]:
    """Without round brackets around the whole."""
    while len(tokens) > 2 and tokens[0].text == "(" and tokens[-1].text == ")":
        if any(token.depth <= tokens[0].depth for token in tokens[1:-1]):
            break  # the first bracket is closed before the end
        tokens = tokens[1:-1]
    return tokens


def _outer(tokens: list[_Token]) -> list[_Token]:
    """Those in no brackets of the part's own."""
    outermost = min(token.depth for token in tokens)
    return [token for token in tokens if token.depth == outermost]


def _split(tokens: list[_Token], operator: str) -> list[list[_Token]]:
    outermost = min(token.depth for token in tokens)
    sides: list[list[_Token]] = [[]]
    for token in tokens:
        if token.text == operator and token.depth == outermost:
            sides.append([])
        else:
            sides[-1].append(token)
    return sides


def _choice(tokens: list[_Token]) -> tuple[list[_Token], ...]:
    """Test, then and else of a `? :`; empty where it is none."""
    outermost = min(token.depth for token in tokens)
    asked = colon = -1
    nested = 0
    for index, token in enumerate(tokens):
        if token.depth != outermost or token.text not in "?:":
            continue
        if asked < 0:
            if token.text == ":":
                return ()
            asked = index
        elif token.text == "?":
            nested += 1
        elif nested:
            nested -= 1
        else:
            colon = index
            break
    sides = (tokens[:asked], tokens[asked + 1 : colon], tokens[colon + 1 :]) if 0 < asked < colon else ()
    return sides if all(sides) else ()
