"""Whom a text on a ticket asks, and where there is nobody.

What is nobody's to answer is asked of whoever called it a failure: in the smallest team, without a people file, a
machine may have opened the ticket and nobody own it. Where nobody is left at all, that is a reason of its own, so that
`status` can tell what to mend (P7).
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.facts import Actor, ActorKind, Ticket
from rules.policy import Do, Part, Person, SayDo
from rules.roles import asked, person_of
from rules.situation import Situation

#: The note of a rung that speaks to nobody.
NOBODY_TO_ASK = "nobody to ask"


def people_asked(
    situation: Situation, ticket: Ticket, parts: tuple[Part, ...], *, can_wait: bool = True
) -> tuple[Person, ...]:
    """The people that a text which mentions these asks on the ticket, each once; none where it mentions nobody.

    Whoever is away is asked through their stand-in. Where they have none, and it cannot wait, the next one up is asked.
    """
    known = situation.attendance.asked
    at = (ticket.ref, parts, can_wait)
    if at not in known:
        known[at] = _people_asked(situation, ticket, parts, can_wait) if parts else ()
    return known[at]


def first_asked(situation: Situation, ticket: Ticket, dos: Iterable[Do], *, can_wait: bool = True) -> str:
    """The id of whom they ask first, or nothing where they ask nobody on the ticket."""
    for do in dos:
        people = people_asked(situation, ticket, do.mention, can_wait=can_wait) if isinstance(do, SayDo) else ()
        if people:
            return people[0].id
    return ""


def _people_asked(situation: Situation, ticket: Ticket, parts: tuple[Part, ...], can_wait: bool) -> tuple[Person, ...]:
    policy, failure, attendance = situation.policy, situation.case.failure, situation.attendance
    left = situation.left_people
    there = attendance.there_for if can_wait else attendance.there_now
    found = asked(policy.people, ticket, parts, failure, left, there)
    if not found and not can_wait:  # everybody is away: they are asked all the same
        found = asked(policy.people, ticket, parts, failure, left, attendance.there_for)
    actor = _called_it_a_failure(situation)
    if found or actor is None:
        return found
    person = person_of(policy.people, failure.ref.tracker, actor)
    return (person,) if person.id not in left and person.accounts.get(ticket.ref.tracker) else ()


def is_unheard(situation: Situation, ticket: Ticket, dos: Iterable[Do]) -> bool:
    """Whether something is to be asked there, and each text that asks would ask nobody."""
    asking = [do for do in dos if isinstance(do, SayDo) and do.mention]
    return bool(asking) and not any(people_asked(situation, ticket, do.mention) for do in asking)


def _called_it_a_failure(situation: Situation) -> Actor | None:
    """The person who put the label on, or brought the failure back."""
    labelled = situation.standing.labelled
    actor = labelled.actor if labelled else None
    return actor if actor and actor.kind is ActorKind.PERSON and not actor.has_left else None
