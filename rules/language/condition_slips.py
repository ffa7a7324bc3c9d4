"""Slips in a condition that people make who know other languages, found in its text: `and`, `=`, a number in quotes.

CEL tells of them where it can read no further, in words about its own grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNS = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "&": "&&",
    "|": "||",
    "=": "==",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "=<": "<=",
    "=>": ">=",
}
#: Texts in quotes, which are passed over, and what may be such a slip.
_PIECES = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<![\w.])(?P<word>and|or|not)(?![\w.])|(?P<sign>[=<>!&|]+)""",
    re.IGNORECASE,
)
_TEXT = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_DURATION = re.compile(
    r"(?<![\w.])(?P<amount>\d+) ?(?P<business>business )?(?P<unit>days?|hours?|weeks?|minutes?|[smhdw])(?![\w.(])"
)
_DAYS = {"day", "days", "d"}
_VALUE = r"""(?<![\w.])(?P<quote>["']?)(?P<value>-?\d+|true|false)(?P=quote)(?![\w.])"""
_FIRST, _LAST = re.compile(rf"\s*{_VALUE}"), re.compile(rf"{_VALUE}\s*\Z")
_SIGN = re.compile(r"[=<>!]+")
#: What of a kind, as CEL names it, would be without its quotes.
_BARE = {"int": r"-?\d+", "bool": "true|false"}


@dataclass(frozen=True, slots=True)
class Slip:
    """What was written, where (characters from the condition's start), and the sign that is meant."""

    offset: int
    written: str
    meant: str = ""
    #: What is wrong, where it is no sign of another language.
    told: str = ""

    def message(self, *, is_quoted: bool) -> str:
        if self.told:
            return self.told
        told = f'"{self.written}" is no sign of a condition'
        if self.meant == "!" and self.offset == 0 and not is_quoted:
            told += "; a value that begins with ! needs quotes"
        return told


def slips_in(text: str) -> list[Slip]:
    """Every slip in the order of the text. Ask only of what CEL cannot read."""
    bare = _TEXT.sub(lambda match: " " * len(match[0]), text)
    if quote := re.search("[\"']", bare):
        return [Slip(quote.start(), quote[0], told=f"this {quote[0]} is opened and never closed")]
    found = [*_unpaired(bare), *_durations(bare)]
    for piece in _PIECES.finditer(text):
        written = piece["word"] or piece["sign"] or ""
        if meant := _SIGNS.get(written.lower()):
            found.append(Slip(piece.start(), written, meant))
    return sorted(found, key=lambda slip: slip.offset)


def _unpaired(bare: str) -> list[Slip]:
    """Brackets without their other half."""
    opened: list[re.Match[str]] = []
    for sign in re.finditer(r"[()\[\]{}]", bare):
        if sign[0] in _CLOSED_BY:
            opened.append(sign)
        elif opened and _CLOSED_BY[opened[-1][0]] == sign[0]:
            opened.pop()
        else:
            return [Slip(sign.start(), sign[0], told=f"this {sign[0]} closes nothing that is open")]
    return [Slip(sign.start(), sign[0], told=f"this {sign[0]} is opened and never closed") for sign in opened]


def _durations(bare: str) -> Iterator[Slip]:
    """`2 h` and `3 days`, which are no numbers; with the number, where a fact counts just that."""
    for match in _DURATION.finditer(bare):
        fact = re.search(r"(business_)?days\s*[=!<>]+\s*\Z", bare[: match.start()])
        fits = fact and match["unit"] in _DAYS and bool(fact[1]) == bool(match["business"])
        told = f'"{match[0]}" is a duration, and a condition compares numbers: a fact named in days counts whole ones'
        yield Slip(match.start(), match[0], match["amount"] if fits else "", told)


def misquoted(text: str, offset: int, kinds: str) -> str:
    """What to do where the comparison at `offset` has a number or true in quotes, or a number where text is wanted.

    Nothing elsewhere. `kinds` are those of both sides as CEL names them: `int, string`.
    """
    sign = _SIGN.match(text, offset)
    sides = kinds.split(", ")
    if sign is None or len(sides) != 2 or "string" not in sides:
        return ""
    values = (_LAST.search(text[:offset]), _FIRST.match(text, sign.end()))
    for value, kind, other in zip(values, sides, reversed(sides), strict=True):
        if value and kind == "string" and re.fullmatch(_BARE.get(other, "(?!)"), value["value"]) and value["quote"]:
            return f": write {value['value']} without quotes"
        if value and kind == "int" and other == "string" and not value["quote"]:
            return f': write "{value["value"]}" in quotes'
    return ""
