"""Fills an empty ledger from the trackers: failures by label, what we opened by our label and markers (P1).

Writes nothing outside. Until it has run once, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.tracker import TWIN_LABEL, Found, Tracker
from rules.keys import split_case_id
from rules.lifecycle import root_of
from rules.policy import Policy
from rules.refs import Place
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many failures and how many tickets of ours were found."""

    failures: int
    tickets: int


def rebuild(
    ledger: Ledger,
    trackers: Mapping[str, Tracker],
    policy: Policy,
    watched: Iterable[Place],
    opened: Iterable[Place],
    clock: Clock,
    installation: str,
) -> Rebuilt:
    """Read every watched place and every place we open tickets in. Raises connectors.errors; may be run again."""
    tickets = [
        found for place in sorted(set(opened)) for found in trackers[place.tracker].labelled(place, policy.our_label)
    ]
    for found in tickets:
        _note_opened(ledger, found)
    failures: dict[str, Found] = {}
    for place in sorted(set(watched)):
        for label in policy.failure_labels:
            for found in trackers[place.tracker].labelled(place, label):
                failures[str(found.ref)] = found
    for found in failures.values():
        ticket = trackers[found.ref.tracker].fetch_ticket(found.ref)
        ledger.cases.open_case(root_of(ticket), ticket.ref, ticket.uid, ticket.title, clock.now())
    ledger.cases.mark_rebuilt(installation, clock.now())
    return Rebuilt(len(failures), len(tickets))


def _note_opened(ledger: Ledger, found: Found) -> None:
    if found.marker is None or TWIN_LABEL in found.labels:
        return
    root = split_case_id(found.marker.case)[0]
    item = found.marker.extra.partition(":")[0]
    row = TicketRow(root, found.marker.case, found.ref, found.uid, found.marker.kind, item, found.marker.key)
    ledger.cases.add_ticket(row)
