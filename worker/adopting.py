"""What people made by hand is taken for a case's own: a post-mortem linked to the failure, and the tickets that its
action items name (DESIGN 5).

It is worked out anew at each look, from links and words alone, so that a lost database changes nothing; the ledger
only remembers which tickets these are, to hear of their changes and to let go of those that are named no longer.
What we opened for an item stays its ticket. Writes to no tracker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.errors import Denied, Refused
from connectors.tracker import TWIN_LABEL, Tracker
from rules.action_items import match_items, read_action_items
from rules.adopted import our_status
from rules.facts import LET_GO, ActionItem, ActionTicket, Adoption, Case, GoneTicket, LetGo, Resolution, Ticket
from rules.keys import item_id, opening_key, split_case_id
from rules.labels import has_label
from rules.mortem_names import names_post_mortem
from rules.policy import ItemWords, Routing
from rules.refs import TicketRef, place_of
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow
from worker.ledger.effects import EffectRow
from worker.passed_over import PassedOver
from worker.references import References

#: Of a failure with more links than these the others are read by later looks.
LINKS_MAX = 10


@dataclass(slots=True)
class Known:
    """What a look knows of a case's tickets: all that were `fetched`, those `kept` of the present generation `current`,
    those that are `gone`, and the ledger's effects. `is_noted` is False where the ledger has no such case."""

    current: str
    fetched: Sequence[tuple[TicketRow, Ticket]] = ()
    kept: Sequence[tuple[TicketRow, Ticket]] = ()
    gone: Sequence[TicketRow] = ()
    effects: Mapping[str, EffectRow] = field(default_factory=dict)
    is_noted: bool = True
    still_ours: Callable[[], None] = lambda: None


