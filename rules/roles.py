"""Who is meant by owner, lead and manager of a ticket, and what happens where nobody is."""

from __future__ import annotations

from collections.abc import Callable

from rules.facts import Actor, ActorKind, Ticket
from rules.policy import Named, Part, People, Person, Role
from rules.teams import team_of, team_of_person

_UP = (Role.OWNER, Role.LEAD, Role.MANAGER)
#: Who is there in somebody's place: they themselves, whoever stands in, or nobody.
Instead = Callable[[Person], Person | None]


def _themselves(person: Person) -> Person | None:
    return person


def person_of(people: People, tracker: str, actor: Actor) -> Person:
    """The person behind an actor; one who is not in the people file keeps the name the tracker shows."""
    return people.by_account(tracker, actor.account, actor.name)


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


def holder(
    people: People,
    ticket: Ticket,
    part: Part,
    left: frozenset[str] = frozenset(),
    instead: Instead = _themselves,
) -> Person | None:
    """Who has that part towards the ticket, or None. An owner who left is none; who stands above them still does. So
    it is with the people of these ids (`left`), who are nobody's lead and manager either. `instead` gives who is there
    in somebody's place."""
    if part is Role.APPROVER:
        return _approver(people, ticket, left, instead)
    found = present_owner_of(people, ticket) if part is Role.OWNER else _around(people, ticket, part)
    if found is None or (part is not Role.OWNER and found.id in left):
        return None
    return instead(found)


def named_people(people: People, part: Named) -> tuple[Person, ...]:
    """The person of that id; of a team its lead, else its members."""
    team = people.teams.get(part.value)
    ids = ((team.lead,) if team.lead else team.members) if team else (part.value,)
    return tuple(person for one in ids if (person := people.get(one)))


def _around(people: People, ticket: Ticket, part: Part) -> Person | None:
    """The reporter, the owner's lead or manager, or the first of those named, there or not."""
    if isinstance(part, Named):
        return next(iter(named_people(people, part)), None)
    owner = present_owner_of(people, ticket) or owner_of(people, ticket)
    if part is Role.REPORTER:
        if ticket.reporter.kind is not ActorKind.PERSON:
            return None
        return person_of(people, ticket.ref.tracker, ticket.reporter)
    team = team_of_person(people, owner) if owner else team_of(people, ticket)
    lead = people.get((owner.lead if owner else "") or (team.lead if team else "") or people.default_lead)
    if part is Role.LEAD:
        return lead
    own_manager = people.get(owner.manager) if owner else None
    return own_manager or (people.get(lead.manager) or people.get(lead.lead) if lead else None)


def _approver(people: People, ticket: Ticket, left: frozenset[str], instead: Instead) -> Person | None:
    """Lead, else manager, who can be reached there and does not own the ticket as well: nobody approves their own."""
    own = {actor.account.casefold() for actor in ticket.assignees}
    for role in (Role.LEAD, Role.MANAGER):
        person = holder(people, ticket, role, left, instead)
        account = person.accounts.get(ticket.ref.tracker, "") if person else ""
        if account and account.casefold() not in own:
            return person
    return None


def asked(
    people: People,
    ticket: Ticket,
    parts: tuple[Part, ...],
    failure: Ticket | None = None,
    left: frozenset[str] = frozenset(),
    instead: Instead = _themselves,
) -> tuple[Person, ...]:
    """The people a rung asks, each once.

    A role that nobody has, or nobody with an account on this tracker, falls to the next one up; where nobody is
    above either, to the nearest below, and at last to the reporter. Where a ticket has none of these, those around
    its `failure` are asked: a ladder never ends in silence because a file is incomplete, or because there is none (P7).
    Of the people of the ids in `left` nobody is asked as somebody's lead, manager or reporter. `instead` gives who is
    there in somebody's place, or None where nobody is: then it falls further.
    """
    tracker = ticket.ref.tracker
    found = _asked(people, ticket, parts, tracker, left, instead)
    return found or (_asked(people, failure, parts, tracker, left, instead) if failure else ())


def _asked(
    people: People, ticket: Ticket, parts: tuple[Part, ...], tracker: str, left: frozenset[str], instead: Instead
) -> tuple[Person, ...]:
    """Those around a ticket who can be reached on that tracker."""
    found: dict[str, Person] = {}
    for part in parts:
        if isinstance(part, Named):
            persons = (instead(one) for one in named_people(people, part) if one.id not in left)
            found |= {one.id: one for one in persons if one and one.accounts.get(tracker) and one.id not in found}
            continue
        for candidate in _ways(part):
            person = holder(people, ticket, candidate, left, instead)
            if person and not person.accounts.get(tracker):
                continue  # nobody is asked where they cannot be reached
            if person and person.id not in found:
                found[person.id] = person
                break
            if person and candidate is part:
                break  # asked already by this rung, for another role
    return tuple(found.values())


def _ways(role: Role) -> tuple[Role, ...]:
    if role in (Role.REPORTER, Role.APPROVER):
        return (role,)
    at = _UP.index(role)
    return (*_UP[at:], *reversed(_UP[:at]), Role.REPORTER)
