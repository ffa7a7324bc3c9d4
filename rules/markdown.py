"""People's Markdown as blocks with their lines: the one parser that all readers of text share.

It is parsed, not searched with patterns, so that code, quotes and comments are known for what they are.
Only blocks are parsed for a whole text; the inline parser, which is slow on hostile text, sees short
pieces alone. Nothing here writes Markdown, and no text makes it raise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Longer texts are read only this far. GitHub's own limit for a body is 65,536 characters, Jira's 32,767.
TEXT_CHARACTERS_MAX = 70_000
#: Longer ones are parsed anew for each reader, so that no memory is held for them.
_KEPT_CHARACTERS_MAX = 10_000
#: The inline parser sees no more than this at once: an item's first sentences.
_INLINE_CHARACTERS_MAX = 1_000
_HEADING_CHARACTERS_MAX = 160

_SURROGATES = re.compile("[\ud800-\udfff]")
_NEWLINES = re.compile(r"\r\n?")
_QUOTING_TAGS = re.compile(r"<(/?)(?:blockquote|pre|code)(?=[\s>])", re.IGNORECASE)


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.disable(["inline", "text_join"])
    # markdown-it compiles its rules at first use, and a second thread could meet them half compiled.
    made.parse("a")
    made.parseInline("a")
    return made


_BLOCKS = _parser()


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed text. `lines` are those that the tokens' `map` counts; `references` the link definitions."""

    lines: tuple[str, ...]
    tokens: tuple[Token, ...]
    references: dict[str, Any]


def parse_document(text: str) -> Document:
    """The text's blocks. Half characters, which some APIs let through, become U+FFFD."""
    return _parsed_just_now(text) if len(text) <= _KEPT_CHARACTERS_MAX else _parsed(text)


def _parsed(text: str) -> Document:
    clean = _NEWLINES.sub("\n", _SURROGATES.sub("�", text[:TEXT_CHARACTERS_MAX]).replace("\0", "�"))
    references: dict[str, Any] = {}
    tokens = _BLOCKS.parse(clean, references)
    return Document(tuple(clean.split("\n")), tuple(tokens), references)


#: What reads a text for one thing is followed by what reads it for another.
_parsed_just_now = lru_cache(maxsize=4)(_parsed)


def unquoted(document: Document) -> Iterator[tuple[int, Token]]:
    """Tokens with their index, without those inside a quote, be it Markdown's or HTML's."""
    depth = html_depth = 0
    for index, token in enumerate(document.tokens):
        if token.type == "blockquote_open":
            depth += 1
        elif token.type == "blockquote_close":
            depth -= 1
        elif token.type == "html_block" and token.level == 0 and not token.content.lstrip().startswith("<!--"):
            for tag in _QUOTING_TAGS.finditer(token.content):
                html_depth = max(0, html_depth + (-1 if tag[1] else 1))
        elif depth == 0 and html_depth == 0:
            yield index, token


def inline_tokens(source: str, references: dict[str, Any]) -> list[Token]:
    """A paragraph's inline tokens; only its beginning is looked at."""
    tokens: list[Token] = []
    _BLOCKS.inline.parse(source[:_INLINE_CHARACTERS_MAX], _BLOCKS, references, tokens)
    return tokens


def plain_text(tokens: list[Token]) -> str:
    """What a reader sees of inline tokens: no markup, no HTML, spaces run together."""
    shown: list[str] = []
    for token in tokens:
        if token.type in {"text", "code_inline", "text_special", "image"}:
            shown.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            shown.append(" ")
    return " ".join("".join(shown).split())


def normal_heading(text: str) -> str:
    """A heading's words for comparing: no case, markup, emoji, numbering or remark in parentheses."""
    return "" if len(text) > _HEADING_CHARACTERS_MAX else _normal(text)


@lru_cache(maxsize=1024)  # people write the same few hundred headings
def _normal(text: str) -> str:
    words = unicodedata.normalize("NFKC", text).casefold()
    words = re.sub(r"\]\([^()]*\)|\([^()]*\)|:[a-z0-9_+-]{2,}:|[*_`~'’]", "", words)
    words = " ".join(re.sub(r"[^\w.):]|\s", " ", words.replace("&", " and ")).split())
    words = re.sub(r"^(?:(?:[\d.]+|[ivx]+|[a-z])[.):]+ ?|[\d.]+ )+", "", words)
    return " ".join(re.sub(r"\W", " ", words).split())