class Adopter:
    """Adopts for one look. Raises what reading a tracker raises, but where it says that a ticket cannot be read."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        failure_labels: tuple[str, ...],
        routing: Routing,
        passed_over: PassedOver,
        item_words: ItemWords,
        now: dt.datetime,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._failure_labels = failure_labels
        self._routing = routing
        self._passed_over = passed_over
        self.item_words = item_words
        self._now = now
        #: Sentences about what a person has to mend.
        self.problems: list[str] = []

    def adopt(self, case: Case, known: Known) -> Case:
        """The case, with what people made among its tickets."""
        look = _Look(self, case, known)
        look.find_post_mortem()
        look.find_actions()
        return look.settled()

    # --- for a look -----------------------------------------------------------------------------

    def references(self, case: Case, known: Known) -> References:
        routed = filter(None, (self._routing.post_mortems, self._routing.actions))
        tickets = (case.failure, *(ticket for _, ticket in known.fetched))
        return References(self._trackers, (*routed, *self._routing.watched, *(place_of(one.ref) for one in tickets)))

    def fetch(self, ref: TicketRef, still_ours: Callable[[], None]) -> Ticket | None:
        """The ticket, or None where there is none that we are shown, or it is a pull request. Raises Denied."""
        still_ours()
        try:
            return self._trackers[ref.tracker].fetch_ticket(ref)
        except Denied:
            raise
        except Refused:
            return None

    def present(self, ref: TicketRef) -> TicketRef:
        """Where the ticket is now, as far as the ledger knows."""
        return next((row.ref for row in self._ledger.cases.holders(ref)), ref)

    def is_anothers(self, ticket: Ticket) -> bool:
        """Whether the ticket is a failure itself, or something else than an action to any case."""
        others = {row.role for row in self._ledger.cases.holders(ticket.ref)} - {"action"}
        opened_as = ticket.marker.kind if ticket.marker else "action"
        return bool(others) or opened_as != "action" or self.is_failure(ticket) or has_label(ticket.labels, TWIN_LABEL)

    def is_failure(self, ticket: Ticket) -> bool:
        return has_label(ticket.labels, *self._failure_labels)

    def is_elsewhere(self, ticket: Ticket, root: str) -> bool:
        """Whether another case that runs had the ticket first: the one that opened it, or that wrote there first."""
        told = [one.marker for one in ticket.comments if one.marker and one.marker.kind == "status"]
        wrote = [one.case for one in ((ticket.marker,) if ticket.marker else ()) + tuple(told) if one.extra != LET_GO]
        held = [row.case for row in self._ledger.cases.holders(ticket.ref)]
        rivals = {split_case_id(one)[0] for one in (*wrote, *held) if self._runs(one)} - {root}
        in_order = [one for one in (split_case_id(case)[0] for case in wrote) if one in {root, *rivals}]
        # While nobody has written there, one and the same of them goes first for all.
        return bool(rivals) and (in_order[0] if in_order else min({root, *rivals})) != root

    def _runs(self, case: str) -> bool:
        root, generation = split_case_id(case)
        row = self._ledger.cases.get(root)
        return row is not None and row.phase == "active" and row.generation == generation

    def is_passed_over(self, ref: TicketRef) -> bool:
        return self._passed_over.has(ref, self._now)

    def pass_over(self, ref: TicketRef) -> None:
        self._passed_over.put(ref, self._now)

    def note(self, row: TicketRow) -> None:
        self._ledger.cases.add_ticket(row)

    def forget(self, root: str, ref: TicketRef) -> None:
        self._ledger.cases.remove_ticket(root, ref)


class _Look:
    """One look at one case: what is found becomes facts at the end."""

    def __init__(self, adopter: Adopter, case: Case, known: Known) -> None:
        self._adopter = adopter
        self._case = case
        self._known = known
        self._tickets = {ticket.ref: ticket for _, ticket in known.fetched}
        self._rows = {ticket.ref: row for row, ticket in known.fetched}
        self._ours = [(row, ticket) for row, ticket in known.kept if row.opening_key]
        self._theirs = {ticket.ref: row for row, ticket in known.kept if not row.opening_key}
        self._gone = {row.ref: row for row in known.gone if row.case == known.current and not row.opening_key}
        self._references = adopter.references(case, known)
        self._mortem = next((ticket for row, ticket in self._ours if row.role == "post-mortem"), None)
        self._actions = {
            ticket.ref: ActionTicket(row.item, ticket) for row, ticket in self._ours if row.role == "action"
        }
        self._adopted: dict[TicketRef, Adoption] = {}
        self._ticketed: dict[str, str] = {}
        self._rival: Ticket | None = None

    # --- the post-mortem ------------------------------------------------------------------------

    def find_post_mortem(self) -> None:
        key = opening_key(self._known.current, "post-mortem", "")
        opening = self._known.effects.get(key)
        was_opened = any(row.role == "post-mortem" and row.opening_key for row in self._known.gone)
        is_given_up = self._mortem is not None and self._mortem.resolution is Resolution.DUPLICATE
        if self._mortem and not is_given_up:
            # A look for a hint alone: what the tracker shows to be called otherwise is not read.
            self._rival = next(self._linked(by_title=True), None) if self._mortem.is_open else None
        if not is_given_up and (self._mortem or was_opened or (opening and opening.state in ("sent", "confirmed"))):
            return
        theirs = next(self._linked(), None)
        if theirs:
            self._mortem = theirs
            self._take(theirs, "post-mortem", "")

    def _linked(self, *, by_title: bool = False) -> Iterator[Ticket]:
        """Tickets linked to the failure that are its post-mortem, the one that was taken before first."""
        failure = self._case.failure
        links = [one for one in failure.links if one.relation != "parent" and "://" not in one.target]
        keys = [one.target for one in links if not (by_title and one.title) or names_post_mortem(one.title, ())]
        found = (self._references.at_home(TicketRef(failure.ref.tracker, key)) for key in keys)
        refs = dict.fromkeys(ref for ref in found if ref)
        for ref in refs:
            if self._role(ref) == "post-mortem" and ref in self._theirs:
                yield self._tickets[ref]
        new = [one for one in refs if one not in self._rows and not self._adopter.is_passed_over(one)]
        for ref in new[:LINKS_MAX]:
            ticket = self._readable(ref)
            if ticket and self._is_post_mortem(ticket):
                yield ticket
            else:
                self._adopter.pass_over(ref)

    def _readable(self, ref: TicketRef) -> Ticket | None:
        try:
            return self._adopter.fetch(ref, self._known.still_ours)
        except Denied:
            return None

    def _role(self, ref: TicketRef) -> str:
        return self._rows[ref].role if ref in self._rows else ""

    def _is_post_mortem(self, ticket: Ticket) -> bool:
        written = [one.marker.case for one in ticket.comments if one.marker]
        was_earlier = any(split_case_id(one)[0] == self._case.root and one != self._known.current for one in written)
        if ticket.marker or was_earlier or self._adopter.is_failure(ticket) or ticket.ref in self._rows:
            return False
        return names_post_mortem(ticket.title, ticket.labels)

    # --- actions --------------------------------------------------------------------------------

    def find_actions(self) -> None:
        mortem = self._mortem
        if mortem is None or (mortem.ref in self._adopted and self._adopted[mortem.ref].is_elsewhere):
            return
        items = read_action_items(mortem.body, self._adopter.item_words)
        named = {item.id: ref for item in items if (ref := self._named(item, mortem))}
        for item in items:
            if item.id in named and named[item.id] in self._actions:
                self._ticketed[item.id] = self._actions[named[item.id]].item_id
        opened = {row.item: ticket.title for row, ticket in self._ours if row.role == "action"}
        opened |= {row.item: "" for row in self._known.gone if row.case == self._known.current and row.opening_key}
        left = {one: title for one, title in opened.items() if one not in self._ticketed.values()}
        matched = match_items([item for item in items if item.id not in self._ticketed], left)
        for item in items:
            if item.id in named and item.id not in matched and item.id not in self._ticketed:
                self._adopt(item, named[item.id])

    def _named(self, item: ActionItem, mortem: Ticket) -> TicketRef | None:
        ref = self._references.meant(item.reference, mortem.ref) if item.reference else None
        return self._adopter.present(ref) if ref else None

    def _adopt(self, item: ActionItem, ref: TicketRef) -> None:
        try:
            ticket = self._tickets.get(ref) or self._adopter.fetch(ref, self._known.still_ours)
        except Denied as error:
            self._ticketed[item.id] = ""  # neither followed nor opened a second time
            self._adopter.problems.append(f"an action item is {ref}, which our account may not read: {error}")
            return
        if ticket is None:
            if ref in self._gone:
                self._ticketed[item.id] = self._gone[ref].item
            return
        is_of_case = self._mortem is not None and ticket.ref in (self._case.failure.ref, self._mortem.ref)
        if is_of_case or self._adopter.is_anothers(ticket) or not self._references.at_home(ticket.ref):
            return
        is_new = ticket.ref not in self._theirs and our_status(ticket, self._known.current) is None
        if item.is_ticked and ticket.is_open and is_new:
            return  # it was done before anybody asked
        row = self._rows.get(ticket.ref)
        # By the tracker's own id, so that another wording of the line changes nothing.
        own = row.item if row else item_id(f"ticket {ticket.ref.tracker} {ticket.uid}")
        self._actions.setdefault(ticket.ref, ActionTicket(own, ticket))
        self._ticketed[item.id] = own
        if ticket.ref not in self._adopted:
            self._take(ticket, "action", own, item.due_on, item.due_words)

    # --- what came of it ------------------------------------------------------------------------

    def _take(self, ticket: Ticket, role: str, item: str, due_on: dt.date | None = None, due_words: str = "") -> None:
        case = self._case
        if self._known.is_noted and ticket.ref not in self._rows:
            self._adopter.note(TicketRow(case.root, self._known.current, ticket.ref, ticket.uid, role, item))
        self._adopted[ticket.ref] = Adoption(due_on, self._adopter.is_elsewhere(ticket, case.root), due_words)

    def settled(self) -> Case:
        gone = [row for row in self._known.gone if row.case == self._known.current]
        named = {item for item in self._ticketed.values() if item}
        still = [row for row in gone if row.opening_key or row.item in named]
        for row in gone:
            if row not in still:
                self._adopter.forget(row.root, row.ref)
        return replace(
            self._case,
            post_mortem=self._mortem,
            actions=tuple(sorted(self._actions.values(), key=lambda one: one.ticket.age)),
            gone=tuple(GoneTicket(row.ref, row.role, row.item) for row in still),
            adopted=self._adopted,
            ticketed=self._ticketed,
            rival=self._rival,
            let_go=tuple(self._let_go()),
        )

    def _let_go(self) -> Iterator[LetGo]:
        """Tickets that were adopted and are no longer: until our comment there says so."""
        for ref, row in self._theirs.items():
            if ref not in self._adopted:
                comment = our_status(self._tickets[ref], self._known.current)
                if comment and comment.marker and comment.marker.extra != LET_GO:
                    yield LetGo(row.role, row.item, self._tickets[ref])
                else:
                    self._adopter.forget(row.root, ref)
