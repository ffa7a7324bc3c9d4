"""Who took part in a failure and its analysis: the people to whom the private reflection is offered.

Taking part means having a part: reporting, owning, acknowledging, commanding, moving a ticket. Somebody who only
passed by with a comment is left alone. Nothing about what anybody did is kept or counted (P10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rules.facts import Actor, ActorKind
from rules.policy import Person
from rules.roles import person_of
from rules.situation import Situation


def participants_of(situation: Situation, until: dt.datetime) -> tuple[Person, ...]:
    """Each person once, in the order of the story; what they did after `until` makes nobody a participant."""
    people = situation.policy.people
    found = {
        person.id: person
        for tracker, actor in _actors(situation, until)
        if actor.kind is ActorKind.PERSON
        for person in [person_of(people, tracker, actor)]
    }
    return tuple(found.values())


def _actors(situation: Situation, until: dt.datetime) -> Iterator[tuple[str, Actor]]:
    case, since = situation.case, situation.standing.began_at
    yield case.failure.ref.tracker, case.failure.reporter
    for ticket in case.tickets:
        tracker = ticket.ref.tracker
        yield from ((tracker, actor) for actor in ticket.assignees)
        yield from ((tracker, one.author) for one in situation.commands(ticket) if one.at <= until)
        yield from ((tracker, one.actor) for one in ticket.changes if one.is_progress and since <= one.at <= until)
