"""A condition in a file: compiled, or its errors brought from CEL's line and column to the file's."""

from __future__ import annotations

import re

from rules.conditions import Condition, ConditionCompiler, ConditionError
from rules.durations import Duration
from rules.language.condition_slips import misquoted, slips_in
from rules.language.document import KeyPath, Scalar, problem_at
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.variables import PREFIX, Variables, values_of
from rules.vocabulary import fact_types

_ISSUE = re.compile(r"^(\d+):(\d+): (.*)$", re.MULTILINE)
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_UNREADABLE = re.compile(r"Syntax error|undeclared reference to '(?i:not|and|or)'")
_PATTERN = re.compile(r"""\bmatches\(\s*(?:[\w.]+\s*,\s*)?([rR]?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*\)""")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\((.*)\)'")

_KIND = re.compile(r"\b[A-Z]{3,}\b")
_KINDS = {"INT": "a whole number", "STRING": "text", "LIST": "a list", "DOUBLE": "a number", "MAP": "a mapping"}


def read_condition(reading: Reading, path: KeyPath, subject: str) -> Condition | None:
    """The condition at `path`, over the facts of `subject`; None with its problems noted."""
    node = reading.document.at(path)
    if reading.text(path) is None or not isinstance(node, Scalar):
        return None
    return compiled(reading, node, subject, f"a rule for {subject}")


def compiled(reading: Reading, node: Scalar, subject: str, whose: str) -> Condition | None:
    """The condition that a node holds; `whose` it is says where a fact is unknown."""
    text = str(node.value)
    known = (text, subject)
    if known in reading.conditions:
        return reading.conditions[known]
    try:
        reading.conditions[known] = ConditionCompiler(fact_types(subject, reading.fields), reading.variables).compile(
            text
        )
        if broken := _broken_pattern(text):
            allowed = "a regular expression as RE2 takes it"
            reading.problems.append(problem_at(node, f"{broken[0]} is no pattern: {broken[1]}", allowed))
        return reading.conditions[known]
    except ConditionError as error:
        issues = _ISSUE.findall(str(error))
        slips = slips_in(text) if any(_UNREADABLE.match(message) for *_, message in issues) else []
        for slip in slips:  # what CEL makes of the rest helps nobody
            _place(
                reading, node, slip.offset, (slip.message(is_quoted=node.is_quoted or node.is_block), "", slip.meant)
            )
        for line, column, message in issues if not slips else ():
            _note(reading, node, _offset(text, int(line), int(column), message), message, (subject, whose))
        if not issues:
            reading.problems.append(problem_at(node, _of_the_whole(str(error))))
    return None


def _of_the_whole(told: str) -> str:
    """An error that has no place of its own, with CEL's names of kinds in our words."""
    if not told.startswith("gives"):
        return told
    return f"the condition {_KIND.sub(lambda kind: _KINDS.get(kind[0], kind[0].lower()), told)}"


def _broken_pattern(text: str) -> tuple[str, str] | None:
    """The first pattern of a `matches` that is none, and why. CEL finds out only where it is asked to match."""
    for pattern in _PATTERN.findall(text):
        _, error = next(iter(ConditionCompiler({}).compile(f"''.matches({pattern})").judge({}).seen), ("", ""))
        if error:
            return pattern, str(error).partition("regular expression: ")[2] or str(error)
    return None


def _note(reading: Reading, node: Scalar, offset: int, message: str, of: tuple[str, str]) -> None:
    wording, allowed, suggestion = _in_our_words(message, reading, *of)
    if overload := _OVERLOAD.match(message):
        wording += misquoted(str(node.value), offset, overload[2])
    _place(reading, node, offset, (wording, allowed, suggestion))


def _place(reading: Reading, node: Scalar, offset: int, told: tuple[str, str, str]) -> None:
    """Notes message, what is allowed and what was probably meant at a character of the condition."""
    shift = offset if not node.is_block else 0
    shift += 1 if shift and node.is_quoted else 0
    lines = node.source.lines
    line_length = len(lines[node.line - 1]) if node.line <= len(lines) else 0
    # A condition over several lines: the caret stays where it begins.
    shift = shift if node.column + shift <= line_length + 1 else 0
    reading.problems.append(problem_at(node, *told, column_offset=shift))


def _in_our_words(message: str, reading: Reading, subject: str, whose: str) -> tuple[str, str, str]:
    unknown = _UNKNOWN.match(message)
    if unknown and unknown[1].startswith(PREFIX):
        return _unknown_variable(unknown[1], reading.variables)
    if unknown:
        facts = fact_types(subject, reading.fields)
        return f'"{unknown[1]}" is no fact of {whose}', in_words(facts, unknown[1]), closest(unknown[1], facts)
    if overload := _OVERLOAD.match(message):
        sign, kinds = overload[1].strip("_").replace("_", " "), overload[2].replace(", ", " and ")
        return f'"{sign}" does not go with {kinds}', "", ""
    if "<EOF>" in message:
        return "the condition ends too early", "", ""
    return f"the condition is no CEL: {message.partition(' expecting ')[0].lower()}", "", ""


def _unknown_variable(found: str, variables: Variables) -> tuple[str, str, str]:
    values = values_of(variables)
    usable = [f"{PREFIX}{name}" for name, value in values.items() if not isinstance(value, Duration)]
    duration = values.get(found.removeprefix(PREFIX))
    if isinstance(duration, Duration):
        told = f'"{found}" is a duration ({duration}), and a condition counts no time: `at`, `due` and the like do'
        return told, in_words(usable), ""
    allowed = in_words(usable, found) or "a key of `variables` that is no duration, where there is none yet"
    return f'"{found}" is no variable', allowed, closest(found, usable)


def _offset(text: str, line: int, column: int, message: str) -> int:
    """Characters from the condition's start. CEL points at a name's last dot; we point at its beginning."""
    unknown = _UNKNOWN.match(message)
    start = text.find(unknown[1]) if unknown else -1
    if start >= 0:
        return start
    before = text.split("\n")[: line - 1]
    return sum(len(part) + 1 for part in before) + column - 1
