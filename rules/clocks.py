"""Ladders: where they count from, which rung speaks now, and when to look again.

Ladders keep no state. The anchor names the event that set it, so progress starts a ladder anew by
itself, and no progress leaves every key as it was: nothing is said twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rules.calendar import Calendar
from rules.durations import Duration, Unit
from rules.policy import Ladder, Rung
from rules.quick import quick
from rules.standstill import Stop, moved_along

#: An answer quiets at most this often in a row without progress.
ANSWERS_IN_A_ROW_MAX = 2
#: A ladder that nobody answers for so long is looked at again, but its rungs are not enumerated further.
REPEATS_MAX = 500
#: Of how many of a rung's occurrences the names are told: with ten working days between them, those of a year.
_NAMED_MAX = 26


@quick
@dataclass(frozen=True)
class AnchorPoint:
    """A moment and the event that set it. `is_base` is False where an answer, progress, a snooze or first sight
    moved it. `also` are other names that the same event may have had: of a command that was moved in its comment.
    `event_at` is when the event was, where it is counted from some time after it: from the end of an answer's quiet."""

    id: str
    at: dt.datetime
    is_base: bool = True
    also: tuple[str, ...] = ()
    event_at: dt.datetime | None = None


@quick
@dataclass(frozen=True)
class Timeline:
    """What a ladder has to know of a ticket's history.

    `base` is the event the ladder's anchor names. `progress` is the last progress by a person, if any.
    `answers` are moments and ids of answers since, oldest first. `snoozes` are their ends and ids.
    `seen_at` is when Aftermath first saw the ticket. `stops` are times that do not count (`rules.standstill`).
    """

    base: AnchorPoint
    progress: AnchorPoint | None
    answers: tuple[AnchorPoint, ...]
    snoozes: tuple[AnchorPoint, ...]
    seen_at: dt.datetime
    stops: tuple[Stop, ...] = ()


@quick
@dataclass(frozen=True)
class Stage:
    """The rung that speaks now: `name` is unique within the anchor (rung and occurrence). `in_hours` says that it
    fell due by business time, and so asks in working hours alone: what could not be said then waits for the next."""

    rung: Rung
    name: str
    due_at: dt.datetime
    index: int
    in_hours: bool = False


@quick
@dataclass(frozen=True)
class Reading:
    """What a ladder says at a moment: the stage now (None: none yet) and when the next one is due. `late` is how long
    after the base event, or the last progress, that stage is due; None before that. `next_stage` names the next one."""

    anchor: AnchorPoint
    stage: Stage | None
    next_at: dt.datetime | None
    late: Duration | None = None
    next_stage: str = ""


def read_ladder(ladder: Ladder, timeline: Timeline, calendar: Calendar, now: dt.datetime) -> Reading:
    """The highest rung that is due at `now`, and the moment of the next."""
    anchor = anchor_of(ladder, timeline, calendar)
    current: Stage | None = None
    following: Stage | None = None
    for stage in stages_of(ladder, anchor, calendar):
        if stage.due_at > now:
            following = stage
            break
        current = stage
    late = _late(ladder, timeline, anchor, current, calendar) if current else None
    next_at, next_stage = (following.due_at, following.name) if following else (None, "")
    return Reading(anchor, current, next_at, late, next_stage)


def anchor_of(ladder: Ladder, timeline: Timeline, calendar: Calendar) -> AnchorPoint:
    """The latest of: the base event, an interval after the last progress or counting answer, a snooze's end; moved
    along by what did not count since. Which of them it is does not hang on that: its name stays."""
    latest = max(points_of(ladder, timeline, calendar), key=lambda point: point.at)
    moved = moved_along(latest.at, timeline.stops, calendar, ladder.is_in_working_time)
    return replace(latest, at=moved, is_base=False) if moved > latest.at else latest


def _late(ladder: Ladder, timeline: Timeline, anchor: AnchorPoint, stage: Stage, calendar: Calendar) -> Duration | None:
    """How late it is at a stage: as its rung says; after an answer or progress in whole business days or hours since
    the base event, or that progress where it came later. What did not count is taken off, and so is a snooze. It says
    the same to everyone who is asked, whenever it is rendered."""
    if anchor.id == timeline.base.id or anchor.event_at is None:
        return stage.rung.at if stage.rung.at.amount > 0 else None
    since = max([timeline.base.at, *((timeline.progress.at,) if timeline.progress else ())])
    in_working_time = ladder.is_in_working_time
    since = moved_along(since, timeline.stops, calendar, in_working_time)
    if in_working_time:
        late = Duration(calendar.business_days_between(since, stage.due_at), Unit.BUSINESS_DAYS)
    else:
        late = Duration(int((stage.due_at - since).total_seconds()) // 3600, Unit.HOURS)
    return late if late.amount > 0 else None


def points_of(ladder: Ladder, timeline: Timeline, calendar: Calendar) -> list[AnchorPoint]:
    """All that the anchor is the latest of."""
    candidates = [_first_sight(ladder, timeline, calendar)]
    quiet = ladder.answer_quiets
    if timeline.progress:
        candidates.append(_after(timeline.progress, quiet, calendar))
    candidates += _counting_answers(timeline.answers, quiet, calendar)
    candidates += timeline.snoozes
    return candidates


def stage_names(ladder: Ladder) -> list[str]:
    """What the ladder's stages may be called, of those that repeat the first ones. Which rung is the last, and repeats,
    hangs on who has a channel at the time (`rules.reachable`)."""
    occurrences = min(_NAMED_MAX, 1 + _repeats_max(ladder))
    return [f"{rung.name}#{number}" for rung in ladder.rungs for number in range(occurrences)]


def _after(point: AnchorPoint, quiet: Duration, calendar: Calendar) -> AnchorPoint:
    return AnchorPoint(point.id, calendar.add(point.at, quiet), is_base=False, also=point.also, event_at=point.at)


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


def stages_of(ladder: Ladder, anchor: AnchorPoint, calendar: Calendar) -> Iterable[Stage]:
    """All stages that count from the anchor, in order of time; there may be hundreds."""
    last: Stage | None = None
    for index, rung in enumerate(ladder.rungs):
        if rung.at.amount < 0 and not anchor.is_base:
            continue  # a reminder ahead of time belongs to a date that was set, not to an answer's interval
        last = Stage(rung, f"{rung.name}#0", calendar.add(anchor.at, rung.at), index, rung.at.is_business)
        yield last
    if last is None or ladder.repeat_last is None:
        return
    due_at = last.due_at
    ends_at = calendar.add(due_at, ladder.repeat_for) if ladder.repeat_for else None
    for occurrence in range(1, _repeats_max(ladder) + 1):
        due_at = calendar.add(due_at, ladder.repeat_last)
        if ends_at and due_at > ends_at:
            return
        in_hours = ladder.repeat_last.is_business
        yield Stage(last.rung, f"{last.rung.name}#{occurrence}", due_at, last.index, in_hours)


def _repeats_max(ladder: Ladder) -> int:
    if ladder.repeat_last is None:
        return 0
    return REPEATS_MAX if ladder.repeat_times is None else min(ladder.repeat_times, REPEATS_MAX)
