"""One failure and everything that follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.facts.actions import ActionTicket
from rules.facts.actors import Actor, ActorKind
from rules.facts.adoptions import Adoption, LetGo
from rules.facts.commands import Command
from rules.facts.tickets import Ticket
from rules.refs import Place, TicketRef


@dataclass(frozen=True, slots=True)
class Twin:
    """Something of ours that exists twice because a write turned up late (P3).

    `comment_id` is empty when the twin is a whole ticket; `keeps` says what stays.
    """

    key: str
    ticket: TicketRef
    comment_id: str
    keeps: str


@dataclass(frozen=True, slots=True)
class GoneTicket:
    """A ticket of ours that was deleted or hidden from us: its work is nobody's to wait for any more."""

    ref: TicketRef
    role: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """A generation that was let go: the lesson comment says when."""

    generation: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """A generation of the case that was let go before: when, and its tickets as they stand now."""

    generation: int
    ended_at: dt.datetime
    post_mortem: Ticket | None = None
    actions: tuple[ActionTicket, ...] = ()


@dataclass(frozen=True)  # without slots: what a decision asks of it time and again is worked out once
class Case:
    """One failure and everything that follows, as of now.

    `root` is shared by all generations (`rules.keys.case_root`). `is_known` tells whether anything of ours
    stands on the failure or in the ledger. `commands` maps a ticket to the commands in its comments, with
    rights looked up; `trusted` holds accounts with rights, for telling answers from passers-by. `public_places` are
    those of the places we open tickets in that everybody may read (P14). `earlier` are the generations before this
    one, oldest first. `adopted` are those of the tickets that people made by hand, `let_go` those that were; `ticketed`
    maps the items of the post-mortem's text that name a ticket of the case as theirs to that action's item; `rival` is
    a post-mortem that people linked beside ours. `unfound` are the ids of `/same-as` commands of which nobody found the
    ticket that they name.

    The ledger adds what no ticket may show: `tried` are keys of openings that were tried and are not known to be done,
    `told` the said-tokens of what was said and the keys of private messages, `wrote` when a generation first wrote on a
    ticket, though the comment may be deleted since, `known_since` when the case was taken up. All are empty when it was
    lost.
    """

    root: str
    failure: Ticket
    post_mortem: Ticket | None = None
    actions: tuple[ActionTicket, ...] = ()
    twins: tuple[Twin, ...] = ()
    commands: Mapping[TicketRef, tuple[Command, ...]] = field(default_factory=dict)
    trusted: frozenset[tuple[str, str]] = frozenset()
    closings: tuple[Closing, ...] = ()
    is_known: bool = False
    gone: tuple[GoneTicket, ...] = ()
    public_places: frozenset[Place] = frozenset()
    earlier: tuple[Earlier, ...] = ()
    adopted: Mapping[TicketRef, Adoption] = field(default_factory=dict)
    let_go: tuple[LetGo, ...] = ()
    ticketed: Mapping[str, str] = field(default_factory=dict)
    rival: Ticket | None = None
    unfound: frozenset[str] = frozenset()
    tried: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    wrote: Mapping[tuple[str, TicketRef], dt.datetime] = field(default_factory=dict)
    known_since: dt.datetime | None = None

    @cached_property
    def tickets(self) -> tuple[Ticket, ...]:
        mortem = (self.post_mortem,) if self.post_mortem else ()
        return (self.failure, *mortem, *(action.ticket for action in self.actions))

    @cached_property
    def seen(self) -> Mapping[tuple[str, str], Actor]:
        """The people who did something on its tickets, by tracker and account, the latter in lower case."""
        found: dict[tuple[str, str], Actor] = {}
        for ticket in self.tickets:
            tracker, authors = ticket.ref.tracker, (comment.author for comment in ticket.comments)
            for actor in (*ticket.assignees, ticket.reporter, *authors, *(change.actor for change in ticket.changes)):
                if actor.kind is ActorKind.PERSON:
                    found.setdefault((tracker, actor.account.casefold()), actor)
        return found
