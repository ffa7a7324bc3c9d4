"""Gathers a case: fetches all its tickets as they are now and folds them into facts (P4).

Nothing is believed from memory but which tickets belong together; what was written is read from markers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.errors import Gone, Refused, TrackerError
from connectors.tracker import Tracker
from rules.effects import Keep, Notify, OpenTicket, Say
from rules.facts import (
    ActionTicket,
    Audience,
    Case,
    Closing,
    Earlier,
    Marker,
    Ticket,
    Twin,
)
from rules.keys import case_id, split_case_id
from rules.lifecycle import root_of, standing_of
from rules.policy import ItemWords, Routing
from rules.refs import Place, TicketRef
from worker.adopting import Adopter, Known
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow
from worker.ledger.effects import EffectRow
from worker.merge_targets import MergeTargets
from worker.obeyed import remembered
from worker.passed_over import PassedOver
from worker.rights import Rights, TrustMemory

#: More tickets than this are asked for in several goes: between two of them the lease is looked at.
FETCHED_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Gathered:
    """A case and what the ledger knows of its effects.

    `gone` are tickets that the tracker no longer shows; `notes` are sentences about what a person has to mend; of
    `unseen` places our account is told nothing, so that nothing internal may be opened there.
    """

    case: Case
    rows: Mapping[str, EffectRow]
    gone: tuple[TicketRef, ...] = ()
    notes: tuple[str, ...] = ()
    unseen: frozenset[Place] = frozenset()


class Unconfigured(TrackerError):
    """A case has tickets on a tracker that the configuration does not name (any more)."""


class Gatherer:
    """Reads cases from the trackers. Performs no effect."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        failure_labels: tuple[str, ...],
        routing: Routing,
        trust: TrustMemory,
        passed_over: PassedOver,
        merge_targets: MergeTargets,
        item_words: ItemWords,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._failure_labels = failure_labels
        self._routing = routing
        self._trust = trust
        self._passed_over = passed_over
        self._merge_targets = merge_targets
        self._item_words = item_words

    def gather(
        self, root: str, now: dt.datetime, met: Ticket | None = None, still_ours: Callable[[], None] = lambda: None
    ) -> Gathered | None:
        """The case as of now, or None when its failure is gone. `met` is a ticket that was fetched just now, and
        is not fetched again; `still_ours` is called before each fetch, since many may take longer than a lease.
        Raises connectors.errors, Unconfigured, and whatever `still_ours` raises."""
        rows = self._ledger.effects.of(root)
        fetched, gone = self._fetch_all(root, now, met, still_ours)
        failure = next((ticket for row, ticket in fetched if row.role == "failure"), None)
        if failure is None:
            return None
        closings = closings_of(failure, root, rows)
        known = any(c.marker and split_case_id(c.marker.case)[0] == root for c in failure.comments)
        is_known = known or any(row.state in ("sent", "confirmed") for row in rows.values())
        case = Case(root=root, failure=failure, closings=closings, is_known=is_known, **_remembered(rows))
        row = self._ledger.cases.get(root)
        case = replace(case, known_since=row.opened_at if row else None)
        current = standing_of(case, self._failure_labels).case
        mine = [(row, ticket) for row, ticket in fetched if row.case == current and row.role != "failure"]
        kept, twins = _tell_twins(mine, rows)
        adopter = self._adopter(now)
        case = adopter.adopt(case, Known(current, fetched, kept, gone, rows, still_ours=still_ours))
        case = replace(case, earlier=_earlier(case, current, fetched))
        twins += [twin for ticket in case.tickets for twin in _doubled_comments(ticket, rows)]
        case = replace(case, twins=tuple(twins))
        public, unseen = self.public_places()
        case = replace(case, public_places=public)
        rights = Rights(self._trackers, self._trust, now)
        case = replace(case, commands=remembered(self._ledger, root, rights.commands(case)))
        case = replace(case, trusted=rights.trusted(case, current))
        case = replace(case, unfound=self._merge_targets.unfound(case, self._places, now, still_ours))
        notes = (*unseen.values(), *rights.problems.values(), *adopter.problems)
        return Gathered(case, rows, tuple(row.ref for row in gone), notes, frozenset(unseen))

    def first_look(self, failure: Ticket, now: dt.datetime) -> Case:
        """The case of a failure that the ledger does not know, with what people made of it already."""
        case = Case(root=root_of(failure), failure=failure)
        current = standing_of(case, self._failure_labels).case
        return self._adopter(now).adopt(case, Known(current, is_noted=False))

    @property
    def _places(self) -> tuple[Place, ...]:
        """Where the installation works, as far as its configuration names it."""
        routing = self._routing
        return tuple(filter(None, (routing.post_mortems, routing.actions, *routing.watched)))

    def _adopter(self, now: dt.datetime) -> Adopter:
        return Adopter(
            self._ledger, self._trackers, self._failure_labels, self._routing, self._passed_over, self._item_words, now
        )

    def public_places(self) -> tuple[frozenset[Place], dict[Place, str]]:
        """Of the places that tickets are routed to, those that everybody may read, and what is to be mended about
        those of which we are told nothing: they count as public, so that nothing internal gets there (P14).

        Raises Temporary."""
        public: set[Place] = set()
        unseen: dict[Place, str] = {}
        for place in filter(None, (self._routing.post_mortems, self._routing.actions)):
            try:
                audience = self._trackers[place.tracker].audience(place)
            except Refused as error:
                audience = Audience.PUBLIC
                unseen[place] = f"tickets are to be opened in {place}, which our account may not look at: {error}"
            if audience is Audience.PUBLIC:
                public.add(place)
        return frozenset(public), unseen

    def _fetch_all(
        self, root: str, now: dt.datetime, met: Ticket | None, still_ours: Callable[[], None]
    ) -> tuple[list[tuple[TicketRow, Ticket]], list[TicketRow]]:
        fetched: list[tuple[TicketRow, Ticket]] = []
        gone: list[TicketRow] = []
        rows = [row for row in self._ledger.cases.tickets(root) if row.role != "twin"]
        self._require_trackers(rows)
        answers = self._ask([row.ref for row in rows if met is None or met.ref != row.ref], still_ours)
        seen: set[TicketRef] = set()
        for row in rows:
            ticket = met if met and met.ref == row.ref else answers[row.ref]
            if isinstance(ticket, Gone):
                gone.append(row)
                continue
            if isinstance(ticket, Refused):
                raise ticket
            if ticket.ref != row.ref:
                self._ledger.cases.move_ticket(row.ref, ticket.ref, ticket.uid)
            # One that moved, and was met at its new address meanwhile, is no twin of itself.
            if ticket.ref not in seen:
                seen.add(ticket.ref)
                fetched.append((row, _with_marker(ticket, row)))
        self._ledger.cases.note_fetched(((ticket.ref, ticket.updated_at) for _, ticket in fetched), now)
        return fetched, gone

    def _ask(self, refs: Sequence[TicketRef], still_ours: Callable[[], None]) -> dict[TicketRef, Ticket | Refused]:
        """Tickets as they are now, tracker by tracker, and no more at once than a lease has time for."""
        answers: dict[TicketRef, Ticket | Refused] = {}
        for name in dict.fromkeys(ref.tracker for ref in refs):
            mine = list(dict.fromkeys(ref for ref in refs if ref.tracker == name))
            for _ in range(len(mine)):  # each answer is about one at least
                waiting = [ref for ref in mine if ref not in answers]
                if not waiting:
                    break
                still_ours()
                answers |= self._trackers[name].fetch_tickets(waiting[:FETCHED_AT_ONCE])
        return answers

    def _require_trackers(self, rows: Iterable[TicketRow]) -> None:
        for row in rows:
            name = row.ref.tracker
            if name not in self._trackers:
                raise Unconfigured(
                    f'{row.ref} belongs to this case, and the configuration no longer names the tracker "{name}". '
                    f"Put it back under `trackers:`, by that name, and the case goes on; until then it rests."
                )


