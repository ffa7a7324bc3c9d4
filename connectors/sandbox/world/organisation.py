"""What an organisation on GitHub has made for the issues of all its repositories: types, and fields with values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.world.ticket import TicketState


@dataclass(frozen=True, slots=True)
class IssueFieldState:
    """`kind`: text, number, date, single_select or multi_select; `options` are what the selects take. With `is_due` it
    holds the date by which an issue is due."""

    id: int
    name: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    is_due: bool = False

    def value(self, ticket: TicketState) -> Any:
        """What the ticket has there, None for nothing."""
        if self.is_due:
            return ticket.due_on.isoformat() if ticket.due_on else None
        return ticket.values.get(str(self.id))


@dataclass(slots=True)
class OrganisationState:
    """By name of the owner; one that is not there is a person, who has neither."""

    issue_types: tuple[str, ...] = ()
    issue_fields: tuple[IssueFieldState, ...] = field(default_factory=tuple)


def day_of(value: Any) -> dt.date | None:
    """A day as a field's value; None for what is none."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
