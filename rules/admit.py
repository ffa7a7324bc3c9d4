"""What may be said now and what waits: mention budgets and the brake (P9, P13). Pure.

Effects are never dropped: what is held is desired again at the next look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.calendar import Calendar
from rules.decision import Admission, Held
from rules.effects import AnyEffect, Assign, Keep, Notify, OpenTicket, Say
from rules.policy import Limits

#: The turns of openings, and of what changes no facts.
OPENING_TURN, LAST_TURN = 1, 2


@dataclass(frozen=True, slots=True)
class Budgets:
    """What was spent: mentions per person today, and effects in the current sweep.

    `is_braked` holds everything new until somebody lifts it; editing a comment that is `standing` is not new.
    """

    limits: Limits
    calendar: Calendar
    mentioned_today: Mapping[str, int] = field(default_factory=dict)
    sweep_effects: int = 0
    is_braked: bool = False
    standing: frozenset[str] = frozenset()


def admit(effects: Iterable[AnyEffect], budgets: Budgets, now: dt.datetime) -> Admission:
    """Effects in order of urgency, each admitted or held. Severity 1 is exempt from the mention budget;
    labels, links, the plan and neutralisations are exempt from the brake, since they add little noise. A status
    comment is not: the first on each ticket is a comment like any other."""
    admitted: list[AnyEffect] = []
    held: list[Held] = []
    mentioned = dict(budgets.mentioned_today)
    counted = budgets.sweep_effects
    for effect in sorted(effects, key=lambda one: (turn_of(one), one.urgency.rank)):
        if is_new(effect, budgets.standing):
            if budgets.is_braked or counted >= budgets.limits.sweep_effects_max:
                held.append(Held(effect, "the brake holds: too much at once (aftermath status says more)", None))
                continue
            over = _over_budget(effect, mentioned, budgets)
            if over:
                held.append(Held(effect, over, _tomorrow(budgets.calendar, now)))
                continue
            counted += 1
        if isinstance(effect, Say):
            for person in effect.mentions:
                mentioned[person] = mentioned.get(person, 0) + 1
        admitted.append(effect)
    return Admission(tuple(admitted), tuple(held))


def turn_of(effect: AnyEffect) -> int:
    """What changes the facts goes first, and what has a later turn waits until the case was decided again: an owner
    who was named gets the ticket that is opened, and all that is said can link the ticket and ask the owner."""
    if isinstance(effect, Assign):
        return 0
    return OPENING_TURN if isinstance(effect, OpenTicket) else LAST_TURN


def is_new(effect: AnyEffect, standing: frozenset[str]) -> bool:
    """Whether something comes of it that nobody has seen yet, and that the brake counts."""
    if isinstance(effect, Keep):
        return effect.key not in standing
    return isinstance(effect, Say | OpenTicket | Notify)


def _over_budget(effect: AnyEffect, mentioned: Mapping[str, int], budgets: Budgets) -> str:
    if not isinstance(effect, Say) or effect.urgency.severity <= 1:
        return ""
    per_day = budgets.limits.mentions_per_day
    over = [person for person in effect.mentions if mentioned.get(person, 0) >= per_day]
    return f"{', '.join(over)} was mentioned {per_day} times today; the rest waits" if over else ""


def _tomorrow(calendar: Calendar, now: dt.datetime) -> dt.datetime:
    """The opening of the next working day: budgets count by the calendar's local day."""
    next_day = calendar.local_date(now) + dt.timedelta(days=1)
    midnight = dt.datetime.combine(next_day, dt.time(), calendar.zone).astimezone(dt.UTC)
    return calendar.next_working_moment(midnight)
