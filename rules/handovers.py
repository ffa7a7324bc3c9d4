"""Who a ticket was given to by command: `/owner @ben`, or `/accept` on an action that was nobody's.

Nobody is taken off a ticket (P12): where several are assigned, the one who was named last is its owner. Whatever a
person assigned by hand after the command is the newer word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from rules.facts import ActorKind, Case, ChangeKind, Command, Ticket
from rules.naming import person_named, split_name
from rules.policy import People

_GIVING = ("owner", "accept")
_ASSIGNING = (ChangeKind.ASSIGNED, ChangeKind.UNASSIGNED)


@dataclass(frozen=True, slots=True)
class Handover:
    """The account a ticket was given to, and the command that did it."""

    account: str
    command: Command


def named_owner(people: People, case: Case, ticket: Ticket, command: Command) -> str:
    """The account on the ticket's tracker that an `/owner` names, or nothing where nobody knows who is meant."""
    tracker = ticket.ref.tracker
    # A whole name of several words first, `Ada Byron` being more than `Ada`.
    for name in (command.argument, split_name(command.argument)[0]):
        if person := person_named(people, case, tracker, name, command.author):
            return person.accounts.get(tracker, "")
    return ""


def handover(people: People, case: Case, ticket: Ticket, commands: Iterable[Command]) -> Handover | None:
    """The last word on who owns the ticket, where a command said it. `commands` are those by people with rights."""
    said: Handover | None = None
    for command in commands:
        account = _given_to(people, case, ticket, command, said) if command.name in _GIVING else ""
        if account:
            said = Handover(account, command)
    return said if said and not _settled_by_hand(ticket, said) else None


def with_named_owners(case: Case, commands: Callable[[Ticket], Iterable[Command]], people: People) -> Case:
    """The case with those who were named by command first among the assignees of their tickets."""
    if not any(one.name in _GIVING for given in case.commands.values() for one in given):
        return case

    def ordered(ticket: Ticket) -> Ticket:
        given = handover(people, case, ticket, commands(ticket))
        if given is None or len(ticket.assignees) < 2:
            return ticket
        first = sorted(ticket.assignees, key=lambda actor: actor.account.casefold() != given.account.casefold())
        return replace(ticket, assignees=tuple(first))

    return replace(
        case,
        failure=ordered(case.failure),
        post_mortem=ordered(case.post_mortem) if case.post_mortem else None,
        actions=tuple(replace(action, ticket=ordered(action.ticket)) for action in case.actions),
    )


def _given_to(people: People, case: Case, ticket: Ticket, command: Command, said: Handover | None) -> str:
    if command.name == "owner":
        return named_owner(people, case, ticket, command)
    is_action = any(action.ticket.ref == ticket.ref for action in case.actions)
    is_free = not ticket.assignees and said is None
    return command.author.account if command.name == "accept" and is_action and is_free else ""


def _settled_by_hand(ticket: Ticket, said: Handover) -> bool:
    return any(
        change.kind in _ASSIGNING and change.actor.kind is not ActorKind.OURS and change.at > said.command.at
        for change in ticket.changes
    )
