"""Who may be told of what: nothing flows from a ticket to readers who could not read it before (P14)."""

from __future__ import annotations

from rules.facts import Audience, Level, Readership, Ticket


def may_read(readers: Readership, ticket: Ticket) -> bool:
    """Whether everybody of those readers could read the ticket already."""
    return includes(ticket.audience, readers)


def includes(these: Readership, others: Readership) -> bool:
    """Whether everybody of the others is one of these. Of two levels nobody knows who is of both."""
    return these in (Audience.PUBLIC, others) or (these is Audience.INTERNAL and others is not Audience.PUBLIC)


def has_level(ticket: Ticket) -> bool:
    """Whether a level's few alone read the ticket: it is named nowhere but where the same few read."""
    return isinstance(ticket.audience, Level)


def in_letters(one: Readership, other: Readership) -> Audience:
    """What a letter may tell that is about two tickets: what everybody may read where everybody reads either. It never
    tells what a level's few read, since nobody knows whether they are who reads the letter."""
    return Audience.PUBLIC if Audience.PUBLIC in (one, other) else Audience.INTERNAL
