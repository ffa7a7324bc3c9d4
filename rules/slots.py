"""The places that only one rule can fill: a standing comment, an owner, the ticket that is opened, the lesson.

Two rules that want to fill the same one of the same ticket at once would write over each other for ever, or do a thing
twice. Comments are none: two rules may have something to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.policy import (
    AssignDo,
    CloseDo,
    Do,
    FileDo,
    KeepDo,
    LabelDo,
    LinkDo,
    LookBackDo,
    NotifyDo,
    OpenDo,
    Rule,
    SayDo,
)
from rules.review_terms import ReviewDo


def slots_of(rule: Rule) -> Iterator[str]:
    """What the rule fills, each in words that say how: `keeps the comment “status”`."""
    for do in rule.do:
        if slot := slot_of(do):
            yield slot
    for rung in rule.ladder.rungs if rule.ladder else ():
        for do in rung.do:
            # What a rung says belongs to its rule; what it puts on the ticket, others may put there too.
            if isinstance(do, LabelDo | AssignDo) and (slot := slot_of(do)):
                yield slot


def slot_of(do: Do) -> str:
    """What one thing to do fills, or nothing."""
    match do:
        case KeepDo():
            return f"keeps the comment “{do.slot}”"
        case OpenDo():
            return f"opens {'an' if do.what == 'action' else 'a'} {do.what}"
        case AssignDo():
            return "names an owner"
        case LabelDo():
            return f"puts on the label “{do.label}”"
        case LinkDo():
            return f"makes the link to the {do.to}"
        case CloseDo():
            return "tells the lesson"
        case FileDo():
            return "writes the lesson to its file"
        case LookBackDo():
            return "looks back"
        case ReviewDo():
            return "proposes a review"
        case NotifyDo():
            return f"writes the private message “{do.kind}”"
        case SayDo():
            return ""
