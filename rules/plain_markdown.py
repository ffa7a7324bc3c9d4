"""Markdown that is plainly written, read without the parser: headings, paragraphs, quotes, lists of one level.

What people write to each other, and into our templates, is mostly no more than that, and the parser takes several times
as long for it. Where a line may be anything else (code, tables, HTML, lists in lists, links defined elsewhere, …) the
whole text is the parser's. What this gives is what the parser gives, token by token; a test holds the two side by side.
"""

from __future__ import annotations

import re

from markdown_it.token import Token

#: What begins a line of words: nothing that could begin a block of another kind, or underline the line above.
_WORDS = r"(?=[^\s\d#>+*_=`~<|:-]|\d{1,9}(?![\d.)])|\*{1,2}[^\s*]|`{1,2}[^`])"
#: A line's kind in one letter: words, blank, one of a list (`-` or `*`), heading, quote.
_LINE = re.compile(
    rf"(?P<w>{_WORDS})|(?P<b>[ \t]*\Z)|(?P<d>-) {_WORDS}|(?P<s>\*) {_WORDS}"
    rf"|(?P<h>#{{1,6}}) +(?=[^\s#])(?=.*[^\s#][ \t]*\Z)|(?P<q>>) {_WORDS}"
)
#: Where lines of these kinds follow each other the second goes on with the first, or the list has gaps.
_JOINED = re.compile(r"[dsq]w|ds|sd|[ds]b+[ds]")
_BLOCK = re.compile(r"(?P<words>w+)|(?P<heading>h)|(?P<quote>q+)|(?P<list>d+|s+)b*")

#: Of what may stand in a line, all that means something else than itself.
_MARK = re.compile(r"[\n\\`*_~\[<&]")


def plain_inline(source: str) -> list[Token] | None:
    """The parser's inline tokens, or None where only the parser knows them."""
    if _MARK.search(source):
        return None
    return [Token("text", "", 0, content=source)] if source else []


def plain_blocks(text: str) -> list[Token] | None:
    """The parser's tokens, or None where only the parser knows them."""
    lines = text.rstrip(" \t").removesuffix("\n").split("\n")
    kinds = ""
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            return None
        kinds += found.lastgroup or ""
    if "]:" in text or _JOINED.search(kinds):
        return None
    tokens: list[Token] = []
    for block in _BLOCK.finditer(kinds):
        kind, begins, ends = block.lastgroup, *block.span(block.lastgroup or 0)
        if kind == "words":
            tokens += _paragraph(lines[begins:ends], begins)
        elif kind == "heading":
            tokens += _heading(lines[begins], begins)
        elif kind == "quote":
            tokens += _quote(lines[begins:ends], begins)
        else:
            tokens += _list(lines[begins:ends], begins, block.end())
    return tokens


def _paragraph(lines: list[str], begins: int, level: int = 0, *, is_tight: bool = False) -> list[Token]:
    where, text = [begins, begins + len(lines)], "\n".join(lines).strip()
    return [
        Token("paragraph_open", "p", 1, map=where, level=level, block=True, hidden=is_tight),
        Token("inline", "", 0, map=where, level=level + 1, children=[], content=text, block=True),
        Token("paragraph_close", "p", -1, level=level, block=True, hidden=is_tight),
    ]


def _heading(line: str, begins: int) -> list[Token]:
    marks, _, text = line.partition(" ")
    tag, where = f"h{len(marks)}", [begins, begins + 1]
    return [
        Token("heading_open", tag, 1, map=where, markup=marks, block=True),
        Token("inline", "", 0, map=where, level=1, children=[], content=text.strip(), block=True),
        Token("heading_close", tag, -1, markup=marks, block=True),
    ]


def _quote(lines: list[str], begins: int) -> list[Token]:
    where = [begins, begins + len(lines)]
    return [
        Token("blockquote_open", "blockquote", 1, map=where, markup=">", block=True),
        *_paragraph([line.removeprefix("> ") for line in lines], begins, 1),
        Token("blockquote_close", "blockquote", -1, markup=">", block=True),
    ]


def _list(lines: list[str], begins: int, behind: int) -> list[Token]:
    """A list's last item holds the blank lines below it, up to the one `behind`."""
    mark = lines[0][0]
    tokens = [Token("bullet_list_open", "ul", 1, map=[begins, behind], markup=mark, block=True)]
    ends = [*range(begins + 1, begins + len(lines)), behind]
    for place, line in enumerate(lines):
        where = [begins + place, ends[place]]
        tokens.append(Token("list_item_open", "li", 1, map=where, level=1, markup=mark, block=True))
        tokens += _paragraph([line[2:]], begins + place, 2, is_tight=True)
        tokens.append(Token("list_item_close", "li", -1, level=1, markup=mark, block=True))
    tokens.append(Token("bullet_list_close", "ul", -1, markup=mark, block=True))
    return tokens
