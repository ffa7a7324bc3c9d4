"""Which cases a ticket belongs to: those known, one that it opens as a failure, one that opened it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.errors import Gone
from connectors.tracker import TWIN_LABEL, Tracker
from rules.facts import Ticket
from rules.labels import has_label
from rules.lifecycle import is_ours_already, root_of
from rules.policy import Policy
from rules.refs import TicketRef
from worker.clock import Clock
from worker.finding_again import Finder, row_by_marker
from worker.ledger import Ledger
from worker.watched_places import begins_case


@dataclass(frozen=True, slots=True)
class Recognised:
    """The roots of the cases to be looked at, and the ticket where it had to be fetched to tell."""

    roots: tuple[str, ...]
    met: Ticket | None = None


class Recogniser:
    """Tells tickets apart, and notes what it learns in the ledger. Writes to no tracker."""

    def __init__(
        self, ledger: Ledger, trackers: Mapping[str, Tracker], policy: Callable[[], Policy], clock: Clock
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._policy = policy
        self._clock = clock

    def recognise(self, ref: TicketRef) -> Recognised:
        """The cases of a ticket, by its present or an earlier address. Raises connectors.errors."""
        known = self.roots_with_case(ref)
        # A root without a case is one whose failure lost its label before the ledger was lost: it rests, but its
        # tickets may be failures themselves.
        if known or ref.tracker not in self._trackers:
            return Recognised(known)
        try:
            ticket = self._trackers[ref.tracker].fetch_ticket(ref)
        except Gone:
            return Recognised(())
        roots = self._ledger.cases.roots_of(ticket.ref)
        if roots and ticket.ref != ref:
            self._ledger.cases.move_ticket(ref, ticket.ref, ticket.uid)
        return Recognised(self._with_case(roots) or self._with_case(self._adopt(ticket)), ticket)

    def roots_with_case(self, ref: TicketRef) -> tuple[str, ...]:
        """The cases that the ledger knows the ticket to belong to, and has. Asks no tracker."""
        return self._with_case(self._ledger.cases.roots_of(ref))

    def open_cases_among(self, tickets: tuple[Ticket, ...]) -> None:
        """Tickets of a case that are labelled as failures themselves begin a case of their own."""
        for ticket in tickets:
            if self._begins(ticket) and root_of(ticket) not in self._ledger.cases.roots_of(ticket.ref):
                self._open_case(ticket)

    def _with_case(self, roots: list[str]) -> tuple[str, ...]:
        return tuple(root for root in roots if self._ledger.cases.get(root))

    def _adopt(self, ticket: Ticket) -> list[str]:
        """A ticket nobody knew: one that we opened (a late twin, or the ledger was lost), or a new failure."""
        roots: list[str] = []
        if ticket.marker and not has_label(ticket.labels, TWIN_LABEL):
            row = row_by_marker(ticket.ref, ticket.uid, ticket.marker)
            self._ledger.cases.add_ticket(row)
            roots.append(row.root)
        if self._begins(ticket):
            roots.append(self._open_case(ticket))
        return roots

    def _begins(self, ticket: Ticket) -> bool:
        return begins_case(self._ledger, self._policy(), ticket)

    def _open_case(self, ticket: Ticket) -> str:
        root = root_of(ticket)
        if is_ours_already(ticket) and self._ledger.cases.get(root) is None:
            # Its case ran before: what was opened for it is found before anything is decided.
            Finder(self._ledger, self._trackers, self._policy(), self._clock.now()).follow(ticket)
        self._ledger.cases.open_case(root, ticket.ref, ticket.uid, ticket.title, self._clock.now())
        return root
