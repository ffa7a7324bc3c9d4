"""What a case waits for, in phrases: the one source for its status comment, the command line and the web.

A status comment is written anew when a word of these changes, on every case there is.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.command_views import awaited_approval
from rules.policy import Person, Phase
from rules.situation import Situation
from rules.texts import escape
from rules.views import Markdown, TicketView

#: States of a ticket that is to be done still.
STATES_OPEN = ("open", "in progress")


def awaited(
    situation: Situation, owner: Person | None, post_mortem: TicketView | None, actions: Sequence[TicketView]
) -> tuple[Markdown, ...]:
    """What is awaited, of whom, by when, each as a phrase. Only dates that events move, so that the text rests between
    them. `owner` is the failure's, where the readers may know of it (P14), as the views of the other tickets are."""
    if situation.phase is not Phase.ACTIVE:
        return ()
    failure = situation.case.failure
    lines: list[Markdown] = []
    if _wants_first_word(situation) and failure.is_open and not situation.is_acknowledged:
        lines.append(Markdown(f"a first word{_from(owner.name if owner else '')} (`/ack` and what is known)"))
    mortem = [("the post-mortem", post_mortem)] if post_mortem else []
    pairs = list(zip(situation.case.actions, actions, strict=True))
    declined = {one.item_id: line for one, view in pairs if (line := awaited_approval(situation, one.ticket, view))}
    lines += declined.values()
    for what, view in (*mortem, *(("the action", view) for one, view in pairs if one.item_id not in declined)):
        if view.state in STATES_OPEN:
            due = f", due {view.due}" if view.due else ""
            # Without a key the link is plain words (P14), which name the part already.
            named = f"{what} {view.link}" if view.key else f"the {view.link}"
            lines.append(Markdown(f"{named}{_from(view.owner)}{due}"))
    if not lines and failure.is_open:
        lines.append(Markdown("the failure itself: close it when it is over"))
    roles = dict.fromkeys(gone.role for gone in situation.case.gone)
    lines += [Markdown(f"the {role} that was deleted, or that Aftermath may no longer read") for role in roles]
    return tuple(lines)


def _wants_first_word(situation: Situation) -> bool:
    """Whether a rule of the policy asks for one: not every policy does, and none of an experiment."""
    asking = (one for rule in situation.policy.rules for one in rule.conditions)
    return not situation.is_experiment and any("failure.is_acknowledged" in one.facts for one in asking)


def _from(name: str) -> str:
    return f" from {escape(name)}" if name else ""
