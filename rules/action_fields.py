"""Lines below an action item that say whose it is, by when and how it stands: `Owner: Ben`, `**Due:** next Friday`.

A line counts only where its label is known and its value can be such a thing: `Status: open` is one,
`Status: the page has to say so when a region is down` is a sentence.
"""

from __future__ import annotations

import re

from rules.action_words import Words
from rules.spoken_dates import length_of_date

_LINE = re.compile(
    r"[*_]{0,2}(?P<label>[^\W\d_][^:*_\n|]{0,30}?)(?:[*_]{0,2}\s?[:：]\s?[*_]{0,2}|[*_]{2}\s[–—-]\s)\s*(?P<value>[^\n]{0,300})"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TICKET = re.compile(r"https?://|#\d|\b[A-Z][A-Z0-9_]+-\d")
_OWNER_CHARACTERS_MAX = 80
_WORDS_MAX = 3


def field_of(line: str, words: Words) -> tuple[str, str] | None:
    """What the line says and how: `owner`, `due`, `state`, `ticket`, or `aside` where that is for people alone."""
    found = _LINE.fullmatch(line.strip())
    name = words.field(found["label"]) if found else ""
    if not found or not name:
        return None
    value = found["value"].strip(" *_")
    return (name, value) if _is_possible(name, value) else None


def fields_of(paragraph: str, words: Words) -> dict[str, str] | None:
    """The fields of lines that are nothing else; None where another is among them."""
    read = [field_of(line, words) for line in paragraph.split("\n")]
    return dict(one for one in reversed(read) if one) if all(read) else None


def _is_possible(name: str, value: str) -> bool:
    if name == "due":
        return not any(char.isalnum() for char in value) or bool(_DAY.search(value) or length_of_date(value))
    if name == "owner":
        return len(value) <= _OWNER_CHARACTERS_MAX
    if name == "ticket":
        return not value or _TICKET.search(value) is not None
    return len(value.split()) <= _WORDS_MAX
