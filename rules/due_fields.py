"""The tracker's own due date, made to show what a `/due` said: it is what people see, sort and filter by.

Nobody argues about it: of a date set by hand and one set by command the later counts (`rules.dates`), and only what a
command said, or what we wrote for one that was taken back since, is ever written here.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.dates import is_field_ours
from rules.effects import SetDue, Urgency
from rules.facts import Ticket
from rules.keys import state_key
from rules.policy import Phase
from rules.situation import Situation


def due_fields(situation: Situation) -> Iterator[SetDue]:
    """The due dates that should stand in the tracker's field, whether they do already or not."""
    case = situation.case
    mortem = ((case.post_mortem, "post-mortem"),) if case.post_mortem else ()
    actions = ((action.ticket, f"action:{action.item_id}") for action in case.actions)
    for ticket, subject in (*mortem, *actions) if situation.phase is Phase.ACTIVE else ():
        due = situation.due(ticket)
        is_commanded = due is not None and due.is_commanded
        if not ticket.has_due_field or not (is_commanded or is_field_ours(ticket)):
            continue
        if not is_commanded and _is_in_doubt(situation, ticket):
            continue
        if situation.endings.is_open(ticket):
            yield SetDue(
                key=state_key(situation.id, subject, "due"),
                case=situation.id,
                rule="command",
                why="it was set by a command" if is_commanded else "the command that had set it was taken back",
                urgency=Urgency(situation.severity),
                ticket=ticket.ref,
                due_on=due.day if due else None,
            )


def _is_in_doubt(situation: Situation, ticket: Ticket) -> bool:
    """Whether a `/due` stands there of which it is not known whether it counts, since its author's rights could not be
    asked for: what we wrote for it is then left as it is."""
    return any(one.name == "due" and one.rights is None for one in situation.case.commands.get(ticket.ref, ()))
