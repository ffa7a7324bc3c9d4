"""Quiet looks back at a case that was let go: has it come back, and does what was changed still hold?

What a look saw is worked out from history as of its own moment, so that it says the same for ever: nothing has to
be remembered, a lost database changes no word, and whatever happens between two looks writes nothing.
A look never asks anybody for anything.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.durations import Duration
from rules.facts import ActionTicket, ChangeKind, Ticket
from rules.policy import LookBackDo, Phase
from rules.situation import Situation

_ENDS = {ChangeKind.CLOSED: False, ChangeKind.REOPENED: True}


@dataclass(frozen=True, slots=True)
class Look:
    """One look: so long after the case was let go, when that was, and what was open then."""

    after: Duration
    at: dt.datetime
    is_failure_open: bool
    reopened: tuple[ActionTicket, ...]


def looks_of(situation: Situation) -> tuple[Look, ...]:
    """The looks that were due by now, earliest first; none unless the case is let go."""
    case = situation.case
    return tuple(
        Look(
            after,
            at,
            is_open_at(case.failure, at),
            tuple(action for action in case.actions if _was_open(situation, action, at)),
        )
        for at, after in _moments(situation)
        if at <= situation.now
    )


def next_look_at(situation: Situation) -> dt.datetime | None:
    """When the next look is due, None where none is left."""
    return min((at for at, _ in _moments(situation) if at > situation.now), default=None)


def _was_open(situation: Situation, action: ActionTicket, moment: dt.datetime) -> bool:
    """Whether the action was open then: one that was declined or merged had ended, its ticket closed or not."""
    end = situation.endings.of(action)
    return is_open_at(action.ticket, moment) and not (end and end.at <= moment)


def is_open_at(ticket: Ticket, moment: dt.datetime) -> bool:
    """Whether the ticket was open then, by its history; as it is now where that tells of no closing."""
    ends = [change for change in ticket.changes if change.kind in _ENDS]
    if not ends:
        return ticket.closed_at is None or ticket.closed_at > moment
    before = [change for change in ends if change.at <= moment]
    return _ENDS[before[-1].kind] if before else True


def _moments(situation: Situation) -> list[tuple[dt.datetime, Duration]]:
    if situation.phase is not Phase.CLOSED:
        return []
    let_go_at, calendar = situation.standing.began_at, situation.policy.calendar
    found = {
        calendar.add(let_go_at, after): after
        for rule in situation.policy.rules
        if rule.phase is Phase.CLOSED and (rule.when is None or rule.when.judge(situation.common_facts).is_met)
        for do in rule.do
        if isinstance(do, LookBackDo)
        for after in do.after
    }
    return sorted(found.items(), key=lambda pair: pair[0])
