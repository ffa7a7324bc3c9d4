"""The first word on a failure: who acknowledged it, when, and with what.

It is asked for once, so there has to be one answer to whether it was given; the ladder, the status comment, the
timeline and the thanks all take it from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from rules.accounts import folded_account, is_among
from rules.approval import as_assigned_at
from rules.commands import parse_commands
from rules.deferred import DeferredText
from rules.facts import Actor, ActorKind, ChangeKind, Command, Comment, Ticket
from rules.spoken import spoken

#: How a line of a timeline begins that tells of it, behind its time: what follows are words from the failure.
TOLD_AS = "first word from"


@dataclass(frozen=True)
class FirstWord:
    """`text` is what was said, as its author wrote it: data, to be escaped wherever it is shown. It is empty where not
    everybody may read it (P14)."""

    at: dt.datetime
    author: Actor
    text: DeferredText = DeferredText()


def first_word_of(failure: Ticket, commands: Iterable[Command], since: dt.datetime) -> FirstWord | None:
    """The earliest `/ack` by somebody with rights, or word by an owner, since then.

    `commands` are those on the failure by people with rights. An owner is whoever is assigned now or was when they
    wrote: handing a failure over takes back nothing that was said.
    """
    acks = [FirstWord(one.at, one.author, one.argument.strip()) for one in commands if one.name == "ack"]
    ack = min((word for word in acks if word.at >= since), key=lambda word: word.at, default=None)
    owners = {folded_account(actor.account) for actor in failure.assignees}
    # Comments are in order of time, and to read one is slow: none is read behind the first that counts.
    spoke = (
        comment
        for comment in failure.comments
        if since <= comment.at
        and (ack is None or comment.at < ack.at)  # at one moment the command comes first: it says the same
        and comment.author.kind is ActorKind.PERSON
        and (folded_account(comment.author.account) in owners or _owned(failure, comment))
        and _says_something(comment)
    )
    first = next(spoke, None)
    if first is None:
        return ack
    return FirstWord(first.at, first.author, partial(_shown, first))


def _shown(comment: Comment) -> str:
    return "" if comment.is_restricted else spoken(comment) or comment.body.strip()


def _owned(failure: Ticket, comment: Comment) -> bool:
    """Whether its author was assigned when it was written, and is not any more."""
    account = comment.author.account
    if not is_among(account, (change.old for change in failure.changes if change.kind is ChangeKind.UNASSIGNED)):
        return False
    return is_among(account, (actor.account for actor in as_assigned_at(failure, comment.at).assignees))


def _says_something(comment: Comment) -> bool:
    """Whether it tells anybody anything. An owner acknowledges with `/ack` alone, rights or not."""
    if comment.body[:1].isalpha():
        return True  # a first line that begins with a letter is words, whatever follows: that need not be read
    return bool(spoken(comment)) or any(one.name == "ack" for one in parse_commands((comment,)))
