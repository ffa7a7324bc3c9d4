"""Who is meant by owner, lead and manager of a ticket, and what happens where nobody is."""

from __future__ import annotations

from rules.facts import Actor, ActorKind, Ticket
from rules.policy import People, Person, Role

_UP = (Role.OWNER, Role.LEAD, Role.MANAGER)


def person_of(people: People, tracker: str, actor: Actor) -> Person:
    """The person behind an actor; one who is not in the people file keeps the name the tracker shows."""
    known = people.by_account(tracker, actor.account)
    if known.id == f"{tracker}/{actor.account}":
        return Person(id=known.id, name=actor.name or actor.account, accounts=known.accounts)
    return known


def owner_of(people: People, ticket: Ticket) -> Person | None:
    """The first assignee who is a person."""
    for actor in ticket.assignees:
        if actor.kind is ActorKind.PERSON:
            return person_of(people, ticket.ref.tracker, actor)
    return None


def present_owner_of(people: People, ticket: Ticket) -> Person | None:
    """The first assignee who is a person, and has not left."""
    for actor in ticket.assignees:
        has_left = actor.has_left or people.has_left(ticket.ref.tracker, actor.account)
        if actor.kind is ActorKind.PERSON and not has_left:
            return person_of(people, ticket.ref.tracker, actor)
    return None


def holder(people: People, ticket: Ticket, role: Role, left: frozenset[str] = frozenset()) -> Person | None:
    """Who has that role towards the ticket, or None. An owner who left is none; who stands above them still does. So
    it is with the people of these ids (`left`), who are nobody's lead and manager either."""
    if role is Role.OWNER:
        return present_owner_of(people, ticket)
    if role is Role.APPROVER:
        return _approver(people, ticket, left)
    found = _around(people, ticket, role)
    return None if found and found.id in left else found


def _around(people: People, ticket: Ticket, role: Role) -> Person | None:
    """The reporter, or the owner's lead or manager, there or not."""
    owner = present_owner_of(people, ticket) or owner_of(people, ticket)
    if role is Role.REPORTER:
        if ticket.reporter.kind is not ActorKind.PERSON:
            return None
        return person_of(people, ticket.ref.tracker, ticket.reporter)
    lead = people.get(owner.lead if owner and owner.lead else people.default_lead)
    if role is Role.LEAD:
        return lead
    own_manager = people.get(owner.manager) if owner else None
    return own_manager or (people.get(lead.manager) or people.get(lead.lead) if lead else None)


def _approver(people: People, ticket: Ticket, left: frozenset[str]) -> Person | None:
    """Lead, else manager, who can be reached there and does not own the ticket as well: nobody approves their own."""
    own = {actor.account.casefold() for actor in ticket.assignees}
    for role in (Role.LEAD, Role.MANAGER):
        person = holder(people, ticket, role, left)
        account = person.accounts.get(ticket.ref.tracker, "") if person else ""
        if account and account.casefold() not in own:
            return person
    return None


def asked(
    people: People,
    ticket: Ticket,
    roles: tuple[Role, ...],
    failure: Ticket | None = None,
    left: frozenset[str] = frozenset(),
) -> tuple[Person, ...]:
    """The people a rung asks, each once.

    A role that nobody has, or nobody with an account on this tracker, falls to the next one up; where nobody is
    above either, to the nearest below, and at last to the reporter. Where a ticket has none of these, those around
    its `failure` are asked: a ladder never ends in silence because a file is incomplete, or because there is none (P7).
    Of the people of the ids in `left` nobody is asked as somebody's lead, manager or reporter.
    """
    tracker = ticket.ref.tracker
    found = _asked(people, ticket, roles, tracker, left)
    return found or (_asked(people, failure, roles, tracker, left) if failure else ())


def _asked(
    people: People, ticket: Ticket, roles: tuple[Role, ...], tracker: str, left: frozenset[str]
) -> tuple[Person, ...]:
    """Those around a ticket who can be reached on that tracker."""
    people_asked: list[Person] = []
    for role in roles:
        for candidate in _ways(role):
            person = holder(people, ticket, candidate, left)
            if person and not person.accounts.get(tracker):
                continue  # nobody is asked where they cannot be reached
            if person and person not in people_asked:
                people_asked.append(person)
                break
            if person and candidate is role:
                break  # asked already by this rung, for another role
    return tuple(people_asked)


def _ways(role: Role) -> tuple[Role, ...]:
    if role in (Role.REPORTER, Role.APPROVER):
        return (role,)
    at = _UP.index(role)
    return (*_UP[at:], *reversed(_UP[:at]), Role.REPORTER)
