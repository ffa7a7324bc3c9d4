"""Whose word ends an action or settles a plan: the owner's, the lead's, the manager's. Nobody approves their own.

Ownership is asked of the whole history, so that a command that was right when it was given stays right after
the ticket was handed on; and so is who stood above the owner, or that there was none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from rules.facts import Actor, ChangeKind, Command, Ticket
from rules.policy import People, Person, Role
from rules.roles import holder


def was_assigned(ticket: Ticket, account: str) -> bool:
    """Whether the ticket is or was that account's."""
    told = (c for c in ticket.changes if c.kind in (ChangeKind.ASSIGNED, ChangeKind.UNASSIGNED))
    accounts = {actor.account for actor in ticket.assignees} | {name for c in told for name in (c.old, c.new)}
    return account.casefold() in {known.casefold() for known in accounts}


def as_assigned_at(ticket: Ticket, at: dt.datetime) -> Ticket:
    """The ticket with those who were assigned at that moment: what its history tells was changed since is undone."""
    assigned = {actor.account.casefold(): actor for actor in ticket.assignees}
    for change in reversed(ticket.changes):
        if change.at <= at:
            break
        if change.kind is ChangeKind.ASSIGNED:
            assigned.pop(change.new.casefold(), None)
        elif change.kind is ChangeKind.UNASSIGNED and change.old:
            assigned.setdefault(change.old.casefold(), Actor(change.old, change.old))
    return replace(ticket, assignees=tuple(assigned.values()))


def approvers(people: People, ticket: Ticket, but: str) -> tuple[Person, ...]:
    """Lead and manager, those with an account there, without the one whose account is `but`. None where there are
    none: then anybody else with rights may approve."""
    held = (holder(people, ticket, role) for role in (Role.LEAD, Role.MANAGER))
    tracker = ticket.ref.tracker
    found = [one for one in held if one and _differs(one.accounts.get(tracker, ""), but)]
    return tuple({one.id: one for one in found}.values())


def may_approve(people: People, ticket: Ticket, account: str, but: str, at: dt.datetime) -> bool:
    """Whether that account, which has rights, might approve at that moment what `but` proposed on the ticket."""
    if account.casefold() == but.casefold():
        return False
    allowed = approvers(people, as_assigned_at(ticket, at), but)
    return not allowed or account in {one.accounts.get(ticket.ref.tracker, "") for one in allowed}


def may_speak_for(people: People, ticket: Ticket, account: str, at: dt.datetime) -> bool:
    """Whether that account might accept or decline the action at that moment: its owner, lead or manager; anybody
    where it had none."""
    then = as_assigned_at(ticket, at)
    if not then.assignees or was_assigned(ticket, account):
        return True
    return account in {one.accounts.get(ticket.ref.tracker, "") for one in approvers(people, then, "")}


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