def _with_marker(ticket: Ticket, row: TicketRow) -> Ticket:
    """A ticket whose body somebody wrote anew is still the one that we opened, with its due date."""
    if ticket.marker or not row.opening_key:
        return ticket
    return replace(ticket, marker=Marker(row.case, row.opening_key, row.role, f"{row.item}:{row.due}"))


def closings_of(failure: Ticket, root: str, rows: Mapping[str, EffectRow]) -> tuple[Closing, ...]:
    """When each generation was let go, from the lesson comments and, should one have been deleted, the ledger."""
    found: dict[int, dt.datetime] = {}
    for row in rows.values():
        if row.closes and row.state == "confirmed" and row.done_at:
            found[split_case_id(row.case)[1]] = row.done_at
    for comment in failure.comments:
        if comment.marker and comment.marker.kind == "lesson":
            marker_root, generation = split_case_id(comment.marker.case)
            if marker_root == root:
                found[generation] = comment.at
    return tuple(Closing(generation, at) for generation, at in sorted(found.items()))


def _remembered(rows: Mapping[str, EffectRow]) -> dict[str, Any]:
    """What the ledger adds to a case's facts."""
    return {"tried": _tried(rows), "told": _told(rows), "wrote": _wrote(rows)}


def _tried(rows: Mapping[str, EffectRow]) -> frozenset[str]:
    """Keys of openings that were meant or sent, and of which nobody knows that they were done."""
    return frozenset(key for key, row in rows.items() if row.kind == OpenTicket.kind and row.state != "confirmed")


