"""The improvements of a plan: as they were written down, and the tickets that carry them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.facts.tickets import Ticket


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One improvement as somebody wrote it down. `id` stays the same while the wording does."""

    id: str
    text: str
    is_ticked: bool = False
    owner: str = ""
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ActionTicket:
    """An action's ticket together with the id of the item it was opened for."""

    item_id: str
    ticket: Ticket
