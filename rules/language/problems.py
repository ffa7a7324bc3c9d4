"""What is wrong in a file that people wrote, told like a good compiler tells it.

Each problem names file, line, column and key path, shows the line with a caret, says what is allowed and what
was probably meant. Secrets never show: a line that names a token, secret or password shows no value.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

#: More than this on one line is cut around the caret.
_EXCERPT_CHARACTERS_MAX = 100
#: A row of names is cut at so many characters.
_ALLOWED_CHARACTERS_MAX = 100
_MORE = ", … ({} more)"
#: So many near names are weighed against each other.
_NEAR_MAX = 8
_BEGINNING_WEIGHT = 0.2
_HIDDEN_NAMES = r"token|secret|password|passphrase|private[_ -]?key|api[_ -]?key|credential"
_SECRET_KEY = re.compile(_HIDDEN_NAMES, re.IGNORECASE)
_SECRET_VALUE = re.compile(rf"([\w -]*(?:{_HIDDEN_NAMES})[\w -]*[\"']?\s*[:=]\s*)(\S.*)", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(://)[^/\s@]+@")
#: A private address on a line that has one: everything behind its key.
_PRIVATE_ADDRESS = re.compile(r"(\b(?:notify|leadership|internal|public)[\"']?\s*:\s*)(?=.*://).*", re.IGNORECASE)
#: Spellings of a duration to suggest from, with the amount put before them.
_UNITS = ("s", "m", "h", "days", "w", "business hours", "business days", "business day", "hours", "weeks", "day")

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: `0.5 h`, and in how many of what such a part of a unit can be said.
_PARTS = re.compile(r"(\d{1,3})[.,](\d{1,2}) ?(h|hours?|d|days?|w|weeks?)")
_SMALLER = {"h": (60, "minutes"), "d": (24, "hours"), "w": (7, "days")}

#: Other words for business time: `working days`, `workdays`, `weekdays`.
_WORK = re.compile(r"(?:work|working|office|week)[ -]?(?=days?\b|hours?\b)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `line` and `column` count from 1; `path` is the key path (`rules[2].when`) or empty.

    `source` is the line as `shown_line` gives it.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    source: str = ""
    allowed: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        lines = [where + (f"{self.path}: " if self.path else "") + self.message]
        if self.source.strip():
            excerpt, caret = _excerpt(self.source, self.column)
            margin = f"{self.line:>5} | "
            lines += [margin + excerpt, " " * (len(margin) - 2) + "| " + " " * caret + "^"]
        if self.allowed:
            lines.append(f"   allowed: {self.allowed}")
        if self.suggestion:
            lines.append(f'   did you mean "{self.suggestion}"?')
        return "\n".join(lines)


class DocumentError(ValueError):
    """A file that cannot be taken as it is. `problems` holds all that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(
            sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.column))
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


def closest(found: str, allowed: Iterable[str]) -> str:
    """What was probably meant, or nothing where nothing is near."""
    folded = {name.casefold(): name for name in allowed}
    near = difflib.get_close_matches(found.casefold(), list(folded), n=_NEAR_MAX, cutoff=0.6)
    best = max(near, key=lambda name: _likeness(found, name), default="")
    return folded[best] if best and folded[best] != found else ""


def nearest_duration(written: str) -> str:
    """`3 business days` for `3 busines days` and `3 workdays`; nothing where no amount is there."""
    amount, unit = "", _with_whole_number(written.strip())
    if unit != written.strip():
        return unit
    while unit and unit[0] in "+-0123456789":
        amount, unit = amount + unit[0], unit[1:]
    unit = unit.strip()
    ours = _WORK.sub("business ", unit.lower())
    near = ours if ours in _UNITS and ours != unit else closest(ours, _UNITS)
    return f"{amount} {near}" if near and amount.strip("+-") else ""


def _with_whole_number(written: str) -> str:
    """`2 hours` for `two hours`, and `30 minutes` for `0.5 h`; anything else as it is."""
    number, _, unit = written.lower().partition(" ")
    if number in _NUMBERS and unit in (_UNITS + tuple(one.removesuffix("s") for one in _UNITS)):
        return f"{_NUMBERS.index(number) + 1} {unit}"
    if match := _PARTS.fullmatch(written.lower()):
        count, smaller = _SMALLER[match[3][0]]
        amount = int(match[1]) * count + int(match[2]) * count / 10 ** len(match[2])
        return f"{int(amount)} {smaller}" if amount == int(amount) else written
    return written


def in_words(allowed: Iterable[str], found: str = "") -> str:
    """`a, b, c`, cut where nobody would read on: then those nearest to what was found come first."""
    names = list(allowed)
    if len(", ".join(names)) <= _ALLOWED_CHARACTERS_MAX:
        return ", ".join(names)
    if found:
        names.sort(key=lambda name: -_likeness(found, name))
    ends = accumulate(len(name) + len(", ") for name in names)
    count = max(1, sum(end + len(_MORE) <= _ALLOWED_CHARACTERS_MAX for end in ends))
    return ", ".join(names[:count]) + (_MORE.format(len(names) - count) if count < len(names) else "")


def _likeness(found: str, name: str) -> float:
    """How near a name is: by all its letters, and more so where it begins alike, as people shorten words at the end."""
    one, other = name.casefold(), found.casefold()
    begins = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return difflib.SequenceMatcher(a=one, b=other).ratio() + _BEGINNING_WEIGHT * begins / max(1, len(other))


def is_secret(path: Sequence[str | int]) -> bool:
    """Whether a value at this key path must not be shown."""
    return any(isinstance(part, str) and _SECRET_KEY.search(part) for part in path)


def shown_line(lines: Sequence[str], number: int) -> str:
    """A line of a file (from 1) as it may be shown; nothing of one that belongs to a secret above it."""
    if not 1 <= number <= len(lines):
        return ""
    indent = _indent(lines[number - 1])
    for above in reversed(lines[: number - 1]):
        if above.strip() and _indent(above) <= indent:
            if _SECRET_KEY.search(above) and re.search(r"(?::|[|>][-+0-9]*|-----)\s*\Z", above):
                return ""
            if _indent(above) < indent:
                break
    return _CREDENTIALS.sub(r"\1…@", _PRIVATE_ADDRESS.sub(r"\1…", _SECRET_VALUE.sub(r"\1…", lines[number - 1])))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def spelled(path: Sequence[str | int]) -> str:
    """`rules[2].ladder.rungs[1].at`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[\w-]+", part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """The line and the caret's place in it, cut where the line is long; tabs count one."""
    shown = "".join(char if char.isprintable() else " " for char in line)
    caret = min(column - 1, len(shown))
    if len(shown) <= _EXCERPT_CHARACTERS_MAX:
        return shown.rstrip(), caret
    start = max(0, min(caret - _EXCERPT_CHARACTERS_MAX // 2, len(shown) - _EXCERPT_CHARACTERS_MAX))
    cut = shown[start : start + _EXCERPT_CHARACTERS_MAX].rstrip()
    return ("…" if start else "") + cut + "…", caret - start + (1 if start else 0)
