"""A condition in a file: compiled, or its errors brought from CEL's line and column to the file's."""

from __future__ import annotations

import re

from rules.conditions import Condition, ConditionCompiler, ConditionError
from rules.durations import Duration
from rules.language.condition_hints import (
    Meant,
    called,
    in_a_list,
    in_quotes,
    is_method,
    not_in_a_list,
    of_severity,
    rewritten,
    severity_labels,
)
from rules.language.condition_slips import Slip, misquoted, slips_in
from rules.language.document import KeyPath, Scalar, problem_at
from rules.language.problems import closest, in_words, shown_line
from rules.language.reading import Reading
from rules.variables import PREFIX, Variables, values_of
from rules.vocabulary import FIELDS, fact_types

_ISSUE = re.compile(r"^(\d+):(\d+): (.*)$", re.MULTILINE)
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_UNREADABLE = re.compile(r"Syntax error|undeclared reference to '(?i:not|and|or)'")
_PATTERN = re.compile(r"""\bmatches\(\s*(?:[\w.]+\s*,\s*)?([rR]?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*\)""")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\((.*)\)'")

_ENDS = re.compile(r"(?:at|input) '<EOF>'")
_BEHIND = re.compile(r"input '(.+?)' expecting <EOF>")

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
        asked = _Asked(reading, node, subject, whose)
        if any(_UNREADABLE.match(message) for *_, message in issues) and asked.note_slips():
            return None  # what CEL makes of the rest helps nobody
        for line, column, message in asked.note_called(issues):
            asked.note(_offset(text, int(line), int(column), message), message)
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


class _Asked:
    """A condition that CEL refused, and what is told of it."""

    def __init__(self, reading: Reading, node: Scalar, subject: str, whose: str) -> None:
        self._reading, self._node, self._subject, self._whose = reading, node, subject, whose
        self._text = str(node.value)
        self._facts = fact_types(subject, reading.fields)

    def note_slips(self) -> bool:
        """Notes the slips of those who know other languages; whether there are any."""
        slips, meant = slips_in(self._text), not_in_a_list(self._text, self._facts)
        hint = self._rewritten(meant) if meant else ""
        if meant and hint:
            slips = [slip for slip in slips if not meant.start <= slip.offset < meant.end]
            offset = meant.start + self._text[meant.start : meant.end].lower().find("not")
            slips.append(Slip(offset, "not", told=f'"not" is no sign of a condition{hint}'))
        for slip in slips:
            is_quoted = self._node.is_quoted or self._node.is_block
            _place(self._reading, self._node, slip.offset, (slip.message(is_quoted=is_quoted), "", slip.meant))
        return bool(slips)

    def note_called(self, issues: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """Notes a fact that is called like a function; what of the issues does not come from that."""
        meant = called(self._text, self._facts)
        if meant is None:
            return issues
        told = f'"{meant.text}" is a fact, and no function: leave out the ()'
        _place(self._reading, self._node, meant.start, (told, "", meant.text))
        parts = {meant.text.partition(".")[0], meant.text.rpartition(".")[2]}
        unknown = ((issue, _UNKNOWN.match(issue[2])) for issue in issues)
        return [issue for issue, match in unknown if not (match and match[1] in parts)]

    def note(self, offset: int, message: str) -> None:
        told = _in_our_words(message, self._reading, self._subject, self._whose)
        if unknown := _UNKNOWN.match(message):
            told = self._of_unknown(offset, unknown[1], told)
        elif overload := _OVERLOAD.match(message):
            hint = misquoted(self._text, offset, overload[2]) or self._hint(
                of_severity(self._text, offset, severity_labels(self._reading.document.root))
                or in_a_list(self._text, offset, self._facts)
                or (not_in_a_list(self._text, self._facts) if overload[1] == "!_" else None)
            )
            told = (told[0] + hint, *told[1:])
        _place(self._reading, self._node, offset, told)

    def _of_unknown(self, offset: int, word: str, told: tuple[str, str, str]) -> tuple[str, str, str]:
        if is_method(self._text, offset):
            hint = self._hint(in_a_list(self._text, offset, self._facts))
            return (f'"{word}" is no function of a condition{hint}', "", "") if hint else told
        if word == "severity":
            hint = self._hint(of_severity(self._text, offset, severity_labels(self._reading.document.root)))
            return (told[0] + hint, *told[1:])
        if "." in word or any(fact.endswith(f".{word.lower()}") for fact in self._facts):
            return told
        variables = values_of(self._reading.variables)
        if word in variables:
            return told[0], told[1], "" if isinstance(variables[word], Duration) else f"{PREFIX}{word}"
        hint = self._hint(in_quotes(self._text, offset, word))
        return (f"{told[0]}, and a text stands in quotes{hint}", "", "") if hint else told

    def _hint(self, meant: Meant | str | None) -> str:
        return self._rewritten(meant) if isinstance(meant, Meant) else meant or ""

    def _rewritten(self, meant: Meant) -> str:
        around = shown_line(self._node.source.lines, self._node.line)[self._node.column - 1 : self._node.column]
        if not self._node.is_quoted:
            around = "|" if self._node.is_block else ""
        return rewritten(self._text, meant, self._compiles, around)

    def _compiles(self, text: str) -> bool:
        try:
            ConditionCompiler(self._facts, self._reading.variables).compile(text)
        except ConditionError:
            return False
        return True


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
        ticket, _, name = unknown[1].partition(".")
        field = f"{ticket}.{FIELDS}.{name}"
        near = field if field in facts else closest(unknown[1], facts)
        return f'"{unknown[1]}" is no fact of {whose}', in_words(facts, unknown[1]), near
    if overload := _OVERLOAD.match(message):
        sign, kinds = overload[1].strip("_@").replace("_", " "), overload[2].replace(", ", " and ")
        return f'"{sign}" does not go with {kinds}', "", ""
    if _ENDS.search(message):
        return "the condition ends too early", "", ""
    if behind := _BEHIND.search(message):
        found = behind[1] if '"' in behind[1] else f'"{behind[1]}"'
        return f"{found} stands behind what is whole already: is a && or || missing?", "", ""
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
