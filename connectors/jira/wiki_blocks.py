"""Wiki markup's lines as Markdown's blocks: headings, lists, tables, quotes, paragraphs.

Lines are taken one after the other and never again. A block that is read already, such as code, stands in a line as a
number between two noncharacters (see `connectors.jira.wiki_reading`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.jira.wiki_phrases import phrases_of

#: Levels of a list that are told apart.
DEPTH_LIMIT = 24

_DONE = re.compile("\ufdd0([0-9]+)\ufdd1")
_HEADING = re.compile(r"\s*h([1-6])\.\s*(.*)")
_PASTED_HEADING = re.compile(r"(#{2,6})\s+(.*)")
_RULE = re.compile(r"\s*-{4,}\s*")
_QUOTE = re.compile(r"\s*bq\.\s*(.*)")
_ITEM = re.compile(r"\s*(?!-{2})([*#-]+)\s+(.*)")
_BOX = re.compile(r"\\?\[(?:(?P<ticked>[xX])|\s?)\\?\](?=\s|\Z)\s*|(?:(?P<sign>☑|☒)|☐)\ufe0f?\s*")
_CELL_PARTS = re.compile(
    r"\\.|(?P<bar>\|\|?)|\[(?:\\.|[^\[\]\\])*+\]|![^\s!|][^!|]{0,300}\|[^!|]{0,300}!|\{\{(?:\\.|[^{}\\|])*+\}\}",
    re.DOTALL,
)
_UNDERLINE = re.compile(r"(?:=+|-+|(?:\* *){3,}|(?:_ *){3,})\s*")


@dataclass(slots=True)
class _List:
    """The list that is being read. `levels` holds its open levels: whether it is numbered, and the last number."""

    lines: list[str] = field(default_factory=list)
    levels: list[tuple[bool, int]] = field(default_factory=list)
    width: int = 0

    def begin(self, signs: str, text: str) -> str:
        """Opens an item, and gives back the words of it that are still to be read."""
        depth = min(len(signs), len(self.levels) + 1, DEPTH_LIMIT)
        is_numbered = signs[-1] == "#"
        number = 1
        if len(self.levels) >= depth and self.levels[depth - 1][0] == is_numbered:
            number = self.levels[depth - 1][1] + 1
        self.levels[depth - 1 :] = [(is_numbered, number)]
        box = _BOX.match(text)
        ticked = box and (box["ticked"] or box["sign"])
        bullet = f"{number}. " if is_numbered else "- "
        indent = sum(len(f"{last}. ") if numbered else 2 for numbered, last in self.levels[: depth - 1])
        self.width = indent + len(bullet)
        self.lines.append(" " * indent + bullet + (("[x] " if ticked else "[ ] ") if box else ""))
        return text[box.end() :] if box else text

    def add(self, lines: Sequence[str], *, is_block: bool) -> None:
        """More of the open item: lines of its text, or a block with empty lines around it."""
        pad = " " * self.width
        is_fresh = self.lines[-1].endswith((" ", "] "))
        if is_block:
            self.lines.extend(("", *(pad + line if line else "" for line in lines), ""))
        elif is_fresh and lines:
            self.lines[-1] += lines[0]
            self.lines.extend(pad + line for line in lines[1:])
        else:
            self.lines.extend(pad + line for line in lines)

    def written(self) -> str:
        text = "\n".join(line.rstrip() if not line.strip(" -") else line for line in self.lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


@dataclass(slots=True)
class _Blocks:
    """The walk through the lines. Only one of `paragraph`, `quote`, `rows` and `items` is being read at a time."""

    done: Sequence[str]
    blocks: list[str] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    quote: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    half_row: list[str] = field(default_factory=list)
    items: _List | None = None

    def take(self, line: str) -> None:
        if self.half_row and line.strip() and not line.lstrip().startswith("|"):
            self._row_goes_on(line)
        elif not line.strip():
            self.end()
        elif line.lstrip().startswith("|"):
            self._ended(but="rows")
            self._end_row()
            self._row_goes_on(line)
        elif (pasted := _PASTED_HEADING.fullmatch(line)) and self.items is None:
            self._heading(len(pasted[1]), pasted[2])
        elif item := _ITEM.fullmatch(line):
            self._ended(but="items")
            self.items = self.items or _List()
            self._more(self.items.begin(item[1], item[2]))
        elif heading := _HEADING.fullmatch(line):
            self._heading(int(heading[1]), heading[2])
        elif _RULE.fullmatch(line):
            self.end()
            self.blocks.append("---")
        elif quote := _QUOTE.fullmatch(line):
            self._ended(but="quote")
            self.quote.extend(f"> {part}".rstrip() for part in self._parts_as_lines(quote[1]))
        else:
            self._ended(but="items" if self.items else "paragraph")
            self._more(line)

    def end(self) -> None:
        self._ended(but="")

    def _ended(self, *, but: str) -> None:
        """Closes what is being read, unless it goes on."""
        if self.paragraph and but != "paragraph":
            self.blocks.append("\n".join(self.paragraph))
            self.paragraph = []
        if self.quote and but != "quote":
            self.blocks.append("\n".join(self.quote))
            self.quote = []
        if (self.rows or self.half_row) and but != "rows":
            self._end_row()
            self.blocks.append(_table(self.rows))
            self.rows = []
        if self.items and but != "items":
            self.blocks.append(self.items.written())
            self.items = None

    def _heading(self, level: int, text: str) -> None:
        self.end()
        title = " ".join(phrases_of(self._on_one_line(text)).split())
        self.blocks.append(f"{'#' * level} {title}".rstrip())

    def _more(self, line: str) -> None:
        """Text of a paragraph or an item, and the blocks that stand in the middle of it."""
        for place, part in enumerate(_DONE.split(line)):
            if place % 2:
                self._block(self.done[int(part)])
            elif part.strip():
                lines = _lines(part)
                if self.items:
                    self.items.add(lines, is_block=False)
                else:
                    self.paragraph.extend(lines)

    def _block(self, markdown: str) -> None:
        if self.items:
            self.items.add(markdown.split("\n"), is_block=True)
        else:
            self.end()
            self.blocks.append(markdown)

    def _parts_as_lines(self, text: str) -> list[str]:
        parts = _DONE.split(text)
        return [
            line
            for place, part in enumerate(parts)
            for line in (self.done[int(part)].split("\n") if place % 2 else _lines(part))
        ]

    def _row_goes_on(self, line: str) -> None:
        """A row goes on over lines until one ends with a bar."""
        self.half_row.append(line)
        if line.rstrip().endswith("|") and not line.rstrip().endswith("\\|"):
            self._end_row()

    def _end_row(self) -> None:
        if self.half_row:
            cells = _cells(" ".join(self.half_row))
            self.rows.append([_cell(self._on_one_line(cell)) for cell in cells])
            self.half_row = []

    def _on_one_line(self, text: str) -> str:
        """A block within a cell or a heading: what is code there stays code."""
        return _DONE.sub(lambda found: f"\ufdd2{_in_a_line(self.done[int(found[1])])}\ufdd3", text)


def blocks_of(text: str, done: Sequence[str]) -> str:
    """The Markdown of a text of which the macros are read already."""
    walk = _Blocks(done)
    for line in text.split("\n"):
        walk.take(line)
    walk.end()
    return "\n\n".join(block for block in walk.blocks if block)


def _lines(text: str) -> list[str]:
    """A line of wiki markup as lines of Markdown: none is empty, and none underlines the one above."""
    lines = (line.strip() for line in phrases_of(text.strip()).split("\n"))
    return [f"\\{line}" if _UNDERLINE.fullmatch(line) else line for line in lines if line]


def _cells(row: str) -> list[str]:
    """The cells between the bars; those of a link, an image or a word in code are none."""
    cells: list[str] = []
    at = 0
    for part in _CELL_PARTS.finditer(row):
        if part["bar"]:
            cells.append(row[at : part.start()])
            at = part.end()
    cells.append(row[at:])
    # Nothing stands before the first bar, and mostly nothing behind the last.
    return cells[1:] if cells[-1].strip() else cells[1:-1]


def _cell(text: str) -> str:
    line = " ".join(phrases_of(text.strip()).split())
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", line)


def _table(rows: list[list[str]]) -> str:
    """A GFM table. The first row is its head, since GFM has none without; short rows are filled up."""
    rows = [row for row in rows if row]
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    if lines:
        lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _in_a_line(markdown: str) -> str:
    """A block as part of a line: of a code block the code as a span, of any other the words."""
    spans: list[str] = []
    code: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        bare = line.lstrip("> ")
        if fence and bare.startswith(fence):
            spans.append(_span(" ".join(code)))
            fence, code = "", []
        elif fence:
            code.append(line)
        elif found := re.match(r"`{3,}", bare):
            fence = found[0]
        else:
            spans.append(bare)
    return " ".join(spans)


def _span(code: str) -> str:
    code = " ".join(code.split())
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{ticks}{pad}{code}{pad}{ticks}" if code else ""
