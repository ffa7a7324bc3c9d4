"""What was said already, so that it is not said again: under another name of its anchor, or by another way.

A rung is asked for once. A command that set its anchor may have moved to another line since, and somebody may have got
a private channel, or lost it. What tells is what stands on the ticket, and what the ledger remembers beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, takewhile
from typing import Protocol
from urllib.parse import unquote

from rules import keys
from rules.clocks import stage_names, stages_of
from rules.durations import Duration, Unit
from rules.facts import Comment
from rules.occasion import Occasion
from rules.policy import Part, Person, Rung, SayDo
from rules.situation import Situation


class TokenOf(Protocol):
    """Gives the said-token of a stage: of what is said, or of another text of its rule that asks others."""

    def __call__(self, stage: str, of: str = ..., to: tuple[Part, ...] = ..., /) -> str: ...


#: What stages of ladders are mostly called, in rungs before and after the anchor, and the first times that they are
#: repeated.
_GUESSED = tuple(
    f"{Duration(amount, unit)}#{occurrence}"
    for unit in (Unit.BUSINESS_DAYS, Unit.BUSINESS_HOURS, Unit.DAYS, Unit.HOURS)
    for amount in range(-30, 31)
    for occurrence in range(4 if amount >= 0 else 1)
)
_MENTIONED = re.compile(r"\]\(mention:([^()\s]{1,200})\)")


def anchor_said(situation: Situation, occasion: Occasion, name_for: Callable[[str], str]) -> str:
    """Of the names that the occasion's anchor may have, the one under which this was said; else its present one.

    `name_for` gives what is remembered of something said for an anchor: a said-token, or a private message's key.
    """
    anchors = occasion.anchors
    if len(anchors) == 1:
        return anchors[0]
    told = situation.case.told | {c.marker.said for c in situation.our_comments(occasion.ticket) if c.marker}
    return next((one for one in anchors if name_for(one) in told), anchors[0])


def stage_said(
    situation: Situation, occasion: Occasion, kind: str, name_for: TokenOf, asked: Iterable[Person]
) -> tuple[str, str]:
    """The occasion's stage, and its said-token; where its rule, as it was before the policy was changed, or is under
    another override, asked the same people after that stage had fallen due, those of the one under which it did: who
    moves a rung to an earlier time, or puts on a label that hurries, says nothing again. So it is where it asked by
    then those of a higher rung: who moves all rungs to later times goes no step down. The same people are the same
    roles, or all who are asked now by name.

    What a rung was called can only be guessed, by the times that people write; a rung at another one speaks once more.
    The ladder's own stages are told by their own names.
    """
    ladder, stage = occasion.rule.ladder, occasion.reading.stage if occasion.reading else None
    own = name_for(occasion.stage)
    if ladder is None or stage is None:
        return occasion.stage, own
    kinds = {kind, *(do.kind for do in _asking(ladder.rungs))}
    ours = [c for c in situation.our_comments(occasion.ticket) if c.marker and c.marker.kind in kinds]
    told = {c.marker.said: c for c in ours if c.marker and c.at >= stage.due_at}
    if not told or own in told:
        return occasion.stage, own
    known = (name for other in situation.policy.otherwise(occasion.rule) for name in stage_names(other))
    names, theirs = dict.fromkeys((*known, *_GUESSED)), set(stage_names(ladder))
    others = [name for name in names if name not in theirs]
    if found := next((name for name in others if name_for(name) in told), ""):
        return found, name_for(found)
    above = (name_for(name, do.kind, do.mention) for do in _asking(ladder.rungs[stage.index + 1 :]) for name in names)
    heard = _heard(situation, occasion, told.values(), others, asked)
    return occasion.stage, next(chain((one for one in above if one in told), heard), own)


def _heard(
    situation: Situation, occasion: Occasion, told: Iterable[Comment], others: Iterable[str], asked: Iterable[Person]
) -> Iterator[str]:
    """The said-tokens of what the rule said at another time, in whatever role, to all who are asked now."""
    accounts = [person.accounts.get(occasion.ticket.ref.tracker, "") for person in asked]
    if not accounts:
        return  # what asks nobody says something of its own: nobody has heard it from what asked somebody
    anchors, rule = occasion.anchors or ("",), occasion.rule.id
    theirs = {
        keys.event_key(situation.id, occasion.subject, rule, name, anchor) for name in others for anchor in anchors
    }
    for comment in told:
        if comment.marker and comment.marker.key in theirs and all(_names(comment, one) for one in accounts):
            yield comment.marker.said


def _asking(rungs: Iterable[Rung]) -> list[SayDo]:
    return [do for rung in rungs for do in rung.do if isinstance(do, SayDo) and do.mention]


def letter_key(situation: Situation, occasion: Occasion, kind: str, person: Person) -> str:
    """The key of the private message with which the person is told, or was: under another override, too, where its
    stage was due no earlier than this one."""

    def key(anchor: str, stage: str = occasion.stage) -> str:
        salt = situation.policy.salt
        return keys.private_key(salt, situation.id, occasion.subject, kind, stage, anchor, person.meant)

    anchor, told = anchor_said(situation, occasion, key), situation.case.told
    own = key(anchor)
    if own in told or not told:
        return own
    return next((one for name in _later_stages(situation, occasion) if (one := key(anchor, name)) in told), own)


def _later_stages(situation: Situation, occasion: Occasion) -> Iterator[str]:
    """The stages of the rule as it is under another override that fell due after the occasion's, and are due by now."""
    reading, calendar = occasion.reading, situation.attendance.calendar_for(occasion.ticket)
    stage = reading.stage if reading else None
    if reading is None or stage is None:
        return
    for ladder in situation.policy.otherwise(occasion.rule):
        fallen = takewhile(lambda one: one.due_at <= situation.now, stages_of(ladder, reading.anchor, calendar))
        yield from (one.name for one in fallen if one.due_at >= stage.due_at)


def is_told_openly(situation: Situation, occasion: Occasion, person: Person, said: str) -> bool:
    """Whether the comment with that said-token, which stands on the ticket, names the person."""
    account = person.accounts.get(occasion.ticket.ref.tracker, "")
    ours = (c for c in situation.our_comments(occasion.ticket) if c.marker and c.marker.said == said)
    return bool(account) and any(_names(comment, account) for comment in ours)


def is_told_privately(situation: Situation, occasion: Occasion, person: Person, kind: str) -> bool:
    """Whether a private message about it was sent to the person, or may have been."""
    told = situation.case.told
    return bool(told and occasion.reading) and letter_key(situation, occasion, kind, person) in told


def asked_before(situation: Situation, occasion: Occasion) -> bool:
    """Whether the ladder has asked anybody on the ticket before: by a comment that stands there. What it says first is
    no reminder of anything, however high its rung: the one before may have had to wait, or nobody was there to ask."""
    ladder = occasion.rule.ladder
    dos = [do for rung in ladder.rungs for do in rung.do] if ladder else []
    kinds = {do.kind for do in dos if isinstance(do, SayDo)}
    return any(c.marker and c.marker.kind in kinds for c in situation.our_comments(occasion.ticket))


def _names(comment: Comment, account: str) -> bool:
    """Whether the comment mentions the account, in either of the forms that trackers give a mention back in: `@login`,
    or `[Name](mention:account)`. A plain word that happens to be somebody's account names nobody."""
    mentioned = {unquote(found).casefold() for found in _MENTIONED.findall(comment.body)}
    at_login = rf"(?<![\w@/.-])@{re.escape(account)}(?![\w/-])"
    return account.casefold() in mentioned or bool(re.search(at_login, comment.body, re.IGNORECASE))
