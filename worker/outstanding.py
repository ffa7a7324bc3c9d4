"""Takes away from what is desired what is done already, by the ledger or by markers (pure).

What a marker shows and the ledger does not know is adopted: that is how an empty database fills again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.accounts import is_among
from rules.effects import (
    AddLabel,
    Amend,
    AnyEffect,
    Assign,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    Say,
    SetDue,
    finished,
)
from rules.facts import ActorKind, Case, ChangeKind, Comment, Ticket
from rules.keys import opening_key, split_case_id
from rules.labels import has_label
from rules.leavers import left_accounts
from rules.refs import TicketRef
from worker.ledger.effects import EffectRow


@dataclass(frozen=True, slots=True)
class Outstanding:
    """`adopted` maps the keys of effects that were found done to their results; `waits` is when the first
    of the postponed ones may be tried again. `doubtful` are openings that nobody wants any more and that may have been
    done: others wait for them, and those in `read_back` are read back now."""

    todo: tuple[AnyEffect, ...]
    adopted: tuple[AnyEffect, ...]
    results: Mapping[str, str]
    waits: dt.datetime | None
    doubtful: tuple[EffectRow, ...] = ()
    read_back: tuple[EffectRow, ...] = ()


class Shown:
    """What stands on a case's tickets, by marker."""

    def __init__(self, case: Case) -> None:
        self.tickets: dict[TicketRef, Ticket] = {ticket.ref: ticket for ticket in case.tickets}
        self.let_go = {gone.ticket.ref: gone.ticket for gone in case.let_go}
        self.comments: dict[str, Comment] = {}
        self.opened: dict[str, str] = {}
        self.said: set[str] = set()
        self.closings = tuple((closing.generation, closing.at) for closing in case.closings)
        for ticket in case.tickets:
            if ticket.marker:
                self.opened[ticket.marker.key] = ticket.ref.key
            for comment in ticket.comments:
                if comment.marker:
                    self.comments.setdefault(comment.marker.key, comment)
                    self.said.add(comment.marker.said)

    def result_of(self, key: str) -> str:
        """The comment's id or the ticket's key that bears an effect's key, or nothing."""
        comment = self.comments.get(key)
        return comment.id if comment else self.opened.get(key, "")

    def amended(self, effect: Amend) -> Comment | None:
        """The comment that is to be written anew, also on a ticket that the case has let go of."""
        ticket = self.tickets.get(effect.ticket) or self.let_go.get(effect.ticket)
        comments = ticket.comments if ticket else ()
        return next((one for one in comments if one.id == effect.comment_id), None)

    def was_assigned_by_us(self, ref: TicketRef, case: str) -> bool:
        """Whether this generation of the case named an owner there who has not left; a ticket that is gone need not
        have one."""
        ticket, generation = self.tickets.get(ref), split_case_id(case)[1]
        if ticket is None:
            return True
        began = max((at for ended, at in self.closings if ended < generation), default=ticket.created_at)
        ours = (c for c in ticket.changes if c.kind is ChangeKind.ASSIGNED and c.actor.kind is ActorKind.OURS)
        left = left_accounts(ticket)
        return any(change.at >= began and not is_among(change.new, left) for change in ours)


def outstanding(
    desired: Iterable[AnyEffect],
    case: Case,
    rows: Mapping[str, EffectRow],
    now: dt.datetime,
    filled_at: dt.datetime | None = None,
) -> Outstanding:
    """What of the desired effects is still to be done now.

    `filled_at` is when the ledger was filled from the trackers: of private messages that had a reason before, nobody
    knows any more whether they were sent, so they are not (P3).
    """
    desired = tuple(desired)
    shown = Shown(case)
    in_doubt = _openings_in_doubt(rows, shown)
    held_by: dict[str, EffectRow] = {}
    said = {row.said for row in rows.values() if row.state == "confirmed" and row.said} | shown.said
    todo: list[AnyEffect] = []
    adopted: list[AnyEffect] = []
    results: dict[str, str] = {}
    waits: list[dt.datetime] = []
    for effect in desired:
        row = rows.get(effect.key)
        result = _shown_result(effect, shown)
        if result is not None:
            if row is None or row.state != "confirmed" or _digest(effect) != row.digest:
                adopted.append(effect)
                results[effect.key] = result
        elif (
            (row and row.state == "dropped")
            or _is_done(effect, row, shown, said)
            or _may_have_been_sent(effect, row, filled_at)
        ):
            continue
        elif row and row.not_before and row.not_before > now:
            waits.append(row.not_before)
        elif doubts := _doubts_about(effect, in_doubt):
            held_by |= {doubt.key: doubt for doubt in doubts}
        else:
            todo.append(finished(effect))
    wanted = {effect.key for effect in desired}
    waits += [row.not_before for row in held_by.values() if row.not_before and row.not_before > now]
    doubtful = tuple(row for row in held_by.values() if row.key not in wanted)
    read_back = tuple(row for row in doubtful if not row.not_before or row.not_before <= now)
    return Outstanding(tuple(todo), tuple(adopted), results, min(waits, default=None), doubtful, read_back)


