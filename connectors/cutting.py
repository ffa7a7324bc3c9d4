"""Cutting a text that is longer than a tracker takes, so that what is left is whole and so is what follows it.

A blunt cut can make half a mention of somebody else (`@anna` of `@annabel`), a link of half an address, or leave a code
block or a hidden comment open that swallows the note, the marker and whatever else stands behind it. Looked at is
only what lies around the cut: the text may be large, and anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NOTE = "\n\n… _(shortened here: the tracker takes no longer text)_"

#: How far back a word, a link or an address may begin that lies across the cut. Longer ones are cut through.
_LOOK_BACK_CHARACTERS = 2_500
#: Brackets that are tried as a link's beginning: text may consist of nothing else.
_LINKS_TRIED_MAX = 50
_LINK = re.compile(
    r"\[(?:\\.|\[[^\[\]\n]{0,300}\]|[^\[\]\\]){0,1000}+\]"
    r"(?:\((?:\\.|[^()\\\n]|\([^()\n]{0,500}\)){0,2200}+\)|\[[^\[\]\n]{0,300}\])"
)
_AUTOLINK = re.compile(r"<[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\s]{0,2200}>")
_TICKS = re.compile(r"\\.|`+", re.DOTALL)
_EMPTY_LINE = re.compile(r"\n[ \t>]*\n")
_HALF_MENTION = re.compile(r"[@\uff20][\w./-]{0,100}\Z")
_FENCE = re.compile(r"(?P<before>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<fence>`{3,}|~{3,})(?P<after>.*)")
_COMMENT_SIGNS = re.compile(r"<!--|-->")


@dataclass(slots=True)
class _Open:
    """What is open at the end of a text. `fence` is the line that would close a code block, "" for none."""

    fence: str = ""
    fence_at: int = 0
    comment_at: int = -1


def cut(body: str, limit: int) -> str:
    """`body` in at most `limit` characters, with a word about it where something was left out.

    Never inside a word, a mention, a link, a code span or a hidden comment; a code block that was open there is closed.
    """
    if len(body) <= limit:
        return body
    room = max(0, limit - len(NOTE))
    kept, opened = _whole(body, room)
    if opened.fence:
        closing = f"\n{opened.fence}"
        kept, opened = _whole(body, max(0, room - len(closing)))
        # Where there is no room for a closed block there is none for the block.
        kept = kept.rstrip() + closing if opened.fence else kept
    return kept.rstrip() + NOTE


def _whole(body: str, at: int) -> tuple[str, _Open]:
    """The text up to `at` or a little less, and what is open there: nothing, or a code block with something in it."""
    opened = _open_at_end(body[:at])
    if opened.fence:
        if "\n" in body[opened.fence_at : at]:
            return body[:at], opened
        # The cut goes through the line that opens the block.
        return body[: opened.fence_at], _Open()
    if opened.comment_at >= 0:
        at = opened.comment_at
    return body[: _before_what_lies_across(body, at)], _Open()


def _open_at_end(text: str) -> _Open:
    opened = _Open()
    at = 0
    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line) if opened.comment_at < 0 else None
        if opened.fence:
            if fence and _closes(opened.fence.lstrip(" \t>"), fence):
                opened.fence = ""
        elif fence and not (fence["fence"][0] == "`" and "`" in fence["after"]):
            # In a list item the block goes on by indentation, in a quote by its sign.
            opened.fence = re.sub(r"[^>\s]", " ", fence["before"]) + fence["fence"]
            opened.fence_at = at
        else:
            for sign in _COMMENT_SIGNS.finditer(line):
                if sign[0] == "-->":
                    opened.comment_at = -1
                elif opened.comment_at < 0:
                    opened.comment_at = at + sign.start()
        at += len(line) + 1
    return opened


def _closes(fence: str, line: re.Match[str]) -> bool:
    return line["fence"].startswith(fence) and not line["after"].strip()


def _before_what_lies_across(body: str, at: int) -> int:
    """The nearest place up to `at` that lies in no word, no link, no address and no code span."""
    earliest = max(0, at - _LOOK_BACK_CHARACTERS)
    place = at
    if 0 < at < len(body) and not body[at - 1].isspace() and not body[at].isspace():
        last_space = max((found.end() for found in re.finditer(r"\s", body[earliest:at])), default=0)
        # One word alone: better half of it than nothing, unless half of it calls somebody.
        half = _HALF_MENTION.search(body, max(0, at - 102), at)
        place = earliest + last_space if last_space else half.start() if half else at
    place = start = _before_code(body, place)
    for _ in range(_LINKS_TRIED_MAX):
        start = max(body.rfind("[", earliest, start), body.rfind("<", earliest, start))
        if start < 0:
            break
        found = (_LINK if body[start] == "[" else _AUTOLINK).match(body, start)
        if found and found.end() > place:
            place = start - (start > 0 and body[start - 1] == "!")
    return _before_code(body, place)


def _before_code(body: str, at: int) -> int:
    """`at`, or where the code span begins that it lies in: cut open, its contents would be links and mentions."""
    first = max((found.end() for found in _EMPTY_LINE.finditer(body, 0, at)), default=0)
    end = _EMPTY_LINE.search(body, at)
    runs = [found for found in _TICKS.finditer(body, first, end.start() if end else len(body)) if found[0][0] == "`"]
    closers: dict[int, list[int]] = {}
    for run in reversed(runs):
        closers.setdefault(len(run[0]), []).append(run.start())
    inside_to = 0
    for run in runs:
        if run.start() >= at:
            break
        same = closers[len(run[0])]
        while same and same[-1] <= run.start():
            same.pop()
        if run.start() >= inside_to and same:
            inside_to = same[-1] + len(run[0])
            if inside_to > at:
                return run.start()
    return at
