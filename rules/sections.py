"""One section out of a Markdown text, such as the lesson out of a post-mortem.

It comes back as the Markdown that its author wrote, whole in itself: hidden comments are left out and an
open code fence is closed, so that nothing that follows it is swallowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from rules.markdown import Document, normal_heading, parse_document, unquoted


def section(body: str, headings: Iterable[str]) -> str:
    """The text under the first heading that is one of `headings`, to the next of the same or a higher level.

    Headings compare without case, emoji, numbering and remarks in parentheses. Empty where there is none.
    """
    return Sections(body).under(*headings)


@dataclass(frozen=True, slots=True)
class _Heading:
    """Its words for comparing, its depth, and its first line and the one behind it."""

    words: str
    depth: int
    begins: int
    ends: int


class Sections:
    """One text, parsed once, for whoever asks for several of its sections."""

    def __init__(self, body: str) -> None:
        self._document = parse_document(body)
        self._headings = tuple(_headings(self._document))
        self._hidden = tuple(_hidden(self._document))

    def has(self, heading: str) -> bool:
        """Whether the text has that heading, compared as in `section`."""
        wanted = normal_heading(heading)
        return any(one.words == wanted for one in self._headings)

    def under(self, *headings: str) -> str:
        """As `section`."""
        wanted = {normal_heading(heading) for heading in headings} - {""}
        found = next((one for one in self._headings if one.words in wanted), None)
        if found is None:
            return ""
        behind = (one.begins for one in self._headings if one.begins > found.begins and one.depth <= found.depth)
        return self._whole(found.ends, next(behind, len(self._document.lines)))

    def _whole(self, start: int, end: int) -> str:
        lines: list[str | None] = list(self._document.lines[start:end])
        for first, last, rest in self._hidden:
            if start <= first < end:
                lines[first - start : last - start] = [None] * (last - first)
                if rest:
                    lines[first - start] = rest
        text = "\n".join(line for line in lines if line is not None)
        return closed(_without_comments(text).strip("\n").rstrip())


def _headings(document: Document) -> Iterator[_Heading]:
    for index, token in unquoted(document):
        if token.type == "heading_open" and token.level == 0 and token.map:
            words = normal_heading(document.tokens[index + 1].content)
            yield _Heading(words, int(token.tag[1:]), token.map[0], token.map[1])


def closed(markdown: str) -> str:
    """The text with its last code fence closed, if it is open: what is written below is no part of it."""
    if "```" not in markdown and "~~~" not in markdown:
        return markdown
    document = parse_document(markdown)
    last = document.tokens[-1] if document.tokens else None
    # A fence within a list or a quote ends with that, and a closing one here would open another.
    if last is None or last.type != "fence" or last.level or not _is_open(document, last):
        return markdown
    return f"{markdown}\n{last.markup}"


def _hidden(document: Document) -> Iterator[tuple[int, int, str]]:
    """Each hidden comment that is a block: its first line, the one behind it, and what stands after it in its last."""
    for token in document.tokens:
        if token.type == "html_block" and token.map and token.content.lstrip().startswith("<!--"):
            yield token.map[0], token.map[1], token.content.partition("-->")[2].strip()


def _is_open(document: Document, fence: Token) -> bool:
    if not fence.map:
        return False
    first, last = fence.map
    closing = document.lines[last - 1].strip()
    return last - first < 2 or not re.fullmatch(re.escape(fence.markup) + re.escape(fence.markup[0]) + "*", closing)


def _without_comments(text: str) -> str:
    """HTML comments inside paragraphs taken out; one without an end is text and stays."""
    kept: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join(kept) + text[at:]
