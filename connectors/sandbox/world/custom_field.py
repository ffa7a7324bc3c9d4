"""A field that a Jira site made for itself, as a project shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomField:
    """`kind`: text, paragraph, number, date, select, multi-select, labels, user, or epic-link (Data Center's, which
    holds an epic's key). `options` are what the selects take. With `is_required` no new ticket goes without it."""

    id: str
    name: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    is_required: bool = False
