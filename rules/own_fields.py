"""Fields that a policy names of its trackers' own: what the text in them means as the type that the policy gives.

What a tracker holds is what people typed or chose there. A value that is none of its type counts as unset, and
`explain` says so: nobody is kept from a decision by a word in a field of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from rules.facts import Ticket
from rules.vocabulary import FIELDS

TYPES = ("string", "int", "bool", "list of string")
_YES = frozenset({"true", "yes", "on", "checked", "1"})
_NO = frozenset({"false", "no", "off", "unchecked", "0"})
_UNSET: Mapping[str, Any] = {"string": "", "int": 0, "bool": False}
#: Beyond it CEL has no whole numbers.
_INT_MAX = 2**63
_CALLED = {"int": "whole number", "bool": "yes or a no"}
_SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class OwnField:
    """`name` is what people see on the tracker, `type` one of `TYPES`."""

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field's value as the fact says it; `unfit` says why what stands there counts as unset, and is empty else."""

    value: Any
    unfit: str = ""


def value_in(ticket: Ticket | None, field: OwnField) -> FieldValue:
    """What a ticket's field says; unset where there is no ticket, no such field, or nothing in it."""
    told = ticket.fields.get(field.name, ()) if ticket else ()
    parts = [part.strip() for part in ((told,) if isinstance(told, str) else told) if part.strip()]
    if field.type == "list of string":
        return FieldValue(parts)
    text = ", ".join(parts)
    if field.type == "string" or not text:
        return FieldValue(text or _UNSET[field.type])
    value = _int(text) if field.type == "int" else _bool(text)
    if value is None:
        return FieldValue(
            _UNSET[field.type], f"{field.name} holds {_shown(text)}, which is not a {_CALLED[field.type]}"
        )
    return FieldValue(value)


def field_ways(ticket: str, fields: Mapping[str, OwnField]) -> dict[str, Callable[[Ticket | None], Any]]:
    """How the facts of the policy's fields are worked out for a ticket of that name (`failure`), by whole name."""

    def told(field: OwnField, of: Ticket | None) -> Any:
        return value_in(of, field).value

    return {f"{ticket}.{FIELDS}.{field.id}": partial(told, field) for field in fields.values()}


def unfit_among(facts: Iterable[str], fields: Mapping[str, OwnField], tickets: Mapping[str, Ticket | None]) -> str:
    """Which of the facts count as unset though something stands there, and why; `tickets` by name. Empty for none."""
    asked = (fact.partition(f".{FIELDS}.") for fact in facts)
    named = ((tickets.get(ticket), fields.get(field)) for ticket, _, field in asked)
    return "; ".join(found for ticket, field in named if field and (found := value_in(ticket, field).unfit))


def _int(text: str) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    whole = number == number // 1 and abs(number) < _INT_MAX  # neither nan nor infinite is equal to that
    return int(number) if whole else None


def _bool(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _YES else False if word in _NO else None


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return f'"{line[:_SHOWN_MAX]}…"' if len(line) > _SHOWN_MAX else f'"{line}"'
