"""What may be said now and what waits: mention budgets, working hours and the brake (P9, P13). Pure.

Effects are never dropped: what is held is desired again at the next look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.calendar import Calendar
from rules.decision import Admission, Held
from rules.effects import AnyEffect, Assign, Keep, Notify, OpenTicket, Say
from rules.mention_budget import Booking, MentionBudget
from rules.policy import Limits

#: The turns of openings, and of what changes no facts.
OPENING_TURN, LAST_TURN = 1, 2
#: A comment whose edits are mailed to people is edited so often, however urgent its case is.
ALOUD_EVERY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Budgets:
    """What was spent: mentions per person today, and effects in the current sweep; `booked` are the mentions that wait
    for their day, of every case.

    `under_way` are keys of what went out already, for all that is known: its mentions were counted then.
    `is_braked` holds everything new until somebody lifts it; editing a comment that is `standing` is not new.
    `edited_aloud` are standing comments whose edits are mailed to people, and when they were edited last.
    """

    limits: Limits
    calendar: Calendar
    mentioned_today: Mapping[str, int] = field(default_factory=dict)
    booked: tuple[Booking, ...] = ()
    under_way: frozenset[str] = frozenset()
    sweep_effects: int = 0
    is_braked: bool = False
    standing: frozenset[str] = frozenset()
    edited_aloud: Mapping[str, dt.datetime] = field(default_factory=dict)


def admit(effects: Iterable[AnyEffect], budgets: Budgets, now: dt.datetime) -> Admission:
    """Effects in order of urgency, each admitted or held. Severity 1 is exempt from the mention budget;
    labels, links, the plan and neutralisations are exempt from the brake, since they add little noise. A status
    comment is not: the first on each ticket is a comment like any other. What asks in working hours waits for them,
    whatever the severity, all that its rung does together. Of several people whom a comment asks, the first makes it
    wait; those after are named in it where they were mentioned often enough, and no more than named."""
    admitted: list[AnyEffect] = []
    held: list[Held] = []
    spared: list[Held] = []
    limits = budgets.limits
    mentions = MentionBudget(limits.mentions_per_day, budgets.mentioned_today, budgets.booked, budgets.calendar, now)
    counted = budgets.sweep_effects
    for effect in sorted(effects, key=lambda one: (turn_of(one), one.urgency.rank)):
        kept = _kept(effect, budgets, counted, mentions, now)
        if kept:
            held.append(kept)
            continue
        counted += is_new(effect, budgets.standing)
        if isinstance(effect, Say) and effect.key not in budgets.under_way:
            said, over = mentions.sparing(effect)
            spared += [Held(said, mentions.why(person), mentions.tomorrow()) for person in over]
            mentions.spend(said)
            admitted.append(said)
        else:
            admitted.append(effect)
    return Admission(tuple(admitted), tuple(held), tuple(spared))


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


def _kept(effect: AnyEffect, budgets: Budgets, counted: int, mentions: MentionBudget, now: dt.datetime) -> Held | None:
    """The effect as it is held back, or None. What only a person can lift comes first."""
    is_noise = is_new(effect, budgets.standing)
    if is_noise and (budgets.is_braked or counted >= budgets.limits.sweep_effects_max):
        return Held(effect, "the brake holds: too much at once (aftermath status says more)", None)
    edited_at = budgets.edited_aloud.get(effect.key) if isinstance(effect, Keep) else None
    if edited_at and edited_at + ALOUD_EVERY > now:
        return Held(
            effect, "its ticket mails each edit to the watchers, so it is edited once a day", edited_at + ALOUD_EVERY
        )
    opens_at = budgets.calendar.next_working_moment(now) if effect.in_hours else now
    if opens_at > now:
        return Held(effect, "it is asked in working hours only", opens_at, is_for_hours=True)
    if not isinstance(effect, Say) or effect.key in budgets.under_way or not (over := mentions.holds(effect)):
        return None
    return Held(effect, mentions.why(over), mentions.tomorrow(), booking=mentions.book(effect, over))
