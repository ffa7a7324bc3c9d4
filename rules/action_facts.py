"""Values of the facts that conditions can ask about an action, beside those of its case (`rules.vocabulary`)."""

from __future__ import annotations

from typing import Any

from rules.adopted import is_tended
from rules.dates import is_dated_aside
from rules.endings import ended_by_command
from rules.facts import ActionTicket
from rules.labels import in_either_case
from rules.situation import Situation
from rules.wanted_approval import has_approver


def action_facts(situation: Situation, action: ActionTicket) -> dict[str, Any]:
    """All facts for a rule `for: action`, by name."""
    ticket = action.ticket
    return situation.common_facts | {
        "action.is_open": situation.endings.of(action) is None,
        "action.is_snoozed": situation.snooze(ticket) is not None,
        "action.wants_status": _wants_status(situation, action),
        "action.has_owner": situation.has_owner(ticket),
        "action.has_approver": has_approver(situation.policy.people, ticket),
        "action.has_due": situation.due(ticket) is not None,
        "action.postponements": len(situation.postponements(ticket)),
        "action.labels": in_either_case(ticket.labels),
    }


def _wants_status(situation: Situation, action: ActionTicket) -> bool:
    """Whether people made it, a command snoozed, ended or dated it, or its status comment stands there already."""
    ticket = action.ticket
    told = any(c.marker and c.marker.kind == "status" for c in situation.our_comments(ticket))
    theirs = is_tended(situation.case, ticket) or is_dated_aside(ticket, situation.due(ticket))
    ended = ended_by_command(situation.endings.of(action))
    return told or theirs or situation.snooze(ticket) is not None or ended
