"""Fills an empty ledger from the trackers: failures by label, what we opened by our label, markers and links (P1).

Writes nothing outside. Until it has run once, nothing is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.errors import TrackerError
from connectors.tracker import Found, Tracker
from rules.facts import Case
from rules.lifecycle import root_of
from rules.policy import Policy
from rules.refs import Place
from worker.clock import Clock
from worker.finding_again import Finder
from worker.ledger import Ledger
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
    places: Iterable[Place],
    clock: Clock,
    installation: str,
) -> Rebuilt:
    """Look for our label in all `places`, and for failures where the policy's routing has them labelled; what lies
    elsewhere is found by what leads to it. Raises connectors.errors; may be run again."""
    places, watched = sorted({*places, *policy.routing.watched}), sorted(set(policy.routing.watched))
    finder = Finder(ledger, trackers, policy, clock.now())
    finder.listed(found for place in places for found in trackers[place.tracker].labelled(place, policy.our_label))
    failures: dict[str, Found] = {}
    for place in watched:
        for label in policy.failure_labels:
            for found in trackers[place.tracker].labelled(place, label):
                failures[str(found.ref)] = found
    for found in failures.values():
        _open_case(ledger, trackers, policy, finder, found, clock)
    unlabelled = open_unlabelled(ledger, trackers, places, finder.follow, clock)
    ledger.installation.mark_rebuilt(installation, clock.now())
    return Rebuilt(len(failures) + unlabelled, finder.found)


def _open_case(
    ledger: Ledger, trackers: Mapping[str, Tracker], policy: Policy, finder: Finder, found: Found, clock: Clock
) -> None:
    """One failure that cannot be read, or what it leads to, does not hold up the others: it is looked at later (P7)."""
    try:
        ticket = trackers[found.ref.tracker].fetch_ticket(found.ref)
        finder.follow(ticket)
    except TrackerError as error:
        ledger.inbox.put([found.ref], clock.now())
        ledger.inbox.postpone(found.ref, clock.now() + LATER, str(error))
        return
    case = Case(root=root_of(ticket), failure=ticket)
    ledger.cases.open_case(case.root, ticket.ref, ticket.uid, ticket.title, clock.now())
    keep_lessons(ledger, policy, case, clock.now())
