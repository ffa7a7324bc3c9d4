"""The private messages about a post-mortem's review: its calendar entry once, each move, and the draft a day ahead.

They go to everybody who took part and has a private channel; who has none reads of it in the post-mortem's status
comment, and nothing is said in public instead. A move is a message of its own with the same UID and a higher SEQUENCE,
so that a calendar takes it for the same meeting; what moved it, a due date, another calendar or another policy, is all
the same. Of two that are due at one moment only the later speaks (P9), so the draft brings the entry along, and mends
what a lost letter or a deleted `/due` left behind. After the meeting has begun nothing is sent any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rules import keys
from rules.calendar_entry import calendar_entry, sequence_at
from rules.deferred import Once
from rules.effects import AnyEffect, Notify
from rules.occasion import Occasion, origin_of
from rules.participants import participants_of
from rules.policy import Person
from rules.readers import in_letters
from rules.review import Review, proposed
from rules.review_terms import ReviewDo
from rules.situation import Situation
from rules.texts import letter_title
from rules.viewing import view_of
from rules.views import TextView

#: Names of the two messages in keys and counts.
ENTRY, DRAFT = "review", "review-draft"


def review_letters(situation: Situation, occasion: Occasion, do: ReviewDo) -> list[AnyEffect]:
    """What is to be sent by now, whether it was sent already or not."""
    review = proposed(situation, do, occasion.ticket)
    if review is None or situation.now >= review.starts:
        return []
    is_for_draft = _shares_draft(review) and situation.now >= review.draft_at
    letter = _draft if is_for_draft else _entry
    return [letter(situation, occasion, do, review, person) for person in _reached(situation)]


def next_review_at(situation: Situation, occasion: Occasion, do: ReviewDo) -> dt.datetime | None:
    """When there is something to be sent next, or nothing any more. Where nobody is reached time alone changes nothing:
    whoever takes part from now on is news, and a channel in the people file wakes every case."""
    review = proposed(situation, do, occasion.ticket)
    if review is None or not _reached(situation):
        return None
    moments = [review.draft_at] if _shares_draft(review) else []
    return min((at for at in (*moments, review.starts) if at > situation.now), default=None)


def _reached(situation: Situation) -> list[Person]:
    return [person for person in participants_of(situation, situation.now) if person.notify]


def _shares_draft(review: Review) -> bool:
    """Whether there is a day between proposing it so and the draft: else the entry itself came just now."""
    return review.since < review.draft_at


def _entry(situation: Situation, occasion: Occasion, do: ReviewDo, review: Review, person: Person) -> Notify:
    letter = _Letter(situation, occasion, person)
    stage = f"moved {_version(review)}" if review.moves else _unmoved(review, letter, ENTRY, "")
    return letter.of(
        ENTRY, stage, do.title, do.template, review.since, lambda: _calendar(situation, review, letter, do.title)
    )


def _draft(situation: Situation, occasion: Occasion, do: ReviewDo, review: Review, person: Person) -> Notify:
    letter = _Letter(situation, occasion, person)
    stage = _version(review) if review.moves else _unmoved(review, letter, DRAFT, "0")
    return letter.of(
        DRAFT,
        stage,
        do.reminder_title,
        do.reminder,
        review.draft_at,
        lambda: _calendar(situation, review, letter, do.title),
    )


def _version(review: Review) -> str:
    """Which proposal it is: by when it was made and for when. The count of moves does not tell, since somebody who
    edits or deletes a `/due` changes what was counted before."""
    return f"{review.since:%Y-%m-%dT%H:%M:%SZ} {review.starts:%Y-%m-%dT%H:%MZ}"


def _unmoved(review: Review, letter: _Letter, kind: str, before: str) -> str:
    """Which proposal it is, where no due date moved it: the calendar or the policy may have. Who was told of it by an
    earlier version, which took no heed of that, has it under the stage `before` and is not told again."""
    return before if letter.is_told(kind, before) else f"at {review.starts:%Y-%m-%dT%H:%MZ}"


def _calendar(situation: Situation, review: Review, letter: _Letter, title: str) -> str:
    uid = f"{keys.state_key(situation.id, 'post-mortem', 'review')}@aftermath"
    mortem = letter.view().post_mortem
    url = mortem.url if mortem else ""
    number = sequence_at(situation.now)
    return calendar_entry(uid, number, review.since, review.starts, review.ends, letter.titled(title), url)


class _Letter:
    """A message about the review to one person, in words that nobody who reads less than they do could object to
    (P14)."""

    def __init__(self, situation: Situation, occasion: Occasion, person: Person) -> None:
        self._situation = situation
        self._occasion = occasion
        self._person = person
        self.view: Once[TextView] = Once(self._view)

    def of(
        self, kind: str, stage: str, title: str, template: str, since: dt.datetime, calendar: Callable[[], str]
    ) -> Notify:
        situation, occasion, policy = self._situation, self._occasion, self._situation.policy
        return Notify(
            key=self._key(kind, stage),
            ticket=occasion.ticket.ref,
            text=kind,
            title=lambda: self.titled(title),
            body=lambda: policy.templates.render(template, self.view()),
            calendar=calendar,
            person=self._person.id,
            since=since,
            **origin_of(situation, occasion, self._person.id),
        )

    def is_told(self, kind: str, stage: str) -> bool:
        """Whether it was sent to them, or may have been."""
        return self._key(kind, stage) in self._situation.case.told

    def _key(self, kind: str, stage: str) -> str:
        situation = self._situation
        salt, subject = situation.policy.salt, self._occasion.subject
        return keys.private_key(salt, situation.id, subject, kind, stage, "", self._person.id)

    def titled(self, title: str) -> str:
        return letter_title(self._situation.policy.templates.render(title, self.view()))

    def _view(self) -> TextView:
        audience = in_letters(self._occasion.ticket.audience, self._situation.case.failure.audience)
        return view_of(
            self._situation, self._occasion.ticket, people=(self._person,), audience=audience, is_private=True
        )
