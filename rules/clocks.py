"""Ladders: where they count from, which rung speaks now, and when to look again.

Ladders keep no state. The anchor names the event that set it, so progress starts a ladder anew by
itself, and no progress leaves every key as it was: nothing is said twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from rules.calendar import Calendar
from rules.durations import Duration
from rules.policy import Ladder, Rung

#: An answer quiets at most this often in a row without progress.
ANSWERS_IN_A_ROW_MAX = 2
#: A ladder that nobody answers for so long is looked at again, but its rungs are not enumerated further.
_REPEATS_MAX = 500


@dataclass(frozen=True, slots=True)
class AnchorPoint:
    """A moment and the event that set it. `is_base` is False where an answer, progress, a snooze or first sight
    moved it. `also` are other names that the same event may have had: of a command that was moved in its comment."""

    id: str
    at: dt.datetime
    is_base: bool = True
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a ladder has to know of a ticket's history.

    `base` is the event the ladder's anchor names. `progress` is the last progress by a person, if any.
    `answers` are moments and ids of answers since, oldest first. `snoozes` are their ends and ids.
    `seen_at` is when Aftermath first saw the ticket.
    """

    base: AnchorPoint
    progress: AnchorPoint | None
    answers: tuple[AnchorPoint, ...]
    snoozes: tuple[AnchorPoint, ...]
    seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """The rung that speaks now: `name` is unique within the anchor (rung and occurrence)."""

    rung: Rung
    name: str
    due_at: dt.datetime
    index: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a ladder says at a moment: the stage now (None: none yet) and when the next one is due."""

    anchor: AnchorPoint
    stage: Stage | None
    next_at: dt.datetime | None


def read_ladder(ladder: Ladder, timeline: Timeline, calendar: Calendar, now: dt.datetime) -> Reading:
    """The highest rung that is due at `now`, and the moment of the next."""
    anchor = anchor_of(ladder, timeline, calendar)
    current: Stage | None = None
    for stage in _stages(ladder, anchor, calendar):
        if stage.due_at > now:
            return Reading(anchor, current, stage.due_at)
        current = stage
    return Reading(anchor, current, None)


def anchor_of(ladder: Ladder, timeline: Timeline, calendar: Calendar) -> AnchorPoint:
    """The latest of: the base event, an interval after the last progress or counting answer, a snooze's end."""
    candidates = [_first_sight(ladder, timeline, calendar)]
    quiet = ladder.answer_quiets
    if timeline.progress:
        candidates.append(_after(timeline.progress, quiet, calendar))
    candidates += _counting_answers(timeline.answers, quiet, calendar)
    candidates += timeline.snoozes
    return max(candidates, key=lambda point: point.at)


def _after(point: AnchorPoint, quiet: Duration, calendar: Calendar) -> AnchorPoint:
    return AnchorPoint(point.id, calendar.add(point.at, quiet), is_base=False)


def _counting_answers(answers: Iterable[AnchorPoint], quiet: Duration, calendar: Calendar) -> list[AnchorPoint]:
    """Answers that quiet: a conversation within one interval is one answer, and only so many count."""
    counting: list[AnchorPoint] = []
    for answer in answers:
        if counting and answer.at < counting[-1].at:
            continue
        if len(counting) == ANSWERS_IN_A_ROW_MAX:
            break
        counting.append(_after(answer, quiet, calendar))
    return counting


def _first_sight(ladder: Ladder, timeline: Timeline, calendar: Calendar) -> AnchorPoint:
    """The base event; moved to first sight where several rungs had passed by then, so that the ladder begins
    at the owner. Its id stays, so that seeing it a second later is not another anchor."""
    base = timeline.base
    later = [rung for rung in ladder.rungs if rung.at.amount > 0]
    passed = later and calendar.add(base.at, later[0].at) <= timeline.seen_at
    return AnchorPoint(base.id, timeline.seen_at, is_base=False, also=base.also) if passed else base


def _stages(ladder: Ladder, anchor: AnchorPoint, calendar: Calendar) -> Iterable[Stage]:
    last: Stage | None = None
    for index, rung in enumerate(ladder.rungs):
        if rung.at.amount < 0 and not anchor.is_base:
            continue  # a reminder ahead of time belongs to a date that was set, not to an answer's interval
        last = Stage(rung, f"{rung.name}#0", calendar.add(anchor.at, rung.at), index)
        yield last
    if last is None or ladder.repeat_last is None:
        return
    due_at = last.due_at
    for occurrence in range(1, _REPEATS_MAX + 1):
        due_at = calendar.add(due_at, ladder.repeat_last)
        yield Stage(last.rung, f"{last.rung.name}#{occurrence}", due_at, last.index)
