"""Answers to a question about several tickets or places, asked one by one: for trackers that know no other way, and
where the other way is barred.

One that is refused keeps nothing from the others. What speaks for all of them, that the tracker is away or asks for
patience, ends the asking: the next request would hear the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from connectors.errors import Limited, Refused, Temporary, TrackerError
from connectors.tracker import Changes
from rules.facts import Ticket
from rules.refs import Place, TicketRef

#: So many tickets are read in one go: a few requests each, so that a slow tracker's take no longer than a lease.
ALONE_AT_ONCE_MAX = 5


def fetched_one_by_one(
    fetch: Callable[[TicketRef], Ticket], refs: Iterable[TicketRef]
) -> dict[TicketRef, Ticket | Refused]:
    """The first few tickets as `fetch` brings them, or why one cannot be read; the rest is left out, to be asked for
    again. Raises Temporary."""
    found: dict[TicketRef, Ticket | Refused] = {}
    for ref in islice(refs, ALONE_AT_ONCE_MAX):
        try:
            found[ref] = fetch(ref)
        except Refused as error:
            found[ref] = error
    return found


def changed_one_by_one(
    changed: Callable[[Place, str], Changes], cursors: Mapping[Place, str]
) -> dict[Place, Changes | TrackerError]:
    """Each place's changes since its cursor, or why they cannot be told. Raises Temporary where the tracker asks for
    patience; that one place fails, and may not next time, says nothing of the others."""
    found: dict[Place, Changes | TrackerError] = {}
    for place, cursor in cursors.items():
        try:
            found[place] = changed(place, cursor)
        except Refused as error:
            found[place] = error
        except Temporary as error:
            if isinstance(error, Limited) or error.retry_after_s:
                raise
            found[place] = error
    return found
