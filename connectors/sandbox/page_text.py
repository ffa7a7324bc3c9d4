"""A ticket's text as a person is to read it on a page: Markdown and ADF as HTML, markers out of sight.

Text is data: HTML in it is shown and not obeyed, and an address that is no plain link stays text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from md_adf import adf_to_markdown

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BOX = re.compile(r"<li>(\s*<p>)?\[([ xX])\] ")
#: Longer texts are shown as they were written: rendering is for people, and nobody reads so much.
_CHARACTERS_MAX = 70_000


def _shown_html(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """HTML is shown as text; comments, our markers among them, are not, as on GitHub."""
    return html.escape(_COMMENT.sub("", tokens[index].content))


def _reader() -> MarkdownIt:
    """markdown-it follows no `javascript:`, `vbscript:`, `file:` or `data:` address by itself."""
    markdown = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"])
    for kind in ("html_block", "html_inline"):
        markdown.add_render_rule(kind, _shown_html)
    return markdown


_MARKDOWN = _reader()


def body_html(body: Any, *, is_wiki: bool = False) -> str:
    """A body as HTML: Markdown (a string), or an ADF document; wiki markup as it was written, and what is none of
    these as its JSON."""
    if body is None or body == "":
        return "<p class=quiet>No text.</p>"
    text = None if is_wiki else _markdown(body)
    if text is None or len(text) > _CHARACTERS_MAX:
        raw = body if isinstance(body, str) else json.dumps(body, indent=1, ensure_ascii=False)
        return f"<pre>{html.escape(raw)}</pre>"
    return _BOX.sub(_box, _MARKDOWN.render(text))


def _markdown(body: Any) -> str | None:
    if isinstance(body, str):
        return body
    try:
        return str(adf_to_markdown(body).value)
    except (TypeError, ValueError, KeyError, AttributeError):  # a document that is none: people may store anything
        return None


def _box(found: re.Match[str]) -> str:
    return f"<li class=item>{found[1] or ''}{'☐' if found[2] == ' ' else '☑'} "
