"""The improvements of a plan: as they were written down, and the tickets that carry them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.facts.tickets import Ticket


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One improvement as somebody wrote it down. `id` stays the same while the wording does. `owner` is an account or a
    name, `named` how it reads where the line says in so many words whose it is, and not only mentions somebody.
    `reference` is the key or the address of the ticket that the item is, as it is written there, or empty.

    `due_words` is a date in plain words, which means a day once it is known when they were said. `written` are the
    words that the id is made of, where `text` has fewer. `former` is an id under which its ticket may have been opened
    before the policy named other words.
    """

    id: str
    text: str
    is_ticked: bool = False
    owner: str = ""
    due_on: dt.date | None = None
    reference: str = ""
    named: str = ""
    due_words: str = ""
    written: str = ""
    former: str = ""


@dataclass(frozen=True, slots=True)
class ActionTicket:
    """An action's ticket together with the id of the item it was opened for, or one of its own where it was adopted."""

    item_id: str
    ticket: Ticket
