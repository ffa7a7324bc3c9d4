"""Where a ladder stands on a ticket: what it counts from, who set that, and each rung with its moment and its state.

Read by the functions by which it is read when it is decided (`rules.clocks`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from rules.clocks import AnchorPoint, Stage, Timeline, anchor_of, points_of, read_ladder, stage_names, stages_of
from rules.decide import Judgement, rung_key, timeline_of
from rules.policy import Ladder, Rung
from rules.reachable import reachable
from rules.situation import Situation
from rules.verdicts.anchor_events import AnchorEvent, event_of
from rules.verdicts.rung_words import rung_words


class RungState(StrEnum):
    #: It is due, and the highest of those that are: it speaks, or has spoken.
    STANDS = "stands"
    #: It spoke, and a higher one is due since.
    SAID = "said"
    #: It is over, and nothing that it said stands there: a higher one was due by then, or nobody was there to ask.
    PASSED = "passed"
    #: A reminder ahead of a date, where something later than the date's setting moved the clock.
    LEFT_OUT = "left out"
    #: It is for leadership alone, of which nobody can be reached.
    UNREACHABLE = "unreachable"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class RungVerdict:
    """One stage and what it does. `at` is None where it has no moment; `said_at` is when our comment came, where one
    stands there."""

    stage: str
    what: str
    state: RungState
    at: dt.datetime | None = None
    said_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """`event` set the anchor, and `since` is the moment from which the rungs count. `base` is the event that the policy
    names, where another came after it. `is_first_sight` says that it counts from when Aftermath first saw the ticket,
    `stopped` how much of the time since does not count."""

    event: AnchorEvent
    since: dt.datetime
    rungs: tuple[RungVerdict, ...]
    base: AnchorEvent | None = None
    is_first_sight: bool = False
    stopped: dt.timedelta = dt.timedelta()


def clock_of(situation: Situation, judgement: Judgement) -> ClockVerdict | None:
    """Where the rule's ladder stands; None without one, where the rule does not speak, and where nothing sets it."""
    rule, ticket, reason = judgement.rule, judgement.ticket, judgement.reason
    if rule.ladder is None or reason.since is None:
        return None
    timeline = timeline_of(situation, rule, rule.ladder, ticket, judgement.subject, judgement.facts)
    if timeline is None:
        return None
    calendar = situation.attendance.calendar_for(ticket)
    ladder = reachable(rule.ladder, situation.policy.people)
    anchor = anchor_of(ladder, timeline, calendar)
    latest = max(points_of(ladder, timeline, calendar), key=lambda point: point.at)
    is_first_sight = latest.id == timeline.base.id and latest.at != timeline.base.at
    base = timeline.base
    return ClockVerdict(
        event=event_of(situation, ticket, base if latest.id == base.id else latest),
        since=anchor.at,
        rungs=tuple(_rungs(situation, judgement, rule.ladder, ladder, anchor, timeline)),
        base=event_of(situation, ticket, base) if latest.id != base.id else None,
        is_first_sight=is_first_sight,
        stopped=anchor.at - latest.at,
    )


def _rungs(
    situation: Situation, judgement: Judgement, whole: Ladder, ladder: Ladder, anchor: AnchorPoint, timeline: Timeline
) -> list[RungVerdict]:
    calendar, now = situation.attendance.calendar_for(judgement.ticket), situation.now
    reading = read_ladder(ladder, timeline, calendar, now)
    said = _said(situation, judgement, anchor)
    stages = _told(stages_of(ladder, anchor, calendar), now)
    present = reading.stage.name if reading.stage else ""
    ahead = next((stage.name for stage in stages if stage.due_at > now), "")
    found = {rung.name: [_unread(rung, ladder)] for rung in whole.rungs}
    for stage in stages:
        said_at = said.get(stage.name)
        state = RungState.SAID if said_at else RungState.PASSED
        if stage.due_at > now:
            state = RungState.NEXT if stage.name == ahead else RungState.LATER
        elif stage.name == present:
            state = RungState.STANDS
        verdict = RungVerdict(stage.name, rung_words(stage.rung), state, stage.due_at, said_at)
        found[stage.rung.name] = [one for one in found[stage.rung.name] if one.at] + [verdict]
    return [verdict for verdicts in found.values() for verdict in verdicts]


def _unread(rung: Rung, ladder: Ladder) -> RungVerdict:
    """A rung without a stage, as it counts from there."""
    state = RungState.LEFT_OUT if rung in ladder.rungs else RungState.UNREACHABLE
    return RungVerdict(f"{rung.name}#0", rung_words(rung), state)


def _told(stages: Iterable[Stage], now: dt.datetime) -> list[Stage]:
    """The stages up to the first repetition that lies ahead, without the many that are long over."""
    told: list[Stage] = []
    over: list[Stage] = []
    for stage in stages:
        is_repeated = not stage.name.endswith("#0")
        if is_repeated and stage.due_at <= now:
            over = [*over[-1:], stage]
            continue
        told.append(stage)
        if is_repeated:
            break
    return sorted([*told, *over], key=lambda stage: stage.due_at)


def _said(situation: Situation, judgement: Judgement, anchor: AnchorPoint) -> dict[str, dt.datetime]:
    """When our comment came, by stage, of those that stand there and were said for this anchor."""
    key_of = partial(rung_key, situation, judgement.rule, judgement.subject)
    ours = {one.marker.key: one.at for one in situation.our_comments(judgement.ticket) if one.marker}
    assert judgement.rule.ladder
    keys = (
        (name, key_of(point, name))
        for name in stage_names(judgement.rule.ladder)
        for point in (anchor.id, *anchor.also)
    )
    return {stage: ours[key] for stage, key in keys if key in ours}
