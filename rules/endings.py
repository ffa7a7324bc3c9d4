"""How an action ended, in one place: done, declined, merged, not planned, duplicate.

An ending by command is folded from the comments as they stand: deleting the comment takes it back, and so does
opening the ticket again. It counts whether the ticket was closed or not, since closing is for people to do. Only
what was done is thanked for.

An `/approve` is for what stood there when it was given: a `/decline` that somebody wrote into an old comment
afterwards, or whose reason they changed, takes another one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from rules.approval import may_approve, may_speak_for
from rules.facts import ActionTicket, Case, ChangeKind, Command, Resolution, Ticket
from rules.policy import People
from rules.references import read_reference, ticket_meant
from rules.refs import TicketRef
from rules.replied import replied_at


class Ending(StrEnum):
    """What became of it, in the words that people read."""

    DONE = "done"
    DECLINED = "declined"
    MERGED = "merged"
    NOT_PLANNED = "not planned"
    DUPLICATE = "duplicate"


_CLOSED_AS = {Resolution.NOT_PLANNED: Ending.NOT_PLANNED, Resolution.DUPLICATE: Ending.DUPLICATE}


@dataclass(frozen=True, slots=True)
class End:
    """How and when. `into` is the case's own ticket that a merged action went into, None for a ticket elsewhere."""

    how: Ending
    at: dt.datetime
    into: TicketRef | None = None


def closed_as(ticket: Ticket) -> Ending | None:
    """What a ticket's tracker says of its closing; None while it is open."""
    return None if ticket.is_open else _CLOSED_AS.get(ticket.resolution, Ending.DONE)


def ended_by_command(end: End | None) -> bool:
    """Whether it was a command that ended the action, so that its ticket does not tell."""
    return end is not None and end.how in (Ending.DECLINED, Ending.MERGED)


def has_words(argument: str) -> bool:
    """Whether an argument says anything: a reason of dashes is none."""
    return any(letter.isalnum() for letter in argument)


def ended_otherwise(endings: Endings, actions: Iterable[ActionTicket]) -> str:
    """How many of the actions ended other than done: `1 declined, 2 merged`, or nothing."""
    ended: Counter[Ending] = Counter()
    ended.update(end.how for action in actions if (end := endings.of(action)) and end.how is not Ending.DONE)
    return ", ".join(f"{ended[how]} {how}" for how in Ending if ended[how])