def _told(rows: Mapping[str, EffectRow]) -> frozenset[str]:
    """Tokens of what was said, and keys of private messages that were sent or may have been."""
    said = {row.said for row in rows.values() if row.said and row.state == "confirmed"}
    sent = {key for key, row in rows.items() if row.kind == Notify.kind and row.state in ("sent", "confirmed")}
    return frozenset(said | sent)


def _wrote(rows: Mapping[str, EffectRow]) -> dict[tuple[str, TicketRef], dt.datetime]:
    """When each generation first wrote a comment on a ticket: what it was asked there does not begin anew because
    somebody deleted the comments."""
    found: dict[tuple[str, TicketRef], dt.datetime] = {}
    for row in rows.values():
        if row.kind in (Say.kind, Keep.kind) and row.done_at:
            where = row.case, TicketRef.parse(row.ticket)
            found[where] = min(found.get(where, row.done_at), row.done_at)
    return found


def _tell_twins(
    fetched: list[tuple[TicketRow, Ticket]], rows: Mapping[str, EffectRow]
) -> tuple[list[tuple[TicketRow, Ticket]], list[Twin]]:
    """Of tickets opened by one effect, the confirmed one stays, else the eldest; the others are twins."""
    by_key: dict[str, list[tuple[TicketRow, Ticket]]] = {}
    for row, ticket in fetched:
        by_key.setdefault(row.opening_key or str(row.ref), []).append((row, ticket))
    kept: list[tuple[TicketRow, Ticket]] = []
    twins: list[Twin] = []
    for key, group in by_key.items():
        confirmed = rows[key].result if key in rows else ""
        group.sort(key=lambda pair: (pair[1].ref.key != confirmed, pair[1].ref.number))
        kept.append(group[0])
        twins += [Twin(key, ticket.ref, "", group[0][1].ref.key) for _, ticket in group[1:]]
    kept.sort(key=lambda pair: pair[1].age)
    return kept, twins


def _earlier(case: Case, current: str, fetched: list[tuple[TicketRow, Ticket]]) -> tuple[Earlier, ...]:
    """The generations before this one, with the tickets that they left behind."""
    root, number = split_case_id(current)
    found: list[Earlier] = []
    for closing in case.closings:
        if closing.generation >= number:
            continue
        mine = [(row, ticket) for row, ticket in fetched if row.case == case_id(root, closing.generation)]
        kept, _ = _tell_twins([(row, ticket) for row, ticket in mine if row.role != "failure"], {})
        mortem = next((ticket for row, ticket in kept if row.role == "post-mortem"), None)
        actions = tuple(ActionTicket(row.item, ticket) for row, ticket in kept if row.role == "action")
        found.append(Earlier(closing.generation, closing.at, mortem, actions))
    return tuple(found)


def _doubled_comments(ticket: Ticket, rows: Mapping[str, EffectRow]) -> list[Twin]:
    by_key: dict[str, list[str]] = {}
    for comment in ticket.comments:
        if comment.marker:
            by_key.setdefault(comment.marker.key, []).append(comment.id)
    twins: list[Twin] = []
    for key, ids in by_key.items():
        keeps = rows[key].result if key in rows and rows[key].result in ids else ids[0]
        twins += [Twin(key, ticket.ref, comment_id, keeps) for comment_id in ids if comment_id != keeps]
    return twins
