"""Tickets as people call them in a test: failure, post-mortem, action 2, or a few words of the title."""

from __future__ import annotations

import re

from connectors.sandbox.world import Site, TicketState
from rules.refs import TicketRef
from worker.ledger import Ledger

_ACTION = re.compile(r"action(?: (\d+))?\Z")
FAILURE, POST_MORTEM, ACTION = "failure", "post-mortem", "action"


class NoSuchTicket(ValueError):
    """A test speaks of a ticket that is not there. The text is a sentence."""


class Parts:
    """What each ticket of the one case is, as the ledger has it now."""

    def __init__(self, ledger: Ledger, site: Site, failure: TicketState) -> None:
        self._ledger = ledger
        self._site = site
        self._failure = failure

    def all(self) -> dict[str, TicketState]:
        """Every ticket of the case by what it is called, the failure first, actions in the order in which they came."""
        found = {FAILURE: self._failure}
        roots = self._ledger.cases.roots_of(TicketRef(self._site.name, self._failure.key))
        rows = [row for root in roots for row in self._ledger.cases.tickets(root)]
        tickets = [(row, self._site.ticket(row.ref.key)) for row in rows if row.ref.key in self._site.by_key]
        tickets.sort(key=lambda pair: (pair[1].created_at, pair[1].number))
        actions = 0
        for row, ticket in tickets:
            if row.role == POST_MORTEM:
                found[POST_MORTEM] = ticket
            elif row.role == ACTION:
                actions += 1
                found[f"{ACTION} {actions}"] = ticket
        return found

    def names(self) -> dict[TicketRef, str]:
        """What each ticket is called, by its address."""
        return {TicketRef(self._site.name, ticket.key): name for name, ticket in self.all().items()}

    def named(self, words: str) -> TicketState:
        """The one ticket that is meant. Raises NoSuchTicket."""
        there = self.all()
        wanted = " ".join(words.split())
        numbered = _ACTION.match(wanted)
        if wanted in there:
            return there[wanted]
        if numbered and not numbered[1]:
            actions = [ticket for name, ticket in there.items() if name.startswith(ACTION)]
            if len(actions) == 1:
                return actions[0]
        elif not numbered and wanted != POST_MORTEM:
            titled = [ticket for ticket in self._site.tickets.values() if has_words(ticket.title, wanted)]
            if len(titled) == 1:
                return titled[0]
        raise NoSuchTicket(f"no ticket is called “{wanted}” then; there is {_told(there)}")


def has_words(title: str, words: str) -> bool:
    """Whether these words stand in a title, one behind the other, whatever their capitals."""
    return words.casefold() in " ".join(title.split()).casefold()


def is_called(name: str, title: str, wanted: str) -> bool:
    """Whether a ticket of that name and title is the one that an expectation means by `wanted`."""
    if wanted == ACTION or _ACTION.match(wanted) or wanted in (FAILURE, POST_MORTEM):
        return name == wanted or (wanted == ACTION and name.startswith(ACTION))
    return has_words(title, wanted)


def _told(there: dict[str, TicketState]) -> str:
    return ", ".join(f"{name} ({ticket.title})" for name, ticket in there.items())
