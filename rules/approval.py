"""Whose word ends an action or settles a plan: the owner's, the lead's, the manager's. Nobody approves their own.

Ownership is asked of the history up to the command, so that one that was right when it was given stays right after
the ticket was handed on; and so is who stood above the owner, or that there was none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rules.accounts import is_among
from rules.facts import Actor, ChangeKind, Command, Ticket
from rules.policy import People, Person, Role
from rules.roles import holder

_HALF_A_DAY = dt.timedelta(hours=12)


def was_assigned(ticket: Ticket, account: str) -> bool:
    """Whether the ticket is or was that account's."""
    told = (c for c in ticket.changes if c.kind in (ChangeKind.ASSIGNED, ChangeKind.UNASSIGNED))
    accounts = {actor.account for actor in ticket.assignees} | {name for c in told for name in (c.old, c.new)}
    return account.casefold() in {known.casefold() for known in accounts}


def was_assigned_by(ticket: Ticket, account: str, at: dt.datetime) -> bool:
    """Whether the ticket was that account's at that moment or before: what came later is no matter."""
    given = {change.new for change in ticket.changes if change.kind is ChangeKind.ASSIGNED and change.at <= at}
    taken = {change.old for change in ticket.changes if change.kind is ChangeKind.UNASSIGNED and change.at <= at}
    then = {actor.account for actor in as_assigned_at(ticket, at).assignees}
    return account.casefold() in {known.casefold() for known in given | taken | then}


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


def approving_roles(people: People, ticket: Ticket, but: str) -> tuple[Role, ...]:
    """Of lead and manager, those who could approve what `but` proposed; none where anybody else may."""
    found = approvers(people, ticket, but)
    return tuple(role for role in (Role.LEAD, Role.MANAGER) if holder(people, ticket, role) in found)


def may_approve(people: People, ticket: Ticket, account: str, but: str, at: dt.datetime) -> bool:
    """Whether that account, which has rights, might approve at that moment what `but` proposed on the ticket."""
    if account.casefold() == but.casefold():
        return False
    allowed = approvers(people, as_assigned_at(ticket, at), but)
    return not allowed or is_among(account, _accounts(people, allowed, ticket.ref.tracker, at))


def may_speak_for(people: People, ticket: Ticket, account: str, at: dt.datetime) -> bool:
    """Whether that account might accept or decline the action at that moment: its owner, lead or manager; anybody
    where it had none."""
    then = as_assigned_at(ticket, at)
    if not then.assignees or was_assigned(ticket, account):
        return True
    return is_among(account, _accounts(people, approvers(people, then, ""), ticket.ref.tracker, at))


def accepted_by_owner(ticket: Ticket, commands: Iterable[Command]) -> bool:
    """Whether somebody who is assigned now wrote `/accept`. `commands` are those with rights."""
    own = {actor.account for actor in ticket.assignees}
    return any(one.name == "accept" and one.author.account in own for one in commands)


def plan_approvals(mortem: Ticket, commands: Iterable[Command], questions: Sequence[str]) -> tuple[Command, ...]:
    """Each `/approve` on the post-mortem by somebody who had never owned it by then. `commands` are those with rights;
    while any of the systemic `questions` is open, nothing is approved."""
    if questions:
        return ()
    return tuple(one for one in commands if one.name == "approve" and not is_own_plan(mortem, one))


def is_own_plan(mortem: Ticket, approval: Command) -> bool:
    """Whether whoever wrote the `/approve` owned the post-mortem by then.

    What they were given later takes nothing back. A comment counts as of its last edit: nobody writes a word before
    they get a plan, and makes an approval of it afterwards.
    """
    return was_assigned_by(mortem, approval.author.account, approval.stands_since)


def _accounts(people: People, persons: Iterable[Person], tracker: str, at: dt.datetime) -> Iterator[str]:
    """The accounts of these people, and of whoever stood in for them then. Where in the world they were is no matter
    here: on the first and last day somebody may be a few hours early or late."""
    days = {(at - _HALF_A_DAY).date(), (at + _HALF_A_DAY).date()}
    waiting, seen = list(persons), set[str]()
    while waiting:
        person = waiting.pop()
        seen.add(person.id)
        yield person.accounts.get(tracker, "")
        away = (one for one in person.away if any(one.starts <= day <= one.ends for day in days))
        stand_ins = (people.get(one.stand_in) for one in away if one.stand_in)
        waiting += [one for one in stand_ins if one and one.id not in seen]


def _differs(account: str, other: str) -> bool:
    return bool(account) and account.casefold() != other.casefold()
