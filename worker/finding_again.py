"""Finds the tickets of a case that the ledger does not know: after it was lost, or where the case comes up anew (P1).

Our label in the places of the configuration shows most. The others lie where tickets were opened once and are no more,
or lost their marker with their body: to those lead the failure's links and our own comments on it. What a ticket is, it
says itself, by its marker or by what else of ours stands there. Writes to no tracker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from connectors.errors import Refused
from connectors.tracker import TWIN_LABEL, Found, Tracker
from rules.facts import Case, Marker, Ticket
from rules.keys import split_case_id
from rules.labels import has_label
from rules.lifecycle import root_of, standing_of
from rules.policy import Phase, Policy
from rules.refs import TicketRef
from worker.addresses import addressed_in, linked_from
from worker.gather import closings_of
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow
from worker.unmarked import Told, case_of, is_opened_by_us, is_post_mortem

#: Of one failure, so many links and addresses are followed: a plan of fifty actions and what people linked beside it.
FOLLOWED_MAX = 200


class Finder:
    """Notes in the ledger what it finds; `found` counts it. Raises what reading a tracker raises, but where that says
    that a ticket is not there or not ours to read."""

    def __init__(self, ledger: Ledger, trackers: Mapping[str, Tracker], policy: Policy, now: dt.datetime) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._policy = policy
        self._now = now
        self._strays: dict[TicketRef, Ticket] = {}
        self.found = 0

    def listed(self, all_found: Iterable[Found]) -> None:
        """Note what bears our label and our marker; the rest of what we opened is kept until its failure is met."""
        for one in all_found:
            if has_label(one.labels, TWIN_LABEL):
                continue
            if one.marker:
                self._note(row_by_marker(one.ref, one.uid, one.marker))
            elif not self._ledger.cases.roots_of(one.ref):
                ticket = self._fetched(one.ref)
                if ticket and is_opened_by_us(ticket):
                    self._strays[ticket.ref] = ticket

    def follow(self, failure: Ticket) -> None:
        """Note the tickets of a failure's case that were not noted yet. One that was let go waits for none of them, so
        nothing is read for it."""
        root = root_of(failure)
        case = Case(root=root, failure=failure, closings=closings_of(failure, root, {}))
        is_over = standing_of(case, self._policy.failure_labels).phase is Phase.CLOSED
        planned = dict(self._planned(failure, root))
        ours = {ref: one for ref, one in self._strays.items() if _root_in(case_of(one, planned)) == root}
        for ticket in () if is_over else self._met(failure, root):
            if ticket.marker is None:
                ours[ticket.ref] = ticket
            elif _root_in(ticket.marker.case) == root and not has_label(ticket.labels, TWIN_LABEL):
                self._note(row_by_marker(ticket.ref, ticket.uid, ticket.marker))
        told = [(one, case_of(one, planned)) for one in ours.values() if is_opened_by_us(one)]
        self._note_unmarked(failure, [(one, told_case) for one, told_case in told if _root_in(told_case) == root])

    # --- what leads to them ---------------------------------------------------------------------

    def _met(self, failure: Ticket, root: str) -> Iterator[Ticket]:
        """Tickets that the failure links to, or our comments on it name, unless they are known to be its case's."""
        named = (ref for one in failure.comments if one.marker for ref in addressed_in(one.body, self._trackers))
        refs = dict.fromkeys((*linked_from(failure, self._trackers), *named))
        known = {failure.ref, *(row.ref for row in self._ledger.cases.tickets(root))}
        for ref in islice((ref for ref in refs if ref not in known), FOLLOWED_MAX):
            ticket = self._strays.get(ref) or self._fetched(ref)
            if ticket and ticket.ref not in known:
                yield ticket

    def _planned(self, failure: Ticket, root: str) -> Iterator[tuple[TicketRef, str]]:
        for comment in failure.comments:
            if comment.marker and comment.marker.kind == "plan" and _root_in(comment.marker.case) == root:
                for ref in addressed_in(comment.body, self._trackers):
                    yield ref, comment.marker.case

    def _fetched(self, ref: TicketRef) -> Ticket | None:
        try:
            return self._trackers[ref.tracker].fetch_ticket(ref) if ref.tracker in self._trackers else None
        except Refused:
            return None

    # --- what they are --------------------------------------------------------------------------

    def _note_unmarked(self, failure: Ticket, told: list[tuple[Ticket, str]]) -> None:
        # Post-mortems first: their lines say which action is which.
        for ticket, case in sorted(told, key=lambda one: (not is_post_mortem(*one), one[0].age)):
            known = [row for row in self._ledger.cases.tickets(root_of(failure)) if row.case == case]
            known_ref = next((row.ref for row in known if row.role == "post-mortem"), None)
            mortem = self._fetched(known_ref) if known_ref else None
            row = Told(self._policy, case, failure, mortem, known, self._now).row_of(ticket)
            if row:
                self._note(row)

    def _note(self, row: TicketRow) -> None:
        self._ledger.cases.add_ticket(row)
        self.found += 1


def row_by_marker(ref: TicketRef, uid: str, marker: Marker) -> TicketRow:
    """What a ticket is by its own marker."""
    item, _, due = marker.extra.partition(":")
    return TicketRow(_root_in(marker.case), marker.case, ref, uid, marker.kind, item, marker.key, due)


def _root_in(case: str) -> str:
    return split_case_id(case)[0] if case else ""
