"""When the review of a post-mortem is proposed, and how often that moved.

A proposal, and nothing more: Aftermath invites nobody and books no room. It stands so long after the post-mortem was
opened as the policy says for the severity that the failure had then, in working hours; so relabelling moves nobody's
calendar. A due date that people set takes it along to that day, at the same hour. Everything is folded from what
stands on the ticket, so that every look proposes the same, and each move has a number of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from rules.calendar import Calendar
from rules.durations import Duration
from rules.facts import ActorKind, ChangeKind, Ticket
from rules.labels import folded
from rules.policy import Phase
from rules.review_terms import ReviewDo
from rules.situation import Situation
from rules.snooze import parse_due

#: Meetings begin on the hour or half past it.
_GRID = dt.timedelta(minutes=30)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Review:
    """From when to when, by when the draft is shared, how often a due date moved it and since when it stands so. All
    moments are UTC."""

    starts: dt.datetime
    ends: dt.datetime
    draft_at: dt.datetime
    moves: int
    since: dt.datetime


def review_of(situation: Situation) -> Review | None:
    """The review that the policy proposes for the case, over or not; None where no rule of it does."""
    if situation.phase is not Phase.ACTIVE or situation.case.post_mortem is None:
        return None
    for rule in situation.policy.rules:
        do = next((do for do in rule.timed if isinstance(do, ReviewDo)), None) if rule.timed else None
        if do is None or rule.phase is not Phase.ACTIVE:
            continue
        if rule.when is None or rule.when.judge(situation.common_facts).is_met:
            return proposed(situation, do, situation.case.post_mortem)
    return None


def proposed(situation: Situation, do: ReviewDo, mortem: Ticket) -> Review | None:
    """The review of that post-mortem; None where it would have been over when we saw the ticket first."""
    at = (id(do), mortem.ref)
    if at not in situation.reviews:
        situation.reviews[at] = _proposed(situation, do, mortem)
    found: Review | None = situation.reviews[at]
    return found


def _proposed(situation: Situation, do: ReviewDo, mortem: Ticket) -> Review | None:
    calendar = situation.policy.calendar
    opened = max(mortem.created_at, situation.standing.began_at)
    after = do.after.for_severity(_severity_at(situation, opened))
    first = _fitting(calendar, calendar.add(opened, after), do.lasts)
    stood = [(opened, first)]
    for at, day in _due_days(situation, mortem):
        start = _on_day(calendar, first, day, do.lasts) if day else first
        if start != stood[-1][1]:
            stood.append((at, start))
    since, starts = stood[-1]
    if starts <= situation.seen_at(mortem):
        return None
    draft_at = calendar.add(starts, Duration(-do.ahead.amount, do.ahead.unit))
    return Review(starts, calendar.add(starts, do.lasts), draft_at, len(stood) - 1, since)


def told(calendar: Calendar, moment: dt.datetime) -> str:
    """A moment as people read it: `Fri 2026-11-27, 11:00 Europe/Berlin`."""
    local = moment.astimezone(calendar.zone)
    return f"{_WEEKDAYS[local.weekday()]} {local:%Y-%m-%d}, {local:%H:%M} {calendar.zone.key}"


def _due_days(situation: Situation, mortem: Ticket) -> Iterator[tuple[dt.datetime, dt.date | None]]:
    """Each due date that people set, in order: by the tracker's field and by `/due`. None where they cleared it."""
    calendar_by = situation.attendance.writer_on(mortem)
    set_by_hand = [
        (change.at, 0, _day(change.new))
        for change in mortem.changes
        if change.kind is ChangeKind.DUE and change.actor.kind is not ActorKind.OURS
    ]
    given = (one for one in situation.commands(mortem) if one.name == "due")
    read = ((one.at, parse_due(one.argument, one.at, calendar_by(one))) for one in given)
    commanded = [(at, 1, day) for at, day in read if isinstance(day, dt.date)]
    for at, _, day in sorted([*set_by_hand, *commanded], key=lambda one: one[:2]):
        yield at, day


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _severity_at(situation: Situation, moment: dt.datetime) -> int:
    """The failure's severity by the labels and the priority that it had then: what its history tells was changed since
    is undone."""
    failure, severities = situation.case.failure, situation.policy.severities
    carried, priority = set(folded(failure.labels)), failure.priority
    for change in reversed(failure.changes):
        if change.at <= moment:
            break
        if change.kind is ChangeKind.LABELLED:
            carried.discard(change.new.casefold())
        elif change.kind is ChangeKind.UNLABELLED:
            carried.add(change.old.casefold())
        elif change.kind is ChangeKind.PRIORITY:
            priority = change.old
    return severities.of(carried, priority)


def _fitting(calendar: Calendar, moment: dt.datetime, lasts: Duration) -> dt.datetime:
    """The first moment from then on at which a meeting can begin that ends within the same working day."""
    start = calendar.next_working_moment(moment)
    local = start.astimezone(calendar.zone)
    midnight = dt.datetime.combine(local.date(), dt.time(), calendar.zone)
    start = midnight.astimezone(dt.UTC) + -((midnight - local) // _GRID) * _GRID
    if calendar.add(start, lasts) > calendar.end_of(local.date()):
        start = calendar.next_working_moment(calendar.end_of(local.date()))
    return start


def _on_day(calendar: Calendar, first: dt.datetime, day: dt.date, lasts: Duration) -> dt.datetime:
    """At the same hour on that day, or on the next working day."""
    hour = first.astimezone(calendar.zone).time()
    moment = dt.datetime.combine(day, hour, calendar.zone).astimezone(dt.UTC)
    if not calendar.is_workday(day):
        opening = calendar.next_working_moment(moment)
        moment = dt.datetime.combine(calendar.local_date(opening), hour, calendar.zone).astimezone(dt.UTC)
    return _fitting(calendar, moment, lasts)
