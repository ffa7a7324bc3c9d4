"""ADF to Markdown: what people wrote in Jira, as the text that everything else reads.

Why not md-adf here: it leaves out nodes it does not know and tables with more than a line in a cell, and it
escapes characters, which would turn `/due 2026-01-02` into something else. What is read here is parsed for
commands and check lists, so: nothing is left out, boxes stay boxes, and code stays inside code.

Nothing here raises, whatever JSON it is given.

Format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from connectors.jira.adf import Node, text_of

#: Below this many levels only the text is read.
DEPTH_LIMIT = 40

_SAFE_HREF = re.compile(r"(?:https?://|mailto:)[^\s<>\x00-\x1f]+", re.IGNORECASE)
#: What an accountId is made of (`5b10ac8d82e05b22cc7d4ef5`, `557058:f58131cb-…`).
_ACCOUNT = re.compile(r"[A-Za-z0-9:_.-]{1,128}")
#: What would end a link's text early, or mean something in it.
_NO_NAME = re.compile(r"[\[\]()<>{}\\`*~|]")
_NAME_CHARACTERS_MAX = 80
_QUOTES = frozenset({"blockquote", "panel"})
_LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
_MARKS = (("strong", "**"), ("em", "*"), ("strike", "~~"))


def markdown_of(adf: Any) -> str:
    """The text of a document in Markdown; "" for nothing. A string is taken as it stands. Never raises."""
    if isinstance(adf, str):
        return adf
    return _blocks(_content(adf), 0).strip("\n")


def _content(node: Any) -> list[Node]:
    children = node.get("content") if isinstance(node, dict) else None
    return [child for child in children if isinstance(child, dict)] if isinstance(children, list) else []


def _kind(node: Node) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _attr(node: Node, name: str) -> Any:
    attrs = node.get("attrs")
    return attrs.get(name) if isinstance(attrs, dict) else None


def _attr_text(node: Node, *names: str) -> str:
    values = (_attr(node, name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")


def _blocks(nodes: list[Node], depth: int) -> str:
    """Blocks with an empty line between them; inline nodes that stand among blocks make a line together."""
    parts: list[str] = []
    loose: list[Node] = []
    for node in nodes:
        block = _block(node, depth)
        if block is None:
            loose.append(node)
            continue
        parts.extend((_inlines(loose), block))
        loose = []
    parts.append(_inlines(loose))
    return "\n\n".join(part for part in parts if part.strip())


def _block(node: Node, depth: int) -> str | None:
    """One block, or None where the node is an inline one."""
    kind = _kind(node)
    if depth >= DEPTH_LIMIT:
        return text_of(node)
    if kind == "paragraph":
        return _inlines(_content(node))
    if kind == "heading":
        return "#" * _level(node) + " " + _inlines(_content(node)).replace("\n", " ")
    if kind == "codeBlock":
        return _fence(node)
    if kind == "rule":
        return "---"
    if kind == "table":
        return _table(node, depth)
    if kind in _LISTS:
        return _list(node, depth)
    if kind in _QUOTES:
        return _quoted(_blocks(_content(node), depth + 1))
    if kind in ("expand", "nestedExpand"):
        title = _attr_text(node, "title")
        return "\n\n".join(part for part in (title and f"**{title}**", _blocks(_content(node), depth + 1)) if part)
    if kind in ("blockCard", "embedCard", "media"):
        return _inline(node)
    if _content(node) and not _is_inline(node):
        return _blocks(_content(node), depth + 1)
    return None


def _is_inline(node: Node) -> bool:
    return _kind(node) in ("text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard")


def _level(node: Node) -> int:
    level = _attr(node, "level")
    return min(6, max(1, level)) if isinstance(level, int) else 1


def _fence(node: Node) -> str:
    """The fence is longer than any row of backticks inside, so that nothing gets out."""
    code = _code_text(node).removesuffix("\n")
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    language = re.sub(r"[^A-Za-z0-9_+#.-]", "", _attr_text(node, "language"))
    return f"{fence}{language}\n{code}\n{fence}" if code else f"{fence}{language}\n{fence}"


def _code_text(node: Node) -> str:
    return "".join("\n" if _kind(child) == "hardBreak" else text_of(child) for child in _content(node))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _indented(text: str, width: int) -> str:
    pad = " " * width
    return "\n".join(pad + line if number and line else line for number, line in enumerate(text.split("\n")))


def _list(node: Node, depth: int) -> str:
    start = _attr(node, "order")
    number = start if isinstance(start, int) and not isinstance(start, bool) and 0 <= start < 10**9 else 1
    lines: list[str] = []
    for item in _content(node):
        if _kind(item) in _LISTS:
            # A nested task list stands beside its parent's items, not inside one.
            nested = _list(item, depth + 1) if depth < DEPTH_LIMIT else text_of(item)
            lines.append("\n".join("  " + line for line in nested.split("\n")))
            continue
        bullet = f"{number}. " if _kind(node) == "orderedList" else "- "
        number += 1
        box = ""
        if _kind(item) in ("taskItem", "blockTaskItem"):
            box = "[x] " if _attr(item, "state") == "DONE" else "[ ] "
        body = _item_body(item, depth)
        lines.append(bullet + box + _indented(body, len(bullet)))
    return "\n".join(lines)


def _item_body(item: Node, depth: int) -> str:
    """An item's blocks; a list follows its line closely, so that the whole stays one tight list."""
    text = _blocks(_content(item), depth + 1)
    return re.sub(r"\n\n(?=(?:- |\d+\. ))", "\n", text)


