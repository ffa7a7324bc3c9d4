"""Owners who were named by a command: people asked for it, so no rule is."""

from __future__ import annotations

from collections.abc import Iterator

from rules.effects import AnyEffect, Assign, Urgency
from rules.handovers import handover
from rules.keys import state_key
from rules.policy import Phase
from rules.situation import Situation


def handed_over(situation: Situation) -> Iterator[AnyEffect]:
    """Whoever was named by command is assigned, whatever the policy says: people asked for it."""
    case, people = situation.case, situation.policy.people
    subjects = {case.failure.ref: "failure"} | {one.ticket.ref: f"action:{one.item_id}" for one in case.actions}
    for ticket in case.tickets if situation.phase is Phase.ACTIVE else ():
        given = handover(people, case, ticket, situation.commands(ticket))
        if given and all(actor.account.casefold() != given.account.casefold() for actor in ticket.assignees):
            subject = subjects.get(ticket.ref, "post-mortem")
            yield Assign(
                key=state_key(situation.id, f"{subject}/comment:{given.command.comment_id}", f"owner:{given.account}"),
                case=situation.id,
                rule="command",
                why="it was given to them by a command",
                urgency=Urgency(situation.severity),
                ticket=ticket.ref,
                account=given.account,
                is_asked=True,
            )
