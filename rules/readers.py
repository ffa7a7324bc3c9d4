"""Who may be told of what: nothing flows from a ticket to readers who could not read it before (P14)."""

from __future__ import annotations

from rules.facts import Audience, Ticket


def may_read(audience: Audience, ticket: Ticket) -> bool:
    """Whether everybody of that audience could read the ticket already."""
    return not (audience is Audience.PUBLIC and ticket.audience is Audience.INTERNAL)


def narrower(one: Audience, other: Audience) -> Audience:
    """What a text may take for granted that is read by people of both: public where either is."""
    return Audience.PUBLIC if Audience.PUBLIC in (one, other) else Audience.INTERNAL