class Endings:
    """How the actions of one case ended. `commands` gives those of a ticket by people with rights."""

    def __init__(self, case: Case, commands: Callable[[Ticket], tuple[Command, ...]], people: People) -> None:
        self._case = case
        self._commands = commands
        self._people = people
        # Each command on a ticket asks for these.
        self._declines: dict[TicketRef, tuple[Command, ...]] = {}
        self._declined_at: dict[tuple[TicketRef, str], dt.datetime] = {}

    def of(self, action: ActionTicket) -> End | None:
        """How the action ended, or None while it is to be done."""
        return self._by_ref[action.ticket.ref]

    def is_open(self, ticket: Ticket) -> bool:
        """Whether something is still to be done on a ticket of the case."""
        return self._by_ref[ticket.ref] is None if ticket.ref in self._by_ref else ticket.is_open

    def proposal(self, ticket: Ticket) -> Command | None:
        """The `/decline` of an action that waits for somebody's `/approve`."""
        if not self.is_open(ticket) or self.approved_decline(ticket):
            return None
        return next(reversed(self.declines(ticket)), None)

    def declines(self, ticket: Ticket) -> tuple[Command, ...]:
        """Each `/decline` that counts: with a reason, by somebody who may, and the ticket not opened again since."""
        ever = self.declines_ever(ticket)
        return tuple(one for one in ever if not _reopened_after(ticket, self.declined_at(ticket, one)))

    def declines_ever(self, ticket: Ticket) -> tuple[Command, ...]:
        """As `declines`, with those that were taken back by opening the ticket again."""
        if ticket.ref not in self._declines:
            self._declines[ticket.ref] = tuple(
                one
                for one in self._commands(ticket)
                if one.name == "decline"
                and has_words(one.argument)
                and may_speak_for(self._people, ticket, one.author.account, one.at)
            )
        return self._declines[ticket.ref]

    def is_taken_back(self, ticket: Ticket, command: Command) -> bool:
        """Whether the ticket was opened again after the command: that ends an ending, and nothing was wrong with it."""
        return _reopened_after(ticket, command.at)

    def declined_at(self, ticket: Ticket, decline: Command) -> dt.datetime:
        """Since when the `/decline` stands there as it does now: since its comment was written or last edited, or since
        we replied to these very commands, whichever was first."""
        at = (ticket.ref, decline.id)
        if at not in self._declined_at:
            self._declined_at[at] = self._stands_since(ticket, decline)
        return self._declined_at[at]

    def _stands_since(self, ticket: Ticket, decline: Command) -> dt.datetime:
        there = self._case.commands.get(ticket.ref, ())
        same = [one for one in there if one.comment_id == decline.comment_id]
        item = next((one.item_id for one in self._case.actions if one.ticket.ref == ticket.ref), "")
        told_at = replied_at(ticket, f"action:{item}/comment:{decline.comment_id}", same)
        return min(decline.stands_since, told_at or decline.stands_since)

    def is_about(self, ticket: Ticket, approval: Command, decline: Command) -> bool:
        """Whether the `/decline` stood there as it does now when the `/approve` was given."""
        return approval.stands_since >= self.declined_at(ticket, decline)

    def approved_decline(self, ticket: Ticket) -> tuple[Command, Command] | None:
        """A decline and the first `/approve` of it by somebody who may, and is not the one who declined."""
        for decline in self.declines(ticket):
            for one in self._commands(ticket):
                is_later = one.name == "approve" and self.is_about(ticket, one, decline)
                author, proposer = one.author.account, decline.author.account
                if is_later and may_approve(self._people, ticket, author, proposer, one.at):
                    return decline, one
        return None

    # --- inside ---------------------------------------------------------------------------------

    @cached_property
    def _by_ref(self) -> dict[TicketRef, End | None]:
        return {action.ticket.ref: self._end(action.ticket) for action in self._case.actions}

    def _end(self, ticket: Ticket) -> End | None:
        if approved := self.approved_decline(ticket):
            return End(Ending.DECLINED, approved[1].at)
        if merge := self.merges.get(ticket.ref):
            target = ticket_meant(self._case, read_reference(merge.argument, ticket))
            return End(Ending.MERGED, merge.at, target.ref if target else None)
        how = closed_as(ticket)
        return End(how, ticket.closed_at or ticket.created_at) if how else None

    @cached_property
    def merges(self) -> dict[TicketRef, Command]:
        """Each action's last `/same-as` that counts. The one that would close a circle does not."""
        given = [(one.at, action.ticket, one) for action in self._case.actions for one in self._same_as(action.ticket)]
        merged: dict[TicketRef, Command] = {}
        into: dict[TicketRef, TicketRef | None] = {}
        for _, ticket, command in sorted(given, key=lambda one: one[0]):
            target = ticket_meant(self._case, read_reference(command.argument, ticket))
            if not _leads_to(ticket.ref, target.ref if target else None, into):
                merged[ticket.ref] = command
                into[ticket.ref] = target.ref if target else None
        return merged

    def _same_as(self, ticket: Ticket) -> list[Command]:
        return [
            one
            for one in self._commands(ticket)
            if one.name == "same-as"
            and one.id not in self._case.unfound
            and read_reference(one.argument, ticket)
            and not self.is_taken_back(ticket, one)
        ]


def _reopened_after(ticket: Ticket, at: dt.datetime) -> bool:
    return any(one.kind is ChangeKind.REOPENED and one.at > at for one in ticket.changes)


def _leads_to(end: TicketRef, start: TicketRef | None, into: dict[TicketRef, TicketRef | None]) -> bool:
    seen: set[TicketRef] = set()
    at = start
    while at is not None and at not in seen:
        if at == end:
            return True
        seen.add(at)
        at = into.get(at)
    return False
