"""The shape of a piece of JSON: what two pieces have in common that an OpenAPI schema treats alike.

A check costs some ten milliseconds, and thousands of answers differ only in their texts and numbers. So one of each
shape is checked: keys and types, recursively, and the words that vendors enumerate. A list's elements are shapes of
their own, by where they stand: a listing of which each element was seen before is nothing new.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

#: Where a string is one of a few, so that another word is another shape.
_ENUMERATED = frozenset(
    {
        "action", "author_association", "content", "event", "key", "permission", "role_name", "state", "state_reason",
        "type", "visibility", "webhookEvent", "colorName", "fieldtype", "accountType",
    }
)  # fmt: skip
#: A longer word is somebody's text.
_WORD_CHARS_MAX = 24


def shapes_of(value: Any) -> set[Hashable]:
    """Its own shape, and that of each element of each list in it. Texts, numbers and lengths make no difference."""
    found: set[Hashable] = set()
    found.add(("", _shape(value, "", "", found)))
    return found


def _shape(value: Any, name: str, path: str, found: set[Hashable]) -> Hashable:
    if isinstance(value, dict):
        return tuple(sorted((key, _shape(item, key, f"{path}.{key}", found)) for key, item in value.items()))
    if isinstance(value, list):
        for item in value:
            found.add((path, _shape(item, name, f"{path}[]", found)))
        return "list"
    if isinstance(value, str) and name in _ENUMERATED and len(value) <= _WORD_CHARS_MAX and not any(map(_digit, value)):
        return ("word", value)
    return type(value).__name__


def _digit(character: str) -> bool:
    return character.isdigit()
