"""Finds the failures that no listing shows, when the ledger is filled anew (P1): their label was taken off, or they lie
where failures are labelled no more.

What we opened for them names them only in its links and its text. Text
is data (P11): what is read there is a guess, and believed only where the ticket it leads to bears the case's root.
Without this a case would be paused on paper, and the status comment on its failure go on saying that it runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice

import structlog

from connectors.errors import TrackerError
from connectors.tracker import Tracker
from rules.facts import Ticket
from rules.lifecycle import root_of
from rules.refs import Place, TicketRef
from worker.addresses import addressed_in, linked_from
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow

#: Of one case, so many tickets are read for where they came from, and so many guesses of each followed.
_TICKETS_MAX = 3
_GUESSES_MAX = 5

_log = structlog.get_logger(__name__)


def open_unlabelled(
    ledger: Ledger,
    trackers: Mapping[str, Tracker],
    places: Iterable[Place],
    follow: Callable[[Ticket], None],
    clock: Clock,
) -> int:
    """Open the cases of tickets that belong to none; how many were found. `follow` notes what else a failure leads to.
    One that cannot be read is left out, until its label is put back."""
    places = sorted(set(places))
    found = 0
    for root, rows in groupby(ledger.cases.orphans(), key=lambda row: row.root):
        failure = _failure_of(root, list(islice(rows, _TICKETS_MAX)), trackers, places)
        if failure and _is_followed(failure, follow):
            ledger.cases.open_case(root, failure.ref, failure.uid, failure.title, clock.now())
            found += 1
    return found


def _is_followed(failure: Ticket, follow: Callable[[Ticket], None]) -> bool:
    try:
        follow(failure)
    except TrackerError as error:
        _log.warning("a failure's tickets could not be read", ticket=str(failure.ref), problem=str(error))
        return False
    return True


def _failure_of(
    root: str, rows: Iterable[TicketRow], trackers: Mapping[str, Tracker], places: list[Place]
) -> Ticket | None:
    """The failure that these tickets were opened for."""
    tried: set[TicketRef] = set()
    for row in rows:
        opened = _fetched(row.ref, trackers)
        guesses = dict.fromkeys(_guesses(opened, trackers, places)) if opened else {}
        for ref in islice((ref for ref in guesses if ref not in tried), _GUESSES_MAX):
            tried.add(ref)
            ticket = _fetched(ref, trackers)
            if ticket and root_of(ticket) == root:
                return ticket
    return None


def _guesses(opened: Ticket, trackers: Mapping[str, Tracker], places: list[Place]) -> Iterator[TicketRef]:
    """Tickets that a ticket links to or names by address, and those of the places that it names by key."""
    yield from linked_from(opened, trackers)
    yield from addressed_in(opened.body, trackers)
    texts = (*(link.target for link in opened.links), opened.body)
    for text in texts:
        for place in places:
            named = re.compile(
                rf"(?<![\w-]){re.escape(place.container)}(?:#|/issues/|-)([1-9]\d{{0,17}})(?!\d)", re.ASCII
            )
            for match in named.finditer(text):
                yield TicketRef(place.tracker, _key(place, match[1]))


def _key(place: Place, number: str) -> str:
    """`acme/shop#7` of a repository, `OPS-7` of a project."""
    return f"{place.container}#{number}" if "/" in place.container else f"{place.container}-{number}"


def _fetched(ref: TicketRef, trackers: Mapping[str, Tracker]) -> Ticket | None:
    if ref.tracker not in trackers:
        return None
    try:
        return trackers[ref.tracker].fetch_ticket(ref)
    except TrackerError as error:
        _log.warning("a ticket could not be read for its failure", ticket=str(ref), problem=str(error))
        return None
