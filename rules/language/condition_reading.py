"""A condition in a file: compiled, or its errors brought from CEL's line and column to the file's."""

from __future__ import annotations

import re

from rules.conditions import Condition, ConditionCompiler, ConditionError
from rules.language.document import KeyPath, Scalar
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.vocabulary import fact_types

_ISSUE = re.compile(r"^(\d+):(\d+): (.*)$", re.MULTILINE)
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\((.*)\)'")

_KIND = re.compile(r"\b[A-Z]{3,}\b")
_KINDS = {"INT": "a whole number", "STRING": "text", "LIST": "a list", "DOUBLE": "a number", "MAP": "a mapping"}


def read_condition(reading: Reading, path: KeyPath, subject: str) -> Condition | None:
    """The condition at `path`, over the facts of `subject`; None with its problems noted."""
    text = reading.text(path)
    if text is None:
        return None
    facts = fact_types(subject)
    try:
        return ConditionCompiler(facts).compile(text)
    except ConditionError as error:
        issues = _ISSUE.findall(str(error))
        for line, column, message in issues:
            _note(reading, path, _offset(text, int(line), int(column), message), message, subject)
        if not issues:
            reading.note(path, _of_the_whole(str(error)))
    return None


def _of_the_whole(told: str) -> str:
    """An error that has no place of its own, with CEL's names of kinds in our words."""
    if not told.startswith("gives"):
        return told
    return f"the condition {_KIND.sub(lambda kind: _KINDS.get(kind[0], kind[0].lower()), told)}"


def _note(reading: Reading, path: KeyPath, offset: int, message: str, subject: str) -> None:
    document, node = reading.document, reading.document.at(path)
    wording, allowed, suggestion = _in_our_words(message, subject)
    shift = offset if isinstance(node, Scalar) and not node.is_block else 0
    shift += 1 if shift and isinstance(node, Scalar) and node.is_quoted else 0
    line_length = len(document.lines[node.line - 1]) if node.line <= len(document.lines) else 0
    # A condition over several lines: the caret stays where it begins.
    shift = shift if node.column + shift <= line_length + 1 else 0
    reading.problems.append(document.problem(path, wording, allowed, suggestion, column_offset=shift))


def _in_our_words(message: str, subject: str) -> tuple[str, str, str]:
    facts = fact_types(subject)
    if unknown := _UNKNOWN.match(message):
        return (
            f'"{unknown[1]}" is no fact of a rule for {subject}',
            in_words(facts, unknown[1]),
            closest(unknown[1], facts),
        )
    if overload := _OVERLOAD.match(message):
        sign, kinds = overload[1].strip("_").replace("_", " "), overload[2].replace(", ", " and ")
        return f'"{sign}" does not go with {kinds}', "", ""
    if "<EOF>" in message:
        return "the condition ends too early", "", ""
    return f"the condition is no CEL: {message.partition(' expecting ')[0].lower()}", "", ""


def _offset(text: str, line: int, column: int, message: str) -> int:
    """Characters from the condition's start. CEL points at a name's last dot; we point at its beginning."""
    unknown = _UNKNOWN.match(message)
    start = text.find(unknown[1]) if unknown else -1
    if start >= 0:
        return start
    before = text.split("\n")[: line - 1]
    return sum(len(part) + 1 for part in before) + column - 1
