"""What commands did to a ticket, as its status comment tells it: until when it is quiet, who let it go, who approved.

A command leaves no trace of its own on a ticket, and whoever comes by later has not read every comment. Words and names
from a comment that not everybody reads are left out (P14).
"""

from __future__ import annotations

from rules.approval import accepted_by_owner, approvers
from rules.facts import Command, Readership, Ticket
from rules.plan_growth import added_since, plan_approval
from rules.readers import may_read
from rules.roles import person_of
from rules.situation import Situation
from rules.texts import escape
from rules.views import DeclineView, Markdown, SnoozeView, TicketView


def snooze_view(situation: Situation, ticket: Ticket) -> SnoozeView | None:
    """The snooze that lasts longest, while it lasts and there is something to be quiet about."""
    snooze = situation.snooze(ticket) if situation.endings.is_open(ticket) else None
    if snooze is None:
        return None
    return SnoozeView(
        until=situation.policy.calendar.local_date(snooze.until).isoformat(),
        by=_author(situation, ticket, snooze.command),
        reason=snooze.reason.rstrip(" ."),
    )


def decline_view(situation: Situation, ticket: Ticket) -> DeclineView | None:
    """The `/decline` by which an action ended, and its `/approve`."""
    approved = situation.endings.approved_decline(ticket)
    if approved is None:
        return None
    decline, approval = approved
    return DeclineView(
        by=_author(situation, ticket, decline),
        approved_by=_author(situation, ticket, approval),
        approved_on=situation.policy.calendar.local_date(approval.at).isoformat(),
    )


def awaited_approval(situation: Situation, ticket: Ticket, view: TicketView) -> Markdown:
    """Of an action whose `/decline` waits: for whose `/approve`, and since which day; nothing where nothing waits.

    Names are for those who may read the action, as `view` shows it (P14)."""
    decline = situation.endings.proposal(ticket)
    if decline is None:
        return Markdown("")
    day = situation.policy.calendar.local_date(situation.endings.declined_at(ticket, decline)).isoformat()
    if not view.key:
        return Markdown(f"an `/approve` on the {view.link}, declined on {day}")
    asked = approvers(situation.policy.people, ticket, decline.author.account)[:1]
    whom = escape(asked[0].name) if asked else "somebody else who may edit it"
    return Markdown(f"an `/approve` from {whom} on the action {view.link}, declined on {day}")


def approved_plan(situation: Situation, audience: Readership) -> tuple[str, str]:
    """Who approved the plan, where everybody may read that, and on which day (ISO); nothing of either where readers may
    not know of the post-mortem at all."""
    mortem = situation.case.post_mortem
    if mortem is None or not may_read(audience, mortem):
        return "", ""
    approval = plan_approval(situation)
    if approval is None:
        return "", ""
    on = situation.policy.calendar.local_date(approval.at).isoformat()
    return _author(situation, mortem, approval), on


def action_note(situation: Situation, ticket: Ticket, audience: Readership) -> Markdown:
    """What there is to add to the state of an open action: that its `/decline` waits, or that its owner agreed; and
    that it came after the plan's approval, where readers may know of that (P14)."""
    notes: list[str] = []
    if situation.endings.proposal(ticket):
        notes.append("a `/decline` waits for approval")
    elif accepted_by_owner(ticket, situation.commands(ticket)):
        notes.append("accepted")
    mortem = situation.case.post_mortem
    if mortem and may_read(audience, mortem) and ticket.ref in {one.ticket.ref for one in added_since(situation)}:
        notes.append("added after the approval")
    return Markdown(", ".join(notes))


def _author(situation: Situation, ticket: Ticket, command: Command) -> str:
    return "" if command.is_restricted else person_of(situation.policy.people, ticket.ref.tracker, command.author).name
