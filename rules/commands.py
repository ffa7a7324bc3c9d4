"""Commands in comments: `/name argument`, at the beginning of a line that a person wrote as plain text.

A command shown as code, quoted from somebody else, or standing in a list, table or hidden comment is
talked about, not given. What a command may do, and whether its author may give it, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator

from rules.facts import ActorKind, Command, Comment
from rules.markdown import parse_document, unquoted

#: Every command there is. Others are returned too: the caller answers them once.
KNOWN_COMMANDS = frozenset(
    {
        "ack",
        "owner",
        "action",
        "due",
        "snooze",
        "accept",
        "decline",
        "approve",
        "same-as",
        "thanks",
        "cancel",
        "case",
        "help",
    }
)

_COMMAND = re.compile(r" {0,3}/([a-z][a-z-]{1,20})(?=\s|$)", re.IGNORECASE | re.ASCII)
#: Folders at the root of a machine: `/etc holds the file` is a sentence about a path.
_FOLDERS = frozenset(
    "bin boot dev etc home lib media mnt opt proc root run sbin srv sys tmp usr var".split()  # noqa: SIM905 -- one line reads better than 17
)
#: From so many letters on, two of them may be wrong.
_LONG_NAME = 5
#: Commands of other bots that look like a slip of ours.
_OTHERS = frozenset({"assign", "unassign", "close", "reopen", "hold", "dup", "lock", "unlock"})
#: Commands of which the words are shown to others: not read where not everybody may read them (P14).
SHOWN = frozenset({"ack", "action", "thanks"})
#: What begins a stretch that is no plain text, inside a paragraph.
_HIDING = re.compile(r"\\.|`+|<!--", re.DOTALL)


def parse_commands(comments: Iterable[Comment]) -> tuple[Command, ...]:
    """The commands that stand in people's comments now, in the comments' order and then by line.

    Names are in lower case, `line` counts from 0 in the comment's body, `rights` is not known yet. Our own
    and bots' comments hold none. Bodies are read up to `rules.markdown.TEXT_CHARACTERS_MAX`. Of a restricted
    comment no words come along that would be shown: `/ack`, `/action` and `/thanks` have none there.
    """
    return tuple(
        Command(
            name,
            argument,
            comment.id,
            line,
            comment.author,
            comment.at,
            is_restricted=comment.is_restricted,
            edited_at=comment.edited_at,
        )
        for comment in comments
        if comment.author.kind is ActorKind.PERSON and comment.marker is None
        for line, name, argument in (_kept_back(comment.body) if comment.is_restricted else _commands_in(comment.body))
    )


def nearest_command(name: str) -> str:
    """The command that a misspelt one was meant to be, or nothing.

    Short names take one wrong letter, longer ones two: trackers are full of other bots' commands, and `/retest` or
    `/lgtm` is none of our business.
    """
    found = ((_edits(name, known), known) for known in sorted(KNOWN_COMMANDS))
    close = [pair for pair in found if pair[0] <= (1 if min(len(name), len(pair[1])) < _LONG_NAME else 2)]
    return min(close)[1] if close and name not in _OTHERS else ""


def _edits(one: str, other: str) -> int:
    """How many letters are to be put in, taken out, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _kept_back(body: str) -> Iterator[tuple[int, str, str]]:
    """As `_commands_in`, without the words that would be shown to others."""
    for line, name, argument in _commands_in(body):
        yield line, name, "" if name in SHOWN else argument


def _commands_in(body: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and argument of each."""
    if "/" not in body:
        return
    document = parse_document(body)
    for _, token in unquoted(document):
        if token.type != "paragraph_open" or token.level != 0 or not token.map:
            continue
        start, end = token.map
        lines = document.lines[start:end]
        matches = [(number, match) for number, line in enumerate(lines) if (match := _COMMAND.match(line))]
        if not matches:
            continue
        hidden = _hidden_lines(lines)
        for number, match in matches:
            name = match[1].lower()
            if number not in hidden and name not in _FOLDERS:
                yield start + number, name, lines[number][match.end() :].strip()


def _hidden_lines(lines: tuple[str, ...]) -> set[int]:
    """Lines of a paragraph that begin inside a code span or an HTML comment. Takes one walk over the text."""
    text = "\n".join(lines)
    closers: dict[str, deque[int]] = {}
    for run in re.finditer("`+", text):
        closers.setdefault(run[0], deque()).append(run.start())
    last_closer = text.rfind("-->")
    hidden: set[int] = set()
    at = line = counted_to = 0
    while opening := _HIDING.search(text, at):
        at = opening.end()
        if opening[0].startswith("\\"):
            continue
        if opening[0] != "<!--":
            end = _end_of_code(closers[opening[0]], opening)
        else:
            end = text.find("-->", at) + 3 if at <= last_closer else None
        if end is None:
            continue
        line += text.count("\n", counted_to, opening.start())
        inside = text.count("\n", opening.start(), end)
        hidden.update(range(line + 1, line + inside + 1))
        line, counted_to, at = line + inside, end, end
    return hidden


def _end_of_code(starts: deque[int], opening: re.Match[str]) -> int | None:
    """Where the code span ends: behind the next run of as many backticks."""
    while starts and starts[0] <= opening.start():
        starts.popleft()
    return starts[0] + len(opening[0]) if starts else None