def _openings_in_doubt(rows: Mapping[str, EffectRow], shown: Shown) -> tuple[EffectRow, ...]:
    return tuple(
        row
        for row in rows.values()
        if row.kind == OpenTicket.kind and row.state == "sent" and row.key not in shown.opened
    )


def _doubts_about(effect: AnyEffect, in_doubt: Iterable[EffectRow]) -> tuple[EffectRow, ...]:
    """Openings of the case's actions that may have been done, one of which may be this very action under another id:
    which action is whose is told by the tickets (docs/adr/0013), and the ticket is not known yet."""
    if not isinstance(effect, OpenTicket) or not effect.item:
        return ()
    mine = tuple(row for row in in_doubt if row.case == effect.case)
    if any(row.key == effect.key for row in mine):
        return ()  # it is read back itself before it is sent
    mortem = opening_key(effect.case, "post-mortem", "")
    return tuple(row for row in mine if row.key != mortem)


def _digest(effect: AnyEffect) -> str:
    return effect.digest if isinstance(effect, Keep) else ""


def _shown_result(effect: AnyEffect, shown: Shown) -> str | None:
    """The id of what shows the effect as done on the tracker, or None."""
    match effect:
        case Say():
            comment = shown.comments.get(effect.key)
            return comment.id if comment else None
        case Keep():
            comment = shown.comments.get(effect.key)
            is_current = comment and comment.marker and comment.marker.extra == effect.digest
            return comment.id if comment and is_current else None
        case OpenTicket():
            return shown.opened.get(effect.key)
        case Amend():
            comment = shown.amended(effect)
            is_current = comment is None or (comment.marker and comment.marker.extra == effect.extra)
            return effect.comment_id if is_current else None
        case SetDue():
            ticket = shown.tickets.get(effect.ticket)
            return "" if ticket is None or ticket.due_on == effect.due_on else None
        case _:
            return None


def _is_done(effect: AnyEffect, row: EffectRow | None, shown: Shown, said: set[str]) -> bool:
    confirmed = row is not None and row.state == "confirmed"
    match effect:
        case Say():
            return confirmed or effect.said in said
        case Keep():
            # Confirmed and no longer there: a person deleted it, and a person is not argued with. One that stands on
            # another ticket, which turned out to be a twin of this one, is not here.
            is_of_this_ticket = row is not None and row.ticket == str(effect.ticket)
            return confirmed and is_of_this_ticket and effect.key not in shown.comments
        case AddLabel():
            return confirmed or _was_labelled(shown.tickets.get(effect.ticket), effect.label)
        case Assign():
            # What people asked for by command is wanted only while no later word is there: see rules.handovers.
            return confirmed or (not effect.is_asked and shown.was_assigned_by_us(effect.ticket, effect.case))
        case LinkTickets():
            return confirmed or _is_linked(shown, effect)
        case Amend() | SetDue():
            return False  # what stands on the ticket tells
        case _:
            return confirmed


def _may_have_been_sent(effect: AnyEffect, row: EffectRow | None, filled_at: dt.datetime | None) -> bool:
    """Whether a private message was sent or may have been: it cannot be read back, and nobody hears it twice."""
    if not isinstance(effect, Notify):
        return False
    if row is not None:
        return row.state == "sent"
    return filled_at is not None and effect.since < filled_at


def _was_labelled(ticket: Ticket | None, label: str) -> bool:
    """Is there, or was there once: one that a person took off is not put back (P12). Where labels have no spaces, it is
    there with hyphens."""
    if ticket is None:
        return True
    forms = (label, "-".join(label.split()))
    return has_label(ticket.labels, *forms) or any(
        change.kind is ChangeKind.LABELLED and has_label(forms, change.new) for change in ticket.changes
    )


def _is_linked(shown: Shown, effect: LinkTickets) -> bool:
    if effect.relation == "sub-issue":
        child = shown.tickets.get(effect.target)
        return child is not None and any(link.relation == "parent" for link in child.links)
    ticket = shown.tickets.get(effect.ticket)
    # A key means the same ticket on the same tracker only: two Jira sites may both have an OPS-1.
    addresses = {effect.url} | ({effect.target.key} if effect.target.tracker == effect.ticket.tracker else set())
    return ticket is not None and any(link.target in addresses for link in ticket.links)
