"""A single value where a list is wanted, written as the list that it was probably meant for."""

from __future__ import annotations

import json
import re
from typing import Literal, get_args, get_origin

from pydantic import BaseModel

from rules.language.document import Node, Scalar

#: Lists of sentences and phrases, in which a comma may well be one of theirs.
_PHRASES = frozenset({"systemic_questions", "blame_phrases", "headings"})
#: What needs no quotes in brackets.
_PLAIN = re.compile(r"[A-Za-z0-9_][\w./ -]*\Z")
_SPELLED_OUT_MAX = 80


def list_meant(form: type[BaseModel] | None, key: str, node: Node) -> str:
    """`members: [ada, grace]` for `members: ada, grace`; nothing where the list is not one of words."""
    if form is None or not isinstance(node, Scalar) or not isinstance(node.value, str) or node.variable:
        return ""
    kind = next((field.annotation for name, field in form.model_fields.items() if key in {name, field.alias}), None)
    inner = next(iter(get_args(kind)), None) if get_origin(kind) is list else None
    if inner is not str and get_origin(inner) is not Literal:
        return ""
    words = [node.value] if node.is_quoted or key in _PHRASES else node.value.split(",")
    words = [word.strip() for word in words if word.strip()]
    allowed = get_args(inner)
    if allowed:
        words = [each for word in words for each in _row(word.lower(), allowed)]
    if not words or (allowed and not set(words) <= set(allowed)):
        return ""
    meant = (
        f"{key}: [{', '.join(word if _PLAIN.match(word) else json.dumps(word, ensure_ascii=False) for word in words)}]"
    )
    return meant if len(meant) <= _SPELLED_OUT_MAX else ""


def _row(word: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """All days of `mon-fri`; anything else as it is."""
    first, _, last = (part.strip() for part in word.partition("-"))
    if first in allowed and last in allowed and allowed.index(first) < allowed.index(last):
        return allowed[allowed.index(first) : allowed.index(last) + 1]
    return (word,)
