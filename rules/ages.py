"""Facts that grow with time alone, and know when they do: how old a ticket is, how long nobody moved it, how many days
are left.

Each is a whole number that goes one step at known moments and rests between them. So a condition over it says the same
until the next of those moments, and deciding need not look every day to see whether it does (P6, `rules.turning`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.durations import Duration, Unit
from rules.facts import Ticket
from rules.lifecycle import labelled_at
from rules.progress import last_progress
from rules.vocabulary import NO_DUE_DAYS

if TYPE_CHECKING:
    from rules.situation import Situation

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Age:
    """What the fact says now, and when it will say `value + number * step` (number being 1 or more); `reached` is None
    where time does not change it."""

    value: int
    step: int = 1
    reached: Callable[[int], dt.datetime] | None = None


_Reading = Callable[["Situation", Ticket | None], Age]


def _days_since(situation: Situation, since: dt.datetime) -> Age:
    value = max(0, (situation.now - since) // _DAY)
    return Age(value, 1, lambda number: since + (value + number) * _DAY)


def _age(situation: Situation, ticket: Ticket | None) -> Age:
    if ticket is None:
        return Age(0)
    if ticket is situation.case.failure:
        failure_labels = situation.policy.failure_labels
        return _days_since(situation, labelled_at(situation.case, situation.standing, failure_labels))
    return _days_since(situation, ticket.created_at)


def _idle(situation: Situation, ticket: Ticket | None) -> Age:
    return _days_since(situation, _moved_at(ticket)) if ticket else Age(0)


def _idle_in_business(situation: Situation, ticket: Ticket | None) -> Age:
    if ticket is None:
        return Age(0)
    calendar, since, now = situation.policy.calendar, _moved_at(ticket), situation.now

    def after(days: int) -> dt.datetime:
        return calendar.add(since, Duration(days, Unit.BUSINESS_DAYS))

    value = calendar.business_days_between(since, now)
    # The moments of a rung are what counts: where hours differ from day to day the two may be one apart.
    while value > 0 and after(value) > now:
        value -= 1
    while after(value + 1) <= now:
        value += 1
    return Age(value, 1, lambda number: after(value + number))


def _until_due(situation: Situation, ticket: Ticket | None) -> Age:
    due = situation.due(ticket) if ticket else None
    if due is None:
        return Age(NO_DUE_DAYS)
    calendar = situation.policy.calendar
    value = min(NO_DUE_DAYS, (due.day - calendar.local_date(situation.now)).days)

    def reached(number: int) -> dt.datetime:
        day = due.day - (value - number) * _DAY
        return dt.datetime.combine(day, dt.time(), calendar.zone).astimezone(dt.UTC)

    return Age(value, -1, reached)


def _moved_at(ticket: Ticket) -> dt.datetime:
    """When a person moved it last, else when it was opened."""
    progress = last_progress(ticket)
    return progress.at if progress else ticket.created_at


#: By the fact's name behind the ticket's.
_AGES: Mapping[str, _Reading] = MappingProxyType(
    {
        "age_days": _age,
        "idle_days": _idle,
        "idle_business_days": _idle_in_business,
        "days_until_due": _until_due,
    }
)
#: The names of all of them.
AGES = frozenset(f"{ticket}.{name}" for ticket in ("failure", "post_mortem", "action") for name in _AGES)


def age_of(name: str, situation: Situation, action: Ticket | None = None) -> Age:
    """One of `AGES` as it stands; `action` is the ticket that a rule for actions looks at."""
    whose, _, which = name.partition(".")
    case = situation.case
    ticket = {"failure": case.failure, "post_mortem": case.post_mortem}.get(whose, action)
    return _AGES[which](situation, ticket)


def age_ways(prefix: str) -> dict[str, Callable[[tuple[Situation, Ticket | None]], int]]:
    """How the ages of a ticket are worked out, by the whole name of each fact."""

    def value(read: _Reading, of: tuple[Situation, Ticket | None]) -> int:
        return read(*of).value

    return {f"{prefix}.{name}": partial(value, read) for name, read in _AGES.items()}
