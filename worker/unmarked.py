"""What a ticket of ours is whose body somebody wrote anew: on GitHub its marker stood there, and is gone with it.

Told by what else of ours stands, and by no word of anybody's: our account opened it, our comments on it bear the case's
id, or our plan on the failure names it. Which action it is, is told by the key of its status comment, where there is
one; else by its title, since an action that is taken for another would be followed as well. Asks no tracker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from connectors.tracker import TWIN_LABEL
from rules.action_items import LIKENESS_MIN, likeness, read_action_items
from rules.commands import parse_commands
from rules.facts import ActorKind, Case, ChangeKind, Ticket
from rules.given_items import possible_ids
from rules.item_dates import day_said
from rules.keys import item_id, opening_key, split_case_id, state_key
from rules.labels import has_label
from rules.policy import OpenDo, Policy
from rules.refs import TicketRef
from rules.situation import Situation
from worker.ledger.cases import TicketRow

#: As what a ticket was opened is a label on it, too.
MORTEM = "post-mortem"


def is_opened_by_us(ticket: Ticket) -> bool:
    """Whether our account opened it, and not by mistake."""
    return ticket.reporter.kind is ActorKind.OURS and not has_label(ticket.labels, TWIN_LABEL)


def case_of(ticket: Ticket, planned: Mapping[TicketRef, str]) -> str:
    """The id of the case that it was opened for, or empty. `planned` says which case's plan names a ticket."""
    for comment in ticket.comments:
        if comment.marker and not _is_own_failure(ticket, comment.marker.case):
            return comment.marker.case
    return planned.get(ticket.ref, "")


def is_post_mortem(ticket: Ticket, case: str) -> bool:
    return state_key(case, MORTEM, "status") in _status_keys(ticket) or has_label(ticket.labels, MORTEM)


@dataclass(frozen=True, slots=True)
class _Line:
    """An action item as it may have been when its ticket was opened: in a text, else by command."""

    item: str
    text: str
    due_on: dt.date | None = None
    due_words: str = ""
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a case by which its tickets are told; `taken` are its rows that stand already."""

    policy: Policy
    case: str
    failure: Ticket
    post_mortem: Ticket | None
    taken: Collection[TicketRow]
    now: dt.datetime

    def row_of(self, ticket: Ticket) -> TicketRow | None:
        """What the ticket is to the case; None where another ticket is that already: one that bears its marker is the
        surer."""
        items = {row.item for row in self.taken if row.role == "action"}
        due_on: dt.date | None = None
        if is_post_mortem(ticket, self.case):
            role, item = MORTEM, ""
            if any(row.role == MORTEM for row in self.taken):
                return None
        else:
            role = "action"
            item, due_on = self._item(ticket, items)
            if item in items:
                return None
        due = due_on or self._due(ticket, role)
        key = opening_key(self.case, role, item)
        root = split_case_id(self.case)[0]
        return TicketRow(root, self.case, ticket.ref, ticket.uid, role, item, key, due.isoformat() if due else "")

    def _item(self, ticket: Ticket, taken: Collection[str]) -> tuple[str, dt.date | None]:
        """The id of the item that it was opened for, and the day that the item's words say."""
        # As it was opened comes first.
        titles = (*(one.old for one in ticket.changes if one.kind is ChangeKind.RENAMED), ticket.title)
        as_titled = [_Line(item_id(title), title, is_written=True) for title in titles]
        lines = [*self._written(), *self._commanded()]
        keys = _status_keys(ticket)
        for line in (*lines, *as_titled):
            if state_key(self.case, f"action:{line.item}", "status") in keys:
                return line.item, self._day(ticket, line)
        own = as_titled[0].item
        likest = _likest([line for line in lines if line.item not in taken and line.text], titles)
        if likest is None:
            return own if own not in taken else item_id(f"ticket {ticket.ref.tracker} {ticket.uid}"), None
        # Tickets are called as their lines were when they were opened: of a line that was reworded since, the title
        # has the words that its id was made of.
        score, line = likest
        is_reworded = line.is_written and score < 1 and not titles[0].endswith("…") and own not in taken
        return own if is_reworded else line.item, self._day(ticket, line)

    def _day(self, ticket: Ticket, line: _Line) -> dt.date | None:
        """The day that the line says, in plain words as they were meant when the ticket was opened."""
        return line.due_on or day_said(self.policy, self.post_mortem, line.due_words, ticket.created_at)

    def _written(self) -> Iterator[_Line]:
        """Items as the post-mortem lists them now."""
        for one in read_action_items(self.post_mortem.body, self.policy.item_words) if self.post_mortem else ():
            yield _Line(one.id, one.text, one.due_on, one.due_words, is_written=True)

    def _commanded(self) -> Iterator[_Line]:
        """Ids that the comments' `/action` lines have or may have had, with their words as far as those stand."""
        for ticket in filter(None, (self.failure, self.post_mortem)):
            for item, text in possible_ids(ticket.ref.tracker, parse_commands(ticket.comments)).items():
                yield _Line(item, text)

    def _due(self, ticket: Ticket, role: str) -> dt.date | None:
        """The day that it was given when it was opened, as the policy counts."""
        case = Case(root=split_case_id(self.case)[0], failure=self.failure)
        situation = Situation(self.policy, case, self.now)
        opening = next((do for do in _openings(situation.policy) if do.what == role), None)
        if opening is None:
            return None
        calendar = self.policy.calendar
        return calendar.local_date(calendar.add(ticket.created_at, opening.due.for_severity(situation.severity)))


def _likest(lines: Iterable[_Line], titles: Collection[str]) -> tuple[float, _Line] | None:
    """The line that is most like one of the titles, and how much; None where none is."""
    alike = [(max(likeness(line.text, title) for title in titles), line) for line in lines]
    best = max(alike, key=lambda one: one[0], default=None)
    return best if best and best[0] >= LIKENESS_MIN else None


def _openings(policy: Policy) -> Iterable[OpenDo]:
    return (do for rule in policy.rules for do in rule.do if isinstance(do, OpenDo))


def _status_keys(ticket: Ticket) -> set[str]:
    return {one.marker.key for one in ticket.comments if one.marker and one.marker.kind == "status"}


def _is_own_failure(ticket: Ticket, case: str) -> bool:
    """Whether the ticket is the failure of that case, beside what it is to another."""
    return state_key(case, "failure", "status") in _status_keys(ticket)
