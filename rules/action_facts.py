"""Values of the facts that conditions can ask about an action, beside those of its case (`rules.vocabulary`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from rules.adopted import is_tended
from rules.dates import is_dated_aside
from rules.endings import ended_by_command
from rules.facts import ActionTicket
from rules.lazy_facts import LazyFacts
from rules.own_fields import field_ways
from rules.situation import Situation
from rules.ticket_facts import Way, ticket_ways
from rules.wanted_approval import has_approver


def action_facts(situation: Situation, action: ActionTicket) -> Mapping[str, Any]:
    """All facts for a rule `for: action`, by name."""
    ticket, fields = action.ticket, situation.policy.fields
    facts: Mapping[str, Any] = LazyFacts(_TICKET, (situation, ticket), situation.common_facts)
    facts = LazyFacts(field_ways("action", fields), ticket, facts) if fields else facts
    return LazyFacts(_WAYS, (situation, action), facts)


def _wants_status(situation: Situation, action: ActionTicket) -> bool:
    """Whether people made it, a command snoozed, ended or dated it, or its status comment stands there already."""
    ticket = action.ticket
    told = any(c.marker and c.marker.kind == "status" for c in situation.our_comments(ticket))
    theirs = is_tended(situation.case, ticket) or is_dated_aside(ticket, situation.due(ticket))
    ended = ended_by_command(situation.endings.of(action))
    return told or theirs or situation.snooze(ticket) is not None or ended


#: How each fact is worked out.
_WAYS: Mapping[str, Callable[[tuple[Situation, ActionTicket]], Any]] = MappingProxyType(
    {
        "action.is_open": lambda of: of[0].endings.of(of[1]) is None,
        "action.is_snoozed": lambda of: of[0].snooze(of[1].ticket) is not None,
        "action.wants_status": lambda of: _wants_status(*of),
        "action.has_approver": lambda of: has_approver(of[0].policy.people, of[1].ticket),
        "action.postponements": lambda of: len(of[0].postponements(of[1].ticket)),
    }
)
_TICKET: Mapping[str, Way] = MappingProxyType(ticket_ways("action"))
