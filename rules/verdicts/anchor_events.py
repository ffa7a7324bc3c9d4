"""Which event a ladder counts from, when that was and by whose doing: found again by the name of its anchor.

Who wrote a comment that not everybody may read is left out (P14).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from rules.anchors import UNDATED
from rules.clocks import AnchorPoint
from rules.facts import Actor, ActorKind, ChangeKind, Ticket
from rules.roles import person_of
from rules.situation import Situation


class EventKind(StrEnum):
    """What happened. The word is that with which an anchor's name begins."""

    LABELLED = "labelled"
    #: The failure was made graver, so that another ladder counts.
    GRAVER = "graver"
    OPENED = "opened"
    DUE = "due"
    UNDATED = "undated"
    PROGRESS = "progress"
    ANSWER = "answer"
    SNOOZE = "snooze"
    POSTPONED = "postponed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AnchorEvent:
    """`at` is when it happened, `by` who did it, each where that is known. `what` adds what kind of progress it was, or
    what set a due date; `day` is that date."""

    kind: EventKind
    at: dt.datetime | None = None
    by: str = ""
    what: str = ""
    day: str = ""


#: What a ladder counts from.
EVENT_WORDS = MappingProxyType(
    {
        EventKind.LABELLED: "the failure label",
        EventKind.GRAVER: "the raising of the severity",
        EventKind.OPENED: "the opening of the ticket",
        EventKind.DUE: "the due date",
        EventKind.UNDATED: "the time given after the last progress, as there is no due date",
        EventKind.PROGRESS: "the last progress",
        EventKind.ANSWER: "the last answer",
        EventKind.SNOOZE: "the end of the snooze",
        EventKind.POSTPONED: "the last time that the due date was put off",
        EventKind.OTHER: "an event that cannot be found any more",
    }
)
#: Progress, as it is told of.
_STEPS = {
    ChangeKind.STATUS: "its status was changed",
    ChangeKind.ASSIGNED: "somebody was assigned",
    ChangeKind.UNASSIGNED: "somebody was unassigned",
    ChangeKind.CLOSED: "it was closed",
    ChangeKind.REOPENED: "it was reopened",
    ChangeKind.DUE: "its due date was set",
    ChangeKind.REFERENCED: "a commit or pull request named it",
    ChangeKind.DESCRIBED: "its text was edited",
}


def event_of(situation: Situation, ticket: Ticket, point: AnchorPoint) -> AnchorEvent:
    """The event that gave the anchor point its name."""
    word, _, name = point.id.partition(":")
    kind = EventKind(word) if word in list(EventKind) else EventKind.OTHER
    match kind:
        case EventKind.OPENED:
            return AnchorEvent(kind, ticket.created_at, _name(situation, ticket, ticket.reporter))
        case EventKind.LABELLED:
            return _labelled(situation, point, name)
        case EventKind.DUE:
            return _due(situation, ticket, name)
        case EventKind.ANSWER:
            return _answer(situation, ticket, name)
        case EventKind.PROGRESS | EventKind.POSTPONED | EventKind.SNOOZE:
            return _done(situation, ticket, kind, name)
        case EventKind.UNDATED:
            last = point.id.removeprefix(UNDATED).partition(":")[2]
            step = _done(situation, ticket, EventKind.PROGRESS, last)
            return AnchorEvent(kind, step.at or point.event_at, step.by, step.what)
        case _:
            return AnchorEvent(kind, point.event_at or point.at)


def _labelled(situation: Situation, point: AnchorPoint, name: str) -> AnchorEvent:
    """The label is on the failure, whichever ticket is asked about."""
    failure = situation.case.failure
    change = next((one for one in failure.changes if one.id == name), None)
    if change is None:
        return AnchorEvent(EventKind.LABELLED, point.at)
    if point.is_base and point.at > change.at:
        raised = next((one for one in failure.changes if one.at == point.at), None)
        by = _name(situation, failure, raised.actor) if raised else ""
        return AnchorEvent(EventKind.GRAVER, point.at, by)
    return AnchorEvent(EventKind.LABELLED, change.at, _name(situation, failure, change.actor))


def _due(situation: Situation, ticket: Ticket, name: str) -> AnchorEvent:
    set_by, _, day = name.rpartition(":")
    if set_by == "opened":
        return AnchorEvent(EventKind.DUE, ticket.created_at, what="when the ticket was opened", day=day)
    if set_by == "adopted":
        return AnchorEvent(EventKind.DUE, what="by the policy, as for a ticket of ours", day=day)
    found = _done(situation, ticket, EventKind.DUE, set_by)
    return AnchorEvent(EventKind.DUE, found.at, found.by, found.what, day)


def _answer(situation: Situation, ticket: Ticket, name: str) -> AnchorEvent:
    comment = next((one for one in ticket.comments if one.id == name), None)
    if comment is None:
        return AnchorEvent(EventKind.ANSWER)
    by = "" if comment.is_restricted else _name(situation, ticket, comment.author)
    return AnchorEvent(EventKind.ANSWER, comment.at, by)


def _done(situation: Situation, ticket: Ticket, kind: EventKind, name: str) -> AnchorEvent:
    """What a command or an entry of the history did."""
    for command in situation.commands(ticket):
        if command.id == name:
            by = "" if command.is_restricted else _name(situation, ticket, command.author)
            return AnchorEvent(kind, command.at, by, f"/{command.name}")
    for change in ticket.changes:
        if change.id == name:
            return AnchorEvent(kind, change.at, _name(situation, ticket, change.actor), _STEPS.get(change.kind, ""))
    return AnchorEvent(kind)


def _name(situation: Situation, ticket: Ticket, actor: Actor) -> str:
    if actor.kind is ActorKind.OURS:
        return "Aftermath"
    return person_of(situation.policy.people, ticket.ref.tracker, actor).name
