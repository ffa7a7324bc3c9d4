"""Markdown to ADF, the document format in which Jira Cloud keeps descriptions and comments.

`md-adf` does the converting; what it does not know is done here: mentions, links that must not be
followed, line breaks that people mean, and an empty code block. Nothing here raises: a text that cannot be
converted becomes plain paragraphs, since a reminder without bold type still reminds.

The schema check of md-adf stays off: on a table of 4,000 rows it took six minutes. What it would find is
kept out by construction, and the tests look with the schema.

Format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from md_adf import markdown_to_adf

from connectors.markers import cut

Node = dict[str, Any]

#: Jira's limit for a description or a comment, in characters.
TEXT_LIMIT = 32_767
#: Nesting below this many levels is written as text: Jira shows no more than a handful.
DEPTH_LIMIT = 24

_SAFE_HREF = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
_MENTION = re.compile(r"mention:([A-Za-z0-9:_.-]{1,128})")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLOCKS = MarkdownIt("commonmark").enable("table")


def adf_of(markdown: str) -> Node:
    """The document for a Markdown text; at most `TEXT_LIMIT` characters of text. Never raises."""
    text = cut(_UNSENDABLE.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n")), TEXT_LIMIT)
    try:
        document: Node = dict(markdown_to_adf(_hard_breaks(text), {"validate_adf": False}).value)
        document["content"] = _clean(document.get("content", []), 0)
        too_long = len(text_of(document)) > TEXT_LIMIT
    except Exception:  # noqa: BLE001 - no converter's surprise may keep somebody from being told
        return plain_adf(text)
    return plain_adf(text) if too_long else document


def plain_adf(text: str) -> Node:
    """The document with the text as it stands: paragraphs at empty lines, line breaks kept."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text)]
    content = [_plain_paragraph(part) for part in paragraphs if part.strip()]
    return {"version": 1, "type": "doc", "content": content}


def text_of(node: Any) -> str:
    """All text below a node, run together. Takes anything, of any depth."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict):
            found.extend(text for text in (one.get("text"), _attrs(one).get("text")) if isinstance(text, str))
            waiting.append(one.get("content"))
    return "".join(found)


def _hard_breaks(text: str) -> str:
    """A line that people end is a line that people see, as in GitHub's comments; commands depend on it."""
    lines = text.split("\n")
    parents: list[str] = []
    for token in _BLOCKS.parse(text):
        if token.nesting == 1:
            parents.append(token.type)
        elif token.nesting == -1:
            parents.pop()
        elif token.type == "inline" and token.map and parents and parents[-1] == "paragraph_open":
            first, end = token.map
            for number in range(first, min(end, len(lines)) - 1):
                lines[number] = lines[number].rstrip().removesuffix("\\") + "  "
    return "\n".join(lines)


def _plain_paragraph(text: str) -> Node:
    content: list[Node] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


def _attrs(node: Node) -> Node:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _clean(nodes: list[Node], depth: int) -> list[Node]:
    """Nodes as Jira takes them: mentions made, unsafe links unmarked, empty texts left out."""
    cleaned: list[Node] = []
    last_mention = ""
    for node in nodes:
        if node.get("type") == "text":
            kept, last_mention = _clean_text(node, last_mention)
            cleaned.extend(kept)
            continue
        last_mention = ""
        if depth >= DEPTH_LIMIT:
            cleaned.append(_plain_paragraph(text_of(node)))
            continue
        children = node.get("content")
        cleaned.append({**node, "content": _clean(children, depth + 1)} if isinstance(children, list) else node)
    return cleaned


def _clean_text(node: Node, last_mention: str) -> tuple[list[Node], str]:
    """A text node as one or no node, and the account it mentions: `[**A** B](mention:x)` is one mention."""
    text, href = str(node.get("text", "")), _href(node)
    if not text:
        return [], last_mention
    mention = _MENTION.fullmatch(unquote(href)) if href else None
    if mention:
        account = mention[1]
        if account == last_mention:
            return [], last_mention
        return [{"type": "mention", "attrs": {"id": account, "text": "@" + text.lstrip("@")}}], account
    kept: Node = {"type": "text", "text": text}
    marks = _clean_marks(node.get("marks") or [])
    if marks:
        kept["marks"] = marks
    return [kept], ""


def _clean_marks(marks: list[Node]) -> list[Node]:
    """Each mark once; beside `code` only a link may stand."""
    by_type = {mark["type"]: mark for mark in reversed(marks)}
    link = by_type.get("link")
    if link is not None and not _SAFE_HREF.fullmatch(str(_attrs(link).get("href", ""))):
        del by_type["link"]
    allowed = {"code", "link"} if "code" in by_type else set(by_type)
    return [mark for kind, mark in reversed(by_type.items()) if kind in allowed]


def _href(node: Node) -> str:
    for mark in node.get("marks") or []:
        if mark.get("type") == "link":
            return str(_attrs(mark).get("href", ""))
    return ""
