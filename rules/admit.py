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
from rules.quiet_hours import QuietHours

#: The turns of openings, and of what changes no facts.
OPENING_TURN, LAST_TURN = 1, 2
#: A comment whose edits are mailed to people is edited so often, however urgent its case is.
ALOUD_EVERY = dt.timedelta(days=1)
#: In so many stretches of work that follow, one is looked for that is not quiet.
_SHIFTS_MAX = 20


@dataclass(frozen=True, slots=True)
class Budgets:
    """What was spent: mentions per person on their own local day, and effects in the current sweep; `booked` are the
    mentions that wait for their day, of every case.

    `calendars` are those of people whose own differs from the policy's `calendar`, by their ids.
    `under_way` are keys of what went out already, for all that is known: its mentions were counted then.
    `is_braked` holds everything new until somebody lifts it; editing a comment that is `standing` is not new.
    `edited_aloud` are standing comments whose edits are mailed to people, and when they were edited last.
    """

    limits: Limits
    calendar: Calendar
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    mentioned_today: Mapping[str, int] = field(default_factory=dict)
    booked: tuple[Booking, ...] = ()
    under_way: frozenset[str] = frozenset()
    sweep_effects: int = 0
    is_braked: bool = False
    standing: frozenset[str] = frozenset()
    edited_aloud: Mapping[str, dt.datetime] = field(default_factory=dict)

    def calendar_of(self, person_id: str) -> Calendar:
        """When somebody works; the policy's calendar for nobody, and for whoever has no other."""
        return self.calendars.get(person_id, self.calendar)


def admit(effects: Iterable[AnyEffect], budgets: Budgets, now: dt.datetime) -> Admission:
    """Effects in order of urgency, each admitted or held. Severity 1 is exempt from the mention budget;
    labels, links, the plan and neutralisations are exempt from the brake, since they add little noise. A status
    comment is not: the first on each ticket is a comment like any other. What asks in working hours waits for those of
    the person whom it asks first, whatever the severity, all that its rung does together; so does what would disturb
    them in quiet hours, but for severity 1 where these are the policy's. Of several people whom a comment asks, the
    first makes it wait; those after are named in it where they were mentioned often enough, and no more than named."""
    admitted: list[AnyEffect] = []
    held: list[Held] = []
    spared: list[Held] = []
    limits = budgets.limits
    mentions = MentionBudget(limits.mentions_per_day, budgets.mentioned_today, budgets.booked, budgets.calendar_of, now)
    counted = budgets.sweep_effects
    for effect in sorted(effects, key=lambda one: (turn_of(one), one.urgency.rank)):
        kept = _kept(effect, budgets, counted, mentions, now)
        if kept:
            held.append(kept)
            continue
        counted += is_new(effect, budgets.standing)
        if isinstance(effect, Say) and effect.key not in budgets.under_way:
            said, over = mentions.sparing(effect)
            spared += [Held(said, mentions.why(person), mentions.tomorrow(person)) for person in over]
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
    if out_of_hours := _out_of_hours(effect, budgets, now):
        return out_of_hours
    if not isinstance(effect, Say) or effect.key in budgets.under_way or not (over := mentions.holds(effect)):
        return None
    return Held(effect, mentions.why(over), mentions.tomorrow(over), booking=mentions.book(effect, over))


def _out_of_hours(effect: AnyEffect, budgets: Budgets, now: dt.datetime) -> Held | None:
    """What waits for the working hours of the person asked, or for the end of their quiet hours."""
    calendar, quiet = budgets.calendar_of(effect.asks), _quiet_of(effect, budgets.limits)
    opens_at = calendar.next_working_moment(now) if effect.in_hours else now
    if quiet is not None:
        opens_at = _unquiet(calendar, quiet, effect.in_hours, now) or opens_at
    if opens_at <= now:
        return None
    is_quiet = quiet is not None and quiet.until(now, calendar.zone) is not None
    why = f"there are quiet hours ({quiet}) where {effect.asks} is" if is_quiet else "it is asked in working hours only"
    return Held(effect, why, opens_at, is_for_hours=True)


def _unquiet(calendar: Calendar, quiet: QuietHours, in_hours: bool, now: dt.datetime) -> dt.datetime | None:
    """The first moment that is not quiet, and in working hours where these are asked for; None where there is none:
    whoever works while others sleep is asked while they work."""
    moment = now
    for _ in range(_SHIFTS_MAX):
        moment = calendar.next_working_moment(moment) if in_hours else moment
        ends_at = quiet.until(moment, calendar.zone)
        if ends_at is None:
            return moment
        moment = ends_at
    return None


def _quiet_of(effect: AnyEffect, limits: Limits) -> QuietHours | None:
    """The quiet hours that hold for it: its ladder's own, else the policy's, but for severity 1."""
    if not effect.asks:
        return None
    return effect.quiet_hours or (limits.quiet_hours if effect.urgency.severity > 1 else None)
