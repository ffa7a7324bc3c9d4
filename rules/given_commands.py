"""The commands of a case that count: by people with rights, given in its present generation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from rules.facts import Command, Ticket
from rules.refs import TicketRef


class GivenCommands:
    """Called with a ticket, gives its commands in their order. Each ticket's are picked once."""

    __slots__ = ("_all", "_picked", "_since")

    def __init__(self, commands: Mapping[TicketRef, tuple[Command, ...]], since: dt.datetime) -> None:
        self._all = commands
        self._since = since
        self._picked: dict[TicketRef, tuple[Command, ...]] = {}

    def __call__(self, ticket: Ticket) -> tuple[Command, ...]:
        picked = self._picked.get(ticket.ref)
        if picked is None:
            there = self._all.get(ticket.ref, ())
            picked = tuple(command for command in there if command.rights and command.at >= self._since)
            self._picked[ticket.ref] = picked
        return picked
