"""Cutting a text that is longer than a tracker takes, so that what is left is whole and so is what follows it.

A blunt cut can make half a mention of somebody else (`@anna` of `@annabel`), a link of half an address, or leave a code
block or a hidden comment open that swallows the note, the marker and whatever else stands behind it. Looked at is
only what lies around the cut: the text may be large, and anything.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

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
_COMMENT_SIGNS = re.compile(r"<!--|-->")


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark").enable("table")
    made.disable(["inline", "text_join"])
    # markdown-it compiles its rules at first use, and a second thread could meet them half compiled.
    made.parse("a")
    return made


_BLOCKS = _parser()


def cut(body: str, limit: int) -> str:
    """`body` in at most `limit` characters, with a word about it where something was left out.

    Never inside a word, a mention, a link, a code span or a hidden comment; a code block that was open there is closed.
    """
    if len(body) <= limit:
        return body
    room = max(0, limit - len(NOTE))
    kept = _whole(body, room)
    block = _swallowing(kept)
    if block is not None and block.type == "fence":
        closing = f"\n{block.markup}"
        kept = _whole(body, max(0, room - len(closing)))
        block = _swallowing(kept)
        if block is not None and block.type == "fence":
            return kept.rstrip() + closing + NOTE
    if block is not None and block.map:
        # HTML that goes on to its own end, which was cut off.
        kept = "\n".join(kept.split("\n")[: block.map[0]])
    return kept.rstrip() + NOTE


def _swallowing(text: str) -> Token | None:
    """The block that would swallow a paragraph behind the text, if there is one. In a list or a quote there is none:
    these end with an empty line."""
    last = _BLOCKS.parse(f"{text}\n\nx")[-1]
    return last if last.type in ("fence", "html_block") else None


def _whole(body: str, at: int) -> str:
    """The text up to `at` or a little less. In a code block any place is as good as any other, but its first line."""
    text = body[:at]
    codes = [token.map for token in _BLOCKS.parse(text) if token.type in ("fence", "code_block") and token.map]
    lines = text.split("\n")
    if codes and codes[-1][1] >= len(lines):
        return text if codes[-1][0] < len(lines) - 1 else "\n".join(lines[:-1])
    comment_at = _open_comment(lines, {line for first, end in codes for line in range(first, end)})
    return body[: _before_what_lies_across(body, at if comment_at < 0 else comment_at)]


def _open_comment(lines: list[str], in_code: set[int]) -> int:
    """Where a hidden comment begins that has no end; -1 for nowhere."""
    opened = -1
    at = 0
    for number, line in enumerate(lines):
        for sign in _COMMENT_SIGNS.finditer(line) if number not in in_code else ():
            if sign[0] == "-->":
                opened = -1
            elif opened < 0:
                opened = at + sign.start()
        at += len(line) + 1
    return opened


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
