"""Texts of policies and tickets within a sentence: set off, so that where they end can be seen. Pure."""

from __future__ import annotations

import re

#: What would say something in Markdown, or end a quotation.
_UNQUOTABLE = re.compile(r"[\\`*_{}\[\]<>#|~&$!^“”\n\r\t]")
_BACKTICKS = re.compile(r"`+")


def quoted(text: str) -> str:
    """A text in quotation marks, or as code where it has signs of its own; `empty` without any."""
    if not text:
        return "empty"
    return f"“{text}”" if text == text.strip() and not _UNQUOTABLE.search(text) else in_code(text)


def in_code(text: str) -> str:
    """As code, whatever stands in it, in one line."""
    line = text.replace("\r", "\\r").replace("\n", "\\n")
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(line)), default=0) + 1)
    gap = " " if line != line.strip("` ") or not line else ""
    return f"{fence}{gap}{line}{gap}{fence}"
