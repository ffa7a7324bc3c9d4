"""Markdown as people read it in a terminal: links as their words and a number, addresses below, headings without signs.

Words, lists, code and what else reads well as it was written stay so. Nothing is made clickable or run, and what comes
back is text to be shown, never Markdown again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A line that is a heading, as our texts write one or as Markdown does.
HEADING = re.compile(r"(?:\*\*(?P<bold>[^*]+)\*\*|#{1,6}\s+(?P<marked>.+?)\s*#*)\s*")
#: Breaks up what a tracker would take for a reference; no reader sees it.
BREAK = "\N{ZERO WIDTH SPACE}"
_FENCE = re.compile(r"[ >\t]*(`{3,}|~{3,})")
_PIECES = re.compile(
    r"(?P<code>(?<!`)`[^`\n]+`(?!`))"
    r"|!?\[(?P<shown>(?:\\.|[^\[\]\\\n]){0,1000})\]\(<?(?P<address>(?:[^()\s<>]|\([^()\s]{0,200}\)){1,2000})>?"
    r"(?:[ \t]+\"[^\"\n]{0,300}\")?\)"
    r"|<(?P<auto>https?://[^\s<>]{1,2000})>"
    r"|\\(?P<escaped>[^\w\s])"
)


@dataclass(frozen=True, slots=True)
class PlainLine:
    text: str
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class PlainReading:
    """A text's lines, and the addresses that its links lead to: the first is called `[1]` in the lines."""

    lines: tuple[PlainLine, ...]
    addresses: tuple[str, ...]


def plain_reading(markdown: str) -> PlainReading:
    """What a reader of the text reads."""
    addresses: dict[str, int] = {}
    lines: list[PlainLine] = []
    fence = ""
    for line in markdown.replace(BREAK, "").splitlines():
        marked = _FENCE.match(line)
        if fence or marked:
            lines.append(PlainLine(line))
            opens = marked[1][:3] if marked else ""
            fence = opens if not fence else "" if opens == fence else fence
            continue
        heading = HEADING.fullmatch(line)
        words = (heading["bold"] or heading["marked"]) if heading else line
        lines.append(PlainLine(_words(words, addresses), heading is not None))
    return PlainReading(tuple(lines), tuple(addresses))


def _words(line: str, addresses: dict[str, int]) -> str:
    def piece(found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        if found["escaped"]:
            return found["escaped"]
        if found["auto"]:
            return found["auto"]
        shown = _words(found["shown"], addresses)
        if shown in ("", found["address"]):
            return found["address"]
        return f"{shown} [{addresses.setdefault(found['address'], len(addresses) + 1)}]"

    return _PIECES.sub(piece, line)