def _table(node: Node, depth: int) -> str:
    """A GFM table. The first row is its head, since GFM has none without; short rows are filled up."""
    rows = [[_cell(cell, depth) for cell in _content(row)] for row in _content(node)]
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _cell(cell: Node, depth: int) -> str:
    """One line: code blocks become code spans, other blocks follow each other after a space."""
    parts: list[str] = []
    for block in _content(cell):
        if _kind(block) == "codeBlock":
            parts.append(_code_span(_code_text(block)))
        else:
            parts.append(_block(block, depth + 2) or _inlines([block]))
    line = " ".join(" ".join(part.split("\n")) for part in parts if part.strip())
    return re.sub(r"(?<!\\)\|", r"\\|", line)


def _inlines(nodes: list[Node]) -> str:
    return "".join(_inline(node) for node in nodes)


def _inline(node: Node) -> str:
    kind = _kind(node)
    if kind == "text":
        return _marked(node)
    if kind == "hardBreak":
        return "\n"
    if kind == "mention":
        return _mention(node)
    if kind == "emoji":
        return _attr_text(node, "text", "shortName")
    if kind == "date":
        return _date(_attr(node, "timestamp"))
    if kind in ("inlineCard", "blockCard", "embedCard"):
        url = _attr_text(node, "url")
        return url if _SAFE_HREF.fullmatch(url) else ""
    if kind in ("media", "mediaInline"):
        return _attr_text(node, "alt", "url")
    return text_of(node)


def _mention(node: Node) -> str:
    """`[Name](mention:accountId)`, as mentions stand in all texts here: a name alone would not say who is meant.

    It is only read. Where what people wrote is shown again in our name, `rules.texts` leaves the name of it.
    """
    account = _attr_text(node, "id")
    name = " ".join(_NO_NAME.sub(" ", _attr_text(node, "text")).lstrip("@ ").split())[:_NAME_CHARACTERS_MAX]
    if not _ACCOUNT.fullmatch(account):
        return "@" + (name or " ".join(_NO_NAME.sub(" ", account).split())[:_NAME_CHARACTERS_MAX] or "unknown")
    return f"[{name or account}](mention:{account})"


def _marked(node: Node) -> str:
    text = node.get("text")
    if not isinstance(text, str):
        return ""
    marks = node.get("marks")
    by_type = {_kind(mark): mark for mark in marks if isinstance(mark, dict)} if isinstance(marks, list) else {}
    core = text.strip()
    if not core:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if "code" in by_type:
        core = _code_span(core)
    else:
        for kind, sign in _MARKS:
            core = f"{sign}{core}{sign}" if kind in by_type else core
    href = _attr_text(by_type["link"], "href") if "link" in by_type else ""
    if _SAFE_HREF.fullmatch(href):
        href = href.replace("(", "%28").replace(")", "%29")
        core = f"[{core}]({href})"
    return before + core + after


def _code_span(code: str) -> str:
    """On one line: the second line of a span must not look like a line of its own."""
    code = " ".join(code.split("\n")).strip()
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{ticks}{pad}{code}{pad}{ticks}" if code else ""


def _date(timestamp: Any) -> str:
    """ADF keeps a date as milliseconds since 1970, in a string."""
    try:
        return dt.datetime.fromtimestamp(float(timestamp) / 1000, dt.UTC).date().isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return timestamp if isinstance(timestamp, str) else ""
