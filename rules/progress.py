"""The last progress on a ticket (P5), and which of it a ladder counts from.

That somebody edited a text may come to be known late: a tracker that told of no edits begins to, or another asks it
in another way. Had the edit been known, the ladder would have counted from it, and what was said since would have been
said under its name. To count from it afterwards would begin the ladder anew and say it all once more. So an edit is
left out once something was said after it that could not have been said had it been known.

Told by what stands on the tickets alone: a lost database changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable

from rules.calendar import Calendar
from rules.clocks import Timeline, points_of, stage_names
from rules.facts import Change, ChangeKind, Comment, Ticket
from rules.policy import Anchor, Ladder, Reset

#: The key of what a ladder says for an anchor at a stage.
KeyOf = Callable[[str, str], str]
#: What we say and what somebody writes may cross: a comment can turn up minutes after it was sent.
_CROSSING = dt.timedelta(minutes=10)
#: So many steps back are asked whether something was said under their name.
_STEPS_MAX = 5


def last_progress(ticket: Ticket) -> Change | None:
    """The last thing a person did that moved the ticket (P5)."""
    return next((change for change in reversed(ticket.changes) if change.is_progress), None)


def timeline_known(
    ladder: Ladder,
    ticket: Ticket,
    timeline_by: Callable[[Change | None], Timeline | None],
    ours: Iterable[Comment],
    key_of: KeyOf | None,
    calendar: Calendar,
) -> Timeline | None:
    """What a ladder counts from: its timeline by the last progress, edits left out that were not known when we spoke.

    `timeline_by` gives the timeline for a last progress, `ours` are our comments there.
    """
    steps = [change for change in reversed(ticket.changes) if change.is_progress]
    if Reset.PROGRESS not in ladder.resets or ladder.anchor in (Anchor.LABELLED, Anchor.POSTPONED):
        return timeline_by(None)
    for number, step in enumerate(steps):
        timeline = timeline_by(step)
        said = {c.marker.key for c in ours if c.marker and c.at > step.at + _CROSSING}
        if timeline is None or step.kind is not ChangeKind.DESCRIBED or key_of is None or not said:
            return timeline
        if _is_said({_name(step)}, ladder, key_of, said):
            return timeline
        earlier = steps[number + 1 :]
        without = timeline_by(earlier[0] if earlier else None)
        impossible = _impossible(ladder, step, timeline, without, calendar)
        if not _is_said(impossible | set(map(_name, earlier[:_STEPS_MAX])), ladder, key_of, said):
            return timeline
    return timeline_by(None)


def _is_said(anchors: Iterable[str], ladder: Ladder, key_of: KeyOf, said: Collection[str]) -> bool:
    """Whether something that was said was said for one of the anchors."""
    stages = stage_names(ladder)
    return any(key_of(anchor, stage) in said for anchor in anchors for stage in stages)


def _impossible(
    ladder: Ladder, step: Change, timeline: Timeline, without: Timeline | None, calendar: Calendar
) -> set[str]:
    """Names of the anchors from which the ladder could have counted without the step, and not with it."""
    known = {point.id: point.at for point in points_of(ladder, timeline, calendar)}
    counts_from = known.get(_name(step))
    points = points_of(ladder, without, calendar) if without and counts_from else []
    gone = [point for point in points if point.id not in known or (counts_from and point.at < counts_from)]
    return {name for point in gone for name in (point.id, *point.also)}


def _name(step: Change) -> str:
    return f"progress:{step.id}"
