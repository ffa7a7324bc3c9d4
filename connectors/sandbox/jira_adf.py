"""Atlassian Document Format, as far as a server has to understand it: is it valid, and what does it say?

Jira's v3 API takes and gives rich text only in this form, and refuses a plain string. The check here is
for what a client gets wrong in practice: unknown nodes, empty text, blocks where text belongs. It is not
the whole schema, and it never repairs a document.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

import ast
import re
from typing import Any

#: What Jira takes in one field, in characters.
TEXT_MAX = 32_767

_INLINE = frozenset(
    {"text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "mediaInline", "placeholder"}
)
_BLOCKS = frozenset(
    {
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "taskList",
        "decisionList",
        "codeBlock",
        "blockquote",
        "rule",
        "panel",
        "table",
        "mediaSingle",
        "mediaGroup",
        "expand",
        "blockCard",
        "embedCard",
        "extension",
        "bodiedExtension",
    }
)
#: Parents that hold exactly these children; every other parent holds blocks.
_CHILDREN: dict[str, frozenset[str]] = {
    "paragraph": _INLINE,
    "heading": _INLINE,
    "codeBlock": frozenset({"text"}),
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "taskList": frozenset({"taskItem", "taskList", "blockTaskItem"}),
    "taskItem": _INLINE,
    "decisionList": frozenset({"decisionItem"}),
    "decisionItem": _INLINE,
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableCell", "tableHeader"}),
    "mediaSingle": frozenset({"media", "caption"}),
    "mediaGroup": frozenset({"media"}),
    "caption": _INLINE,
}
_NEVER_EMPTY = frozenset({"bulletList", "orderedList", "taskList", "decisionList", "table", "listItem", "blockquote"})
_MARKS = frozenset(
    {
        "strong",
        "em",
        "code",
        "strike",
        "underline",
        "link",
        "subsup",
        "textColor",
        "backgroundColor",
        "annotation",
        "alignment",
        "indentation",
        "border",
    }
)
_ATTRS = {"mention": "id", "emoji": "shortName", "date": "timestamp", "status": "text", "heading": "level"}


def is_document(value: Any) -> bool:
    """Whether Jira would take this as a rich text."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    content = value.get("content")
    return isinstance(content, list) and all(_is_node(child, _BLOCKS) for child in content)


def text_of(value: Any) -> str:
    """The words of a document, blocks on lines of their own; a plain string as it is."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    kind, attrs = value.get("type"), value.get("attrs") or {}
    if kind == "text":
        return str(value.get("text", ""))
    if kind == "hardBreak":
        return "\n"
    if kind in {"mention", "emoji", "status"}:
        return str(attrs.get("text") or attrs.get("shortName") or "")
    if kind in {"inlineCard", "blockCard"}:
        return str(attrs.get("url", ""))
    children = value.get("content") or []
    joint = "" if _CHILDREN.get(str(kind)) in (_INLINE, _CHILDREN["codeBlock"]) else "\n"
    return joint.join(text_of(child) for child in children)


def document(value: Any) -> dict[str, Any] | None:
    """A stored body as a document. A world may be furnished with plain strings; empty is None, as in Jira."""
    if isinstance(value, dict):
        return value
    if not value:
        return None
    paragraphs = [block.strip() for block in re.split(r"\n\s*\n", str(value)) if block.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(block) for block in paragraphs]}


def words_of_repr(text: str) -> str:
    """The words in a document that was written down as Python shows it, and maybe cut short: so the world
    keeps descriptions in its history. Any other text comes back as it is."""
    if not text.startswith("{'"):
        return text
    quoted = re.findall(r"'text': ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", text)
    return "\n".join(str(ast.literal_eval(words)) for words in quoted)


def _paragraph(block: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for line in block.split("\n"):
        content += [{"type": "hardBreak"}] if content else []
        content += [{"type": "text", "text": line}] if line else []
    return {"type": "paragraph", "content": content}


def _is_node(node: Any, allowed: frozenset[str]) -> bool:
    if not isinstance(node, dict) or node.get("type") not in allowed:
        return False
    kind, attrs, content = node["type"], node.get("attrs") or {}, node.get("content", [])
    if kind == "text" and not (isinstance(node.get("text"), str) and node["text"]):
        return False
    if kind in _ATTRS and not attrs.get(_ATTRS[kind]):
        return False
    if kind == "heading" and attrs["level"] not in range(1, 7):
        return False
    marks = node.get("marks", [])
    if not isinstance(marks, list) or not all(isinstance(mark, dict) and mark.get("type") in _MARKS for mark in marks):
        return False
    if not isinstance(content, list) or (kind in _NEVER_EMPTY and not content):
        return False
    return all(_is_node(child, _CHILDREN.get(kind, _BLOCKS)) for child in content)
