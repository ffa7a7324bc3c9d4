"""Whether failures are labelled where a ticket lies: elsewhere nothing begins, whoever tells of it.

A webhook of a whole organisation, and Jira's always, brings news of every place; `watch:` says which of them are ours.
A case that is known goes on wherever its tickets are.
"""

from __future__ import annotations

from rules.facts import Ticket
from rules.labels import has_label
from rules.lifecycle import is_ours_already
from rules.policy import Policy
from rules.refs import TicketRef, place_of
from worker.ledger import Ledger


def is_watched(ledger: Ledger, policy: Policy, ref: TicketRef) -> bool:
    """Whether a failure there begins a case, also where the place has another name by now. Asks no tracker."""
    place = place_of(ref)
    return policy.routing.watches(place) or policy.routing.watches(ledger.place_names.configured(place))


def begins_case(ledger: Ledger, policy: Policy, ticket: Ticket) -> bool:
    """Whether it is a failure where failures are labelled, or one whose case ran before, as our comment there shows: it
    was moved, or its place was watched once, and the ledger does not know it any more."""
    if not has_label(ticket.labels, *policy.failure_labels):
        return False
    return is_watched(ledger, policy, ticket.ref) or is_ours_already(ticket)
