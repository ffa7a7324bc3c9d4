"""Whom to thank when the work is finished, and what for: by name, in the order of the story.

Nobody is counted, compared or left out for having done little (P10): each person stands there once, with everything
that they had a part in. What was done in a ticket that the reader may not read is not told (P14).
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten

from rules.endings import Ending, has_words
from rules.facts import ActorKind, Readership
from rules.naming import person_named, split_name
from rules.policy import Person, Role
from rules.readers import may_read
from rules.roles import holder, owner_of, person_of
from rules.situation import Situation
from rules.texts import names_in_a_row
from rules.views import ThanksView

#: Of one `/thanks`: the whole stands in its comment.
_WHAT_FOR_CHARACTERS_MAX = 160


def thanks_of(situation: Situation, audience: Readership) -> tuple[ThanksView, ...]:
    """One line a person for readers of that audience: reporter, owner, who responded, who finished what."""
    people, case = situation.policy.people, situation.case
    parts: dict[str, tuple[str, list[str]]] = {}

    def thank(person: Person | None, what_for: str) -> None:
        if person:
            parts.setdefault(person.id, (person.name, []))[1].append(what_for)

    thank(holder(people, case.failure, Role.REPORTER), "reported it")
    thank(owner_of(people, case.failure), "took ownership")
    for person in _responders(situation):
        if person.id not in parts:
            thank(person, "helped in the response")
    mortem = case.post_mortem
    if mortem and may_read(audience, mortem):
        thank(owner_of(people, mortem), "saw to the analysis")
    for person, titles in _finished(situation, audience).values():
        thank(person, f"finished {names_in_a_row([f'“{title}”' for title in titles])}")
    for person, what_for in _by_command(situation, audience):
        thank(person, what_for)
    return tuple(ThanksView(name, names_in_a_row(list(dict.fromkeys(whats)))) for name, whats in parts.values())


def _responders(situation: Situation) -> list[Person]:
    """Who gave the first word, and who moved the failure itself: triage, repair, closing."""
    people, failure = situation.policy.people, situation.case.failure
    word = situation.first_word
    actors = [word.author] if word else []
    since = situation.standing.began_at
    actors += [change.actor for change in failure.changes if change.is_progress and change.at >= since]
    return [person_of(people, failure.ref.tracker, actor) for actor in actors if actor.kind is ActorKind.PERSON]


def _by_command(situation: Situation, audience: Readership) -> Iterator[tuple[Person, str]]:
    """What `/thanks @somebody what for` adds, from the tickets that the reader may read."""
    people, case = situation.policy.people, situation.case
    for ticket in case.tickets:
        given = (one for one in situation.commands(ticket) if one.name == "thanks" and may_read(audience, ticket))
        for command in given:
            name, what_for = split_name(command.argument)
            person = person_named(people, case, ticket.ref.tracker, name, command.author)
            if person and has_words(what_for):
                words = shorten(what_for.removeprefix("for "), _WHAT_FOR_CHARACTERS_MAX, placeholder="…")
                yield person, f"is thanked for “{words}”"


def _finished(situation: Situation, audience: Readership) -> dict[str, tuple[Person, list[str]]]:
    """By person: the titles of the actions that they saw to the end."""
    finished: dict[str, tuple[Person, list[str]]] = {}
    for action in situation.case.actions:
        ticket = action.ticket
        person, end = owner_of(situation.policy.people, ticket), situation.endings.of(action)
        if person and end and end.how is Ending.DONE and may_read(audience, ticket):
            finished.setdefault(person.id, (person, []))[1].append(ticket.title)
    return finished
