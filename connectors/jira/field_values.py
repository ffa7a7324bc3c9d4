"""A value as people write it, in the shape in which a field of a Jira site takes it. Pure.

https://developer.atlassian.com/server/jira/platform/jira-rest-api-examples/#setting-custom-field-data-for-other-field-types
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from connectors.inspection import in_short
from connectors.jira.creation import CreationField, name_of
from connectors.jira.edition import Edition

#: What is named, in these kinds of field, by the name that people see.
_NAMED = ("priority", "version", "component", "group", "resolution", "securitylevel")
_TEXT_MAX = 255
_SHOWN_MAX = 6


class NoSuchValue(ValueError):
    """A value that the field does not take; the text says what it does take, as the end of a sentence."""


def value_of(field: CreationField, written: str, edition: Edition) -> Any:
    """Raises NoSuchValue."""
    if field.kind != "array":
        return _single(field, field.kind, written.strip(), edition)
    parts = [part.strip() for part in written.split(",") if part.strip()]
    if field.items == "string":
        return ["-".join(part.split()) for part in parts]
    return [_single(field, field.items, part, edition) for part in parts]


def _single(field: CreationField, kind: str, written: str, edition: Edition) -> Any:
    match kind:
        case "option":
            return _allowed(field, written, "value")
        case "number":
            return _number(written)
        case "date":
            return _day(written)
        case "user":
            return {edition.account_field: written}
        case "string" if field.is_paragraph:
            return edition.body_of(written)
        case "string":
            return _line(written)
        case _ if kind in _NAMED:
            return _allowed(field, written, "name")
        case "any" | "team":
            return written
    raise NoSuchValue(f"it is of a kind ({kind or 'none'}) that Aftermath does not write")


def _allowed(field: CreationField, written: str, word: str) -> dict[str, str]:
    if not field.allowed:
        return {word: written}
    for one in field.allowed:
        if written.casefold() == name_of(one).casefold() or written == str(one.get("id")):
            return {"id": str(one["id"])} if one.get("id") else {word: name_of(one)}
    there = in_short(map(name_of, field.allowed), _SHOWN_MAX)
    raise NoSuchValue(f"it takes {there}")


def _number(written: str) -> float | int:
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise NoSuchValue("it takes a number")
    return int(number) if number == int(number) else number


def _day(written: str) -> str:
    try:
        return dt.date.fromisoformat(written).isoformat()
    except ValueError:
        raise NoSuchValue("it takes a day such as 2026-12-01") from None


def _line(written: str) -> str:
    line = " ".join(written.split())
    if len(line) > _TEXT_MAX:
        raise NoSuchValue(f"it takes at most {_TEXT_MAX} characters")
    return line
