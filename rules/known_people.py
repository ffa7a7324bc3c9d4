"""Whom a case knows, with the role that stands for each of them in a text without names (`rules.nameless`).

The people file, and whoever reported, owns, moved or commented on one of the case's tickets. Machines have names that
may be told. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.facts import Actor, ActorKind, Case
from rules.nameless import SOMEBODY, Known
from rules.policy import Person
from rules.roles import owner_of, person_of
from rules.situation import Situation

OWNER, REPORTER, TEAMMATE = "the owner", "the reporter", "a teammate"
#: Whose role is told first, where two bear one name.
_ORDER = (OWNER, REPORTER, TEAMMATE, SOMEBODY)


def known_people(situation: Situation) -> tuple[Known, ...]:
    """Everybody once: the failure's owner, its reporter, then teammates, and last those of whom nobody knows whether
    they are, such as a customer who commented."""
    case, people = situation.case, situation.policy.people
    persons: dict[str, Person] = dict(people.people)
    shown: dict[str, set[str]] = {}
    team = set(persons)
    for tracker, actor, is_team in _actors(case):
        person = person_of(people, tracker, actor)
        persons.setdefault(person.id, person)
        shown.setdefault(person.id, set()).add(actor.name)
        team |= {person.id} if is_team else set()
    roles = _roles(situation)
    found = [
        Known(
            role=roles.get(one.id) or (TEAMMATE if one.id in team else SOMEBODY),
            names=(one.name, *sorted(shown.get(one.id, set()) - {one.name})),
            accounts=tuple(dict.fromkeys(one.accounts.values())),
            took_part=one.id in shown,
        )
        for one in persons.values()
    ]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.role)))


def _roles(situation: Situation) -> dict[str, str]:
    failure, people = situation.case.failure, situation.policy.people
    owner = owner_of(people, failure)
    reporter = person_of(people, failure.ref.tracker, failure.reporter)
    return {reporter.id: REPORTER} | ({owner.id: OWNER} if owner else {})


def _actors(case: Case) -> Iterator[tuple[str, Actor, bool]]:
    """People on the case's tickets, and whether they surely belong to those who work on it."""
    for ticket in case.tickets:
        tracker = ticket.ref.tracker
        mine = [(ticket.reporter, False), *((actor, True) for actor in ticket.assignees)]
        mine += [(one.author, (tracker, one.author.account) in case.trusted) for one in ticket.comments]
        mine += [(one.actor, one.is_progress) for one in ticket.changes]
        yield from ((tracker, actor, is_team) for actor, is_team in mine if actor.kind is ActorKind.PERSON)
