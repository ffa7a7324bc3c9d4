"""Fills an empty ledger from the trackers: failures by label, what we opened by our label and markers (P1).

Writes nothing outside. Until it has run once, nothing is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.errors import TrackerError
from connectors.tracker import TWIN_LABEL, Found, Tracker
from rules.facts import Case
from rules.keys import split_case_id
from rules.labels import has_label
from rules.lifecycle import root_of
from rules.policy import Policy
from rules.refs import Place
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow
from worker.lesson_keeping import keep_lessons
from worker.phrases import counted
from worker.unlabelled import open_unlabelled

#: When a failure that could not be read is tried again.
LATER = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many failures and how many tickets of ours were found."""

    failures: int
    tickets: int

    def __str__(self) -> str:
        return f"{counted(self.failures, 'failure')}, {counted(self.tickets, 'ticket')} of ours"


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
        _open_case(ledger, trackers, policy, found, clock)
    unlabelled = open_unlabelled(ledger, trackers, watched, clock)
    ledger.installation.mark_rebuilt(installation, clock.now())
    return Rebuilt(len(failures) + unlabelled, len(tickets))


def _open_case(ledger: Ledger, trackers: Mapping[str, Tracker], policy: Policy, found: Found, clock: Clock) -> None:
    """One failure that cannot be read does not hold up the others: it is looked at later (P7)."""
    try:
        ticket = trackers[found.ref.tracker].fetch_ticket(found.ref)
    except TrackerError as error:
        ledger.inbox.put([found.ref], clock.now())
        ledger.inbox.postpone(found.ref, clock.now() + LATER, str(error))
        return
    case = Case(root=root_of(ticket), failure=ticket)
    ledger.cases.open_case(case.root, ticket.ref, ticket.uid, ticket.title, clock.now())
    keep_lessons(ledger, policy, case, clock.now())


def _note_opened(ledger: Ledger, found: Found) -> None:
    if found.marker is None or has_label(found.labels, TWIN_LABEL):
        return
    root = split_case_id(found.marker.case)[0]
    item, _, due = found.marker.extra.partition(":")
    row = TicketRow(root, found.marker.case, found.ref, found.uid, found.marker.kind, item, found.marker.key, due)
    ledger.cases.add_ticket(row)
