"""How a question that CEL does not take is asked in a condition: for a label in a list, for a text that has no quotes,
for a severity by its label. What is told was compiled before: a hint that is wrong costs more than none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.by_severity import SEVERITIES
from rules.language.nodes import MapNode, Node, plain

_TEXT = r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_NAME = r"(?<![\w.])(?P<name>[A-Za-z_][\w.]*)"
_IS_IN, _IS_NOT_IN = "{text} in {name}", "!({text} in {name})"
#: How people ask for a word in a list, and how CEL does.
_OF_LISTS = tuple(
    (re.compile(pattern), meant)
    for pattern, meant in (
        (rf"{_NAME}\.(?:contains?|includes?|has)\(\s*{_TEXT}\s*\)", _IS_IN),
        (rf"{_NAME}\s*==\s*{_TEXT}", _IS_IN),
        (rf"{_NAME}\s*!=\s*{_TEXT}", _IS_NOT_IN),
        (rf"{_TEXT}\s*==\s*{_NAME}", _IS_IN),
        (rf"{_TEXT}\s*!=\s*{_NAME}", _IS_NOT_IN),
        (rf"{_NAME}\s+in\s+{_TEXT}", _IS_IN),
    )
)
_NOT_IN = (
    re.compile(rf"{_TEXT}\s+not\s+in\s+{_NAME}", re.IGNORECASE),
    re.compile(rf"(?:(?<![\w.])not\s+|!\s*){_TEXT}\s+in\s+{_NAME}", re.IGNORECASE),
)
_METHOD = re.compile(r"\.\w+\(")
_SEVERITY = re.compile(rf"(?<![\w.])(?:failure\.)?severity\s*(?P<sign>[=!]=|[<>]=?)\s*{_TEXT}")
_SPELLED_OUT_MAX = 80


@dataclass(frozen=True, slots=True)
class Meant:
    """What was probably meant in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def in_a_list(text: str, offset: int, facts: Mapping[str, str]) -> Meant | None:
    """A word looked for in a list of texts around `offset`, in the words of CEL."""
    for pattern, meant in _OF_LISTS:
        for match in pattern.finditer(text):
            if match.start() <= offset < match.end() and facts.get(match["name"]) == "list of string":
                return Meant(*match.span(), meant.format(text=match["text"], name=match["name"]))
    return None


def not_in_a_list(text: str, facts: Mapping[str, str]) -> Meant | None:
    """`"x" not in labels`, `not "x" in labels` and `!"x" in labels`: the first of them."""
    for pattern in _NOT_IN:
        for match in pattern.finditer(text):
            if facts.get(match["name"]) == "list of string":
                return Meant(*match.span(), _IS_NOT_IN.format(text=match["text"], name=match["name"]))
    return None


def is_method(text: str, offset: int) -> bool:
    """Whether `.name(` stands at `offset`, or behind its dot."""
    return any(_METHOD.match(text, start) for start in (offset - 1, offset) if start >= 0)


def called(text: str, facts: Mapping[str, str]) -> Meant | None:
    """A fact with the brackets of a function behind it."""
    for match in re.finditer(rf"{_NAME}\(\s*\)", text):
        if match["name"] in facts:
            return Meant(*match.span(), match["name"])
    return None


def in_quotes(text: str, offset: int, word: str) -> Meant | None:
    """The comparison of a bare word at `offset` with a name, the word in quotes."""
    before = re.search(rf"{_NAME}\s*(?P<sign>[=!]=)\s*\Z", text[:offset])
    after = re.match(r"\s*(?:[=!]=|in\s)\s*[A-Za-z_][\w.]*", text[offset + len(word) :])
    quoted = f'"{word}"'
    if before:
        return Meant(before.start(), offset + len(word), text[before.start() : offset] + quoted)
    if after:
        return Meant(offset, offset + len(word) + after.end(), quoted + after[0])
    return None


def of_severity(text: str, offset: int, labels: Mapping[str, int]) -> Meant | str:
    """A severity compared with a text: the number that the policy gives to that label, else what a severity is."""
    for match in _SEVERITY.finditer(text):
        if match.start() <= offset < match.end():
            if level := labels.get(match["text"][1:-1].casefold()):
                return Meant(*match.span(), f"failure.severity {match['sign']} {level}")
            return f": a severity is a number, from {SEVERITIES[0]}, the gravest, to {SEVERITIES[-1]}"
    return ""


def severity_labels(root: Node) -> dict[str, int]:
    """The labels of `severities` in small letters, as far as they are right."""
    severities = root.get("severities") if isinstance(root, MapNode) else None
    labels = severities.get("labels") if isinstance(severities, MapNode) else None
    written = plain(labels) if isinstance(labels, MapNode) else {}
    return {label.casefold(): level for label, level in written.items() if type(level) is int and level in SEVERITIES}


def rewritten(text: str, meant: Meant, compiles: Callable[[str], bool], around: str) -> str:
    """`: write …`, the whole condition where that is right then, else the piece of it; nothing where neither is.

    `around` is the sign of YAML in which the condition stands in the file, a quote or |; empty where there is none.
    """
    whole = text[: meant.start] + meant.text + text[meant.end :]
    begins_odd = not around and whole[:1] in {'"', "'", "!"}
    if len(whole) <= _SPELLED_OUT_MAX and compiles(whole):
        needs_quotes = begins_odd or (around and around in whole)
        return f": write {_in_yaml_quotes(whole) if needs_quotes else whole}"
    if not compiles(meant.text) or (around and around in meant.text):
        return ""
    return f": write {meant.text}" + (", and quotes around the whole condition" if begins_odd else "")


def _in_yaml_quotes(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if "'" in text else f"'{text}'"
