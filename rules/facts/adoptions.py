"""Tickets that people made by hand and that a case has taken for its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.facts.tickets import Ticket

#: What the marker of our status comment says on a ticket that a case has let go of.
LET_GO = "let-go"


@dataclass(frozen=True, slots=True)
class Adoption:
    """`due_on` is the date written in the action item's line, `due_words` one in plain words. `is_elsewhere` says that
    another case that runs had the ticket first: nothing is written on it for this one."""

    due_on: dt.date | None = None
    is_elsewhere: bool = False
    due_words: str = ""


@dataclass(frozen=True, slots=True)
class LetGo:
    """A ticket that was adopted and is the case's no longer. `role` is `action` or `post-mortem`."""

    role: str
    item: str
    ticket: Ticket
