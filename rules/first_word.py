"""The first word on a failure: who acknowledged it, when, and with what.

It is asked for once, so there has to be one answer to whether it was given; the ladder, the status comment, the
timeline and the thanks all take it from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from rules.facts import Actor, ActorKind, Command, Ticket

#: How a line of a timeline begins that tells of it, behind its time: what follows are words from the failure.
TOLD_AS = "first word from"


@dataclass(frozen=True, slots=True)
class FirstWord:
    """`text` is what was said, as its author wrote it: data, to be escaped wherever it is shown. It is empty where not
    everybody may read it (P14)."""

    at: dt.datetime
    author: Actor
    text: str


def first_word_of(failure: Ticket, commands: Iterable[Command], since: dt.datetime) -> FirstWord | None:
    """The earliest `/ack` by somebody with rights, or comment by an owner, since then.

    `commands` are those on the failure by people with rights.
    """
    owners = {actor.account for actor in failure.assignees}
    words = [FirstWord(one.at, one.author, one.argument.strip()) for one in commands if one.name == "ack"]
    words += [
        FirstWord(comment.at, comment.author, "" if comment.is_restricted else comment.body.strip())
        for comment in failure.comments
        if comment.author.account in owners and comment.author.kind is ActorKind.PERSON
    ]
    # At one moment the command comes first: it says the same without its slash.
    return min((word for word in words if word.at >= since), key=lambda word: word.at, default=None)
