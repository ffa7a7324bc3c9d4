"""Markdown as it reads, for a terminal: only as much of it as people and templates write in the demo."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from worker.cli.telling import printable

_LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\([^)\s]+\)")
_INLINE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|(?<!\w)_(?P<em>[^_]+)_(?!\w)|(?<!\w)(?P<who>@[a-z-]+)")
_STYLES = {"strong": "bold", "code": "green", "em": "italic", "who": "bold magenta"}
_ESCAPE = re.compile(r"\\([^\w\s])")
_BULLET = re.compile(r"(?P<sign>- \[[ x]\]|[-*]) +(?P<text>.*)", re.DOTALL)
_UNSEEN = re.compile("[\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}]")


def excerpt(markdown: str, blocks: int) -> str:
    """The first so many paragraphs, lists, tables or code blocks of a text; 0 takes it whole."""
    found = _blocks(markdown)
    return "\n\n".join(found[:blocks] if blocks else found)


def quoted(markdown: str, console: Console, width: int) -> Iterator[Text]:
    """The text in lines of at most `width` cells."""
    for number, block in enumerate(_blocks(printable(_UNSEEN.sub("", markdown)))):
        if number:
            yield Text()
        if block.startswith("```"):
            for line in block.splitlines()[1:-1]:
                yield from _wrapped(Text(line, "green"), console, width)
        elif block.startswith("|"):
            yield from _table(block, width)
        else:
            for line in _lines(block):
                yield from _line(line, console, width)


def _blocks(markdown: str) -> list[str]:
    """What empty lines part; inside a code block they do not. Items of one list stay together."""
    blocks: list[str] = []
    for part in re.split(r"\n\s*\n(?=(?:[^`]|`(?!``)|```(?:[^`]|`(?!``))*```)*\Z)", markdown.strip()):
        if blocks and _BULLET.match(part) and _BULLET.match(blocks[-1]):
            blocks[-1] += f"\n{part}"
        else:
            blocks.append(part.strip("\n"))
    return blocks


def _lines(block: str) -> Iterator[str]:
    """Lines as they were meant: a line that begins no item belongs to the one before."""
    held = ""
    for line in block.splitlines():
        if held and not _BULLET.match(line):
            held += f" {line.strip()}"
        else:
            if held:
                yield held
            held = line.strip()
    if held:
        yield held


def _line(line: str, console: Console, width: int) -> Iterator[Text]:
    found = _BULLET.match(line)
    if found is None:
        yield from _wrapped(_inline(line), console, width)
        return
    sign = {"- [ ]": "☐ ", "- [x]": "☑ "}.get(found["sign"], "• ")
    for number, wrapped in enumerate(_wrapped(_inline(found["text"]), console, width - 2)):
        yield Text.assemble(sign if number == 0 else "  ", wrapped)


def _table(block: str, width: int) -> Iterator[Text]:
    """Columns as wide as they need to be; the widest gives way."""
    rows = [[_inline(cell.strip()) for cell in line.strip("|").split(" | ")] for line in block.splitlines()]
    rows = [row for row in rows if not set(row[0].plain) <= set("-|: ")]
    widths = [max(row[column].cell_len for row in rows) for column in range(len(rows[0]))]
    too_wide = sum(widths) + 2 * (len(widths) - 1) - width
    if too_wide > 0:
        widths[widths.index(max(widths))] -= too_wide
    for number, row in enumerate(rows):
        told = Text()
        for cell, wide in zip(row, widths, strict=True):
            cell.truncate(wide, overflow="ellipsis", pad=True)
            told.append_text(cell).append("  ")
        told.rstrip()
        if number == 0:
            told.stylize("bold")
        yield told


def _inline(text: str) -> Text:
    plain = _LINK.sub(r"\1", text)
    told, at = Text(), 0
    for found in _INLINE.finditer(plain):
        told.append(_plain(plain[at : found.start()]))
        kind = found.lastgroup or ""
        told.append(_plain(found[kind]), _STYLES[kind])
        at = found.end()
    return told.append(_plain(plain[at:]))


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


def _wrapped(text: Text, console: Console, width: int) -> Iterator[Text]:
    yield from text.wrap(console, width)
