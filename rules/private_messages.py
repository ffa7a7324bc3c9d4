"""Messages to one person through their own private channel: what is nobody else's business.

Reflection is offered this way or not at all, never in a comment (P10). Where a ticket is public, whoever stands above
its owner is told this way too, so that nobody is shown up before the whole world (P14). Who has no channel gets no
message; nothing here decides to speak in public instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.deferred import Once
from rules.effects import AnyEffect, Notify
from rules.facts import Audience, ChangeKind
from rules.occasion import Occasion, origin_of
from rules.participants import participants_of
from rules.policy import Named, NotifyDo, Person, Recipient, Role, StandIn
from rules.readers import in_letters
from rules.roles import holder, named_people
from rules.said_before import asked_before, letter_key
from rules.situation import Situation
from rules.texts import letter_title, link
from rules.viewing import in_place_of, view_of
from rules.views import TextView

#: The title of every message that has no title of its own.
TITLE = "title-private.md"


def messages(situation: Situation, occasion: Occasion, do: NotifyDo) -> list[AnyEffect]:
    """One message for each person who is meant and has a channel."""
    since = _since(situation, occasion)
    audience = in_letters(occasion.ticket.audience, situation.case.failure.audience)
    return [
        _message(situation, occasion, person, do.kind, do.title, do.template, since, audience)
        for person in _meant(situation, occasion, do.to, since)
        if person.notify
    ]


def above_the_owner(situation: Situation, occasion: Occasion, people: Sequence[Person]) -> tuple[Person, ...]:
    """Those of the people asked on a rung who are told privately instead: above the owner of a public ticket, and
    with a channel."""
    ticket, policy = occasion.ticket, situation.policy
    if ticket.audience is not Audience.PUBLIC or occasion.reading is None:
        return ()
    own = {person.id for role in (Role.OWNER, Role.REPORTER) if (person := holder(policy.people, ticket, role))}
    return tuple(person for person in people if person.notify and person.meant not in own)


def escalation(
    situation: Situation, occasion: Occasion, people: Sequence[Person], kind: str, template: str
) -> list[AnyEffect]:
    """What a rung would have said in a comment, told to these people alone, with the way to the ticket."""
    if not people:
        return []
    since = _since(situation, occasion)
    audience = in_letters(occasion.ticket.audience, occasion.ticket.audience)
    way = f"{link(occasion.ticket.ref.key, occasion.ticket.url)}\n\n"
    return [_message(situation, occasion, person, kind, TITLE, template, since, audience, way) for person in people]


def _message(
    situation: Situation,
    occasion: Occasion,
    person: Person,
    kind: str,
    title: str,
    template: str,
    since: dt.datetime,
    audience: Audience,
    opening: str = "",
) -> Notify:
    policy = situation.policy
    if isinstance(person, StandIn):
        opening = f"This reaches you in place of {in_place_of(person)}.\n\n{opening}"

    @Once  # for title and body
    def view() -> TextView:
        told = view_of(
            situation,
            occasion.ticket,
            people=(person,),
            reading=occasion.reading,
            audience=audience,
            is_private=True,
        )
        return replace(told, asked_before=asked_before(situation, occasion))

    return Notify(
        key=letter_key(situation, occasion, kind, person),
        ticket=occasion.ticket.ref,
        text=kind,
        title=lambda: letter_title(policy.templates.render(title, view())),
        body=lambda: opening + policy.templates.render(template, view()),
        person=person.id,
        since=since,
        **origin_of(situation, occasion, person.id),
    )


def _since(situation: Situation, occasion: Occasion) -> dt.datetime:
    """The moment that gave reason for the message. A ticket that is closed gave it when it was closed first, so that
    closing it again is no new reason."""
    if occasion.reading and occasion.reading.stage:
        return occasion.reading.stage.due_at
    began_at = situation.standing.began_at
    ends = [c.at for c in occasion.ticket.changes if c.kind is ChangeKind.CLOSED and c.at >= began_at]
    return min(ends, default=occasion.ticket.closed_at or began_at)


def _meant(
    situation: Situation, occasion: Occasion, to: Iterable[Recipient | Named], until: dt.datetime
) -> tuple[Person, ...]:
    """Each person once. Whoever is away is told through their stand-in, but for those who took part: what is said to
    them is theirs alone."""
    people, there = situation.policy.people, situation.attendance.there_for
    found: dict[str, Person] = {}
    for recipient in to:
        if recipient is Recipient.PARTICIPANTS:
            persons = participants_of(situation, until)
        elif recipient is Recipient.LEADERSHIP:
            persons = tuple(map(there, people.leadership))
        elif isinstance(recipient, Named):
            persons = tuple(map(there, named_people(people, recipient)))
        else:
            person = holder(people, occasion.ticket, Role(recipient.value), instead=there)
            persons = (person,) if person else ()
        found = {person.id: person for person in persons} | found
    return tuple(found.values())
