"""When Aftermath first saw a ticket: from then on its ladders may climb, and before nobody could have known of them."""

from __future__ import annotations

import datetime as dt

from rules.facts import Case, Ticket

#: Kinds of text that ask nobody for anything: those edited in place, replies to commands, and the suggestion of
#: another wording. All others are said once and may be answered.
STANDING = frozenset({"status", "plan", "reply", "wording"})


def first_sight(case: Case, generation: str, ticket: Ticket, began_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """It opened the ticket, or this generation of the case, which `began_at` so, wrote there first; else now.

    What is asked on a failure without a standing comment before it is no first sight: the ledger knows that the case
    was taken up by then.
    """
    if ticket.marker:
        return ticket.created_at
    ours = (one for one in ticket.comments if one.marker and one.marker.case == generation)
    first = min(ours, key=lambda one: one.at, default=None)
    wrote = first.at if first else case.wrote.get((generation, ticket.ref), now)
    is_told = first is not None and first.marker is not None and first.marker.kind in STANDING
    if ticket.ref != case.failure.ref or is_told or case.known_since is None:
        return wrote
    return min(wrote, max(case.known_since, began_at))
