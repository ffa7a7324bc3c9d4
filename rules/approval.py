"""Whose word ends an action or settles a plan: the owner's, the lead's, the manager's. Nobody approves their own.

Ownership is asked of the whole history, so that a command that was right when it was given stays right after
the ticket was handed on.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.facts import ChangeKind, Command, Ticket
from rules.policy import People, Person, Role
from rules.roles import holder


def was_assigned(ticket: Ticket, account: str) -> bool:
    """Whether the ticket is or was that account's."""
    told = (c for c in ticket.changes if c.kind in (ChangeKind.ASSIGNED, ChangeKind.UNASSIGNED))
    accounts = {actor.account for actor in ticket.assignees} | {name for c in told for name in (c.old, c.new)}
    return account.casefold() in {known.casefold() for known in accounts}


def approvers(people: People, ticket: Ticket, but: str) -> tuple[Person, ...]:
    """Lead and manager, those with an account there, without the one whose account is `but`. None where there are
    none: then anybody else with rights may approve."""
    held = (holder(people, ticket, role) for role in (Role.LEAD, Role.MANAGER))
    tracker = ticket.ref.tracker
    found = [one for one in held if one and _differs(one.accounts.get(tracker, ""), but)]
    return tuple({one.id: one for one in found}.values())


def may_approve(people: People, ticket: Ticket, account: str, but: str) -> bool:
    """Whether that account, which has rights, may approve what `but` proposed on the ticket."""
    if account.casefold() == but.casefold():
        return False
    allowed = approvers(people, ticket, but)
    return not allowed or account in {one.accounts.get(ticket.ref.tracker, "") for one in allowed}


def may_speak_for(people: People, ticket: Ticket, account: str) -> bool:
    """Whether that account may accept or decline the action: its owner, lead or manager; anybody where it has none."""
    if not ticket.assignees or was_assigned(ticket, account):
        return True
    return account in {one.accounts.get(ticket.ref.tracker, "") for one in approvers(people, ticket, "")}


def accepted_by_owner(ticket: Ticket, commands: Iterable[Command]) -> bool:
    """Whether somebody who is assigned now wrote `/accept`. `commands` are those with rights."""
    own = {actor.account for actor in ticket.assignees}
    return any(one.name == "accept" and one.author.account in own for one in commands)


def plan_approval(mortem: Ticket | None, commands: Iterable[Command]) -> Command | None:
    """The first `/approve` on the post-mortem by somebody who never owned it. `commands` are those with rights."""
    if mortem is None:
        return None
    given = (one for one in commands if one.name == "approve")
    return next((one for one in given if not was_assigned(mortem, one.author.account)), None)


def _differs(account: str, other: str) -> bool:
    return bool(account) and account.casefold() != other.casefold()
