"""Whether somebody should be asked to approve a plan: it is not approved, and somebody other than its owner could.

A team in which nobody stands above a post-mortem's owner is not asked: nobody approves their own plan, and a comment
that nobody can act on is noise. What was asked once is not asked again.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.approval import plan_approvals
from rules.endings import Ending, closed_as
from rules.facts import Command, Comment, Ticket
from rules.policy import People, Role
from rules.roles import holder

#: The kind of the comment that asks.
KIND = "unapproved"


def has_approver(people: People, ticket: Ticket) -> bool:
    """Whether somebody who stands above the ticket's owner, and can be reached there, could approve what they plan."""
    return holder(people, ticket, Role.APPROVER) is not None


def wants_approval(
    people: People,
    mortem: Ticket,
    commands: Sequence[Command],
    questions: Sequence[str],
    ours: Sequence[Comment],
    actions: int,
    is_left: bool,
) -> bool:
    """Whether the plan in a post-mortem waits for a word: while there is work, or where it was closed as done and came
    to no action at all. `ours` are our comments there, `actions` those
    there are, items without a ticket too, of which some are open where work `is_left`."""
    is_asked = any(comment.marker and comment.marker.kind == KIND for comment in ours)
    if is_asked or not has_approver(people, mortem) or plan_approvals(mortem, commands, questions):
        return False
    came_to_nothing = actions == 0 and closed_as(mortem) is Ending.DONE
    return mortem.is_open or is_left or came_to_nothing
