"""What people made by hand is the case's as what we opened is: when it is due, and what is never written on it.

Such a ticket has no opening of ours that says its date, so the date is counted by the policy from the moment at which
Aftermath first wrote there, which its comment tells for ever. A ticket that two cases share is written on by one.
Its body, its status and its due date field are its people's alone (P12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from rules.effects import Amend, AnyEffect, CloseTwin, LinkTickets, OpenTicket, RetractComment, Urgency, WriteFile
from rules.facts import LET_GO, Case, Comment, LetGo, Ticket
from rules.item_dates import day_said
from rules.keys import split_case_id, state_key
from rules.mortem_text import written_at
from rules.policy import KeepDo, OpenDo, Policy, Subject

#: These write on no ticket, write a link alone, or take away what is ours.
_Harmless = CloseTwin | LinkTickets | OpenTicket | RetractComment | WriteFile

#: So often it is looked whether the case that tends a ticket of two cases still does: nothing tells of its end.
LOOKED_AFTER = dt.timedelta(days=1)


def due_by_policy(
    policy: Policy, case: Case, ticket: Ticket, severity: int, since: dt.datetime, seen_at: dt.datetime
) -> dt.date | None:
    """When an adopted ticket is due: by its line in the post-mortem, else so long after `seen_at`, which is when we
    first wrote there, or after `since`, as one that is opened has. None for what we opened, what another case tends,
    what was done before we wrote there, and where the policy opens nothing of the kind."""
    adoption = case.adopted.get(ticket.ref)
    if adoption is None or adoption.due_on or adoption.is_elsewhere:
        return adoption.due_on if adoption else None
    if day := day_said(policy, case.post_mortem, adoption.due_words, seen_at):
        return day
    is_mortem = case.post_mortem is not None and case.post_mortem.ref == ticket.ref
    subject, what = (Subject.POST_MORTEM, "post-mortem") if is_mortem else (Subject.ACTION, "action")
    opening = next((do for rule in policy.rules for do in rule.do if isinstance(do, OpenDo) and do.what == what), None)
    is_written_on = _is_written_on(case, ticket)
    if opening is None or not (is_written_on or ticket.is_open):
        return None
    if not is_written_on and not _keeps_status(policy, subject):
        seen_at = written_at(case.post_mortem) if case.post_mortem else since  # nothing of ours will ever tell
    start = max(since, seen_at)
    return policy.calendar.local_date(policy.calendar.add(start, opening.due.for_severity(severity)))


def _is_written_on(case: Case, ticket: Ticket) -> bool:
    """Whether the case wrote there, be it that somebody deleted it."""
    theirs = (one.marker.case for one in ticket.comments if one.marker)
    return any(split_case_id(one)[0] == case.root for one in theirs) or any(ref == ticket.ref for _, ref in case.wrote)


def _keeps_status(policy: Policy, subject: Subject) -> bool:
    rules = (rule for rule in policy.rules if rule.subject is subject)
    return any(isinstance(do, KeepDo) and do.slot == "status" for rule in rules for do in rule.do)


def is_tended(case: Case, ticket: Ticket) -> bool:
    """Whether the ticket was adopted, is open, and is this case's to write on."""
    adoption = case.adopted.get(ticket.ref)
    return adoption is not None and not adoption.is_elsewhere and ticket.is_open


def is_shared(case: Case) -> bool:
    """Whether another case tends a ticket of this one."""
    return any(adoption.is_elsewhere for adoption in case.adopted.values())


def spared(case: Case, effects: Iterable[AnyEffect]) -> list[AnyEffect]:
    """The effects without those that would write on a ticket which another case tends."""
    elsewhere = {ref for ref, adoption in case.adopted.items() if adoption.is_elsewhere}
    return [one for one in effects if isinstance(one, _Harmless) or one.ticket not in elsewhere]


def farewells(case: Case, case_id: str) -> Iterator[Amend]:
    """Our status comment on a ticket that was let go of says so, once."""
    for gone in case.let_go:
        comment = our_status(gone.ticket, case_id)
        if comment and comment.marker and comment.marker.extra != LET_GO:
            yield Amend(
                key=state_key(case_id, f"{gone.role}:{gone.item}", LET_GO),
                case=case_id,
                rule="adoption",
                why="it is no part of the case any more",
                urgency=Urgency(),
                ticket=gone.ticket.ref,
                comment_id=comment.id,
                of=comment.marker.key,
                text="status",
                extra=LET_GO,
                readers=comment.readers,
                body=_farewell(gone),
            )


def our_status(ticket: Ticket, case_id: str) -> Comment | None:
    """The status comment that a case keeps on a ticket."""
    kept = (one for one in ticket.comments if one.marker and one.marker.case == case_id)
    return next((one for one in kept if one.marker and one.marker.kind == "status"), None)


def _farewell(gone: LetGo) -> str:
    if gone.role == "post-mortem":
        return "This ticket is no longer linked to the failure as its post-mortem: nobody is reminded of it any more."
    return "The post-mortem no longer names this ticket as an action: nobody is reminded of it any more."
