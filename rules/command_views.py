"""What commands did to a ticket, as its status comment tells it: until when it is quiet, who let it go, who approved.

A command leaves no trace of its own on a ticket, and whoever comes by later has not read every comment. Words and names
from a comment that not everybody reads are left out (P14).
"""

from __future__ import annotations

from rules.approval import plan_approval
from rules.facts import Audience, Command, Ticket
from rules.readers import may_read
from rules.roles import person_of
from rules.situation import Situation
from rules.views import DeclineView, SnoozeView


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


def approved_plan(situation: Situation, audience: Audience) -> tuple[str, str]:
    """Who approved the plan, where everybody may read that, and on which day (ISO); nothing of either where readers may
    not know of the post-mortem at all."""
    mortem = situation.case.post_mortem
    if mortem is None or not may_read(audience, mortem):
        return "", ""
    approval = plan_approval(mortem, situation.commands(mortem), situation.open_questions)
    if approval is None:
        return "", ""
    on = situation.policy.calendar.local_date(approval.at).isoformat()
    return _author(situation, mortem, approval), on


def _author(situation: Situation, ticket: Ticket, command: Command) -> str:
    return "" if command.is_restricted else person_of(situation.policy.people, ticket.ref.tracker, command.author).name
