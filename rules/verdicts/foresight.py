"""Whom a rule's next moment will ask, and when it really comes, so far as the people file and the calendars tell it.

The case is judged at that moment as it will be then if nobody moves, by the functions that judge it now: whoever is
away by then is asked through their stand-in, and what asks in working hours waits for those of the person asked. What
hangs on other cases is not foreseen: how often somebody was mentioned by then, and the brake.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.admit import Budgets, admit
from rules.calendars import calendar_of
from rules.decide import Judgement, judgements
from rules.effects import Say
from rules.facts import Case
from rules.policy import Away, Person, Rung, StandIn
from rules.refs import TicketRef
from rules.roles import present_owner_of
from rules.situation import Situation
from rules.texts import names_in_a_row
from rules.verdicts.moments import moment
from rules.verdicts.rung_words import rung_words

#: What waits for somebody's hours is judged anew when these come, since others may be there by then: so often.
_WAITS_MAX = 5
#: So many moments are foreseen; what lies behind them is told without.
_MOMENTS_MAX = 30


@dataclass(frozen=True, slots=True)
class AskedThen:
    """Somebody who is asked: their id and name, and whom they stand in for until which day, where they do."""

    id: str
    name: str
    instead_of: str = ""
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is asked on a ticket next: of whom, by the rung that does `what`, `due_at` when, and `at` when it comes,
    later where it waits for the hours of whom it asks first. `away` is the absence of theirs by which it waits,
    `stood_still` those of the ticket's `owner` until then in which nobody stands in: they do not count."""

    asks: tuple[AskedThen, ...]
    what: str
    due_at: dt.datetime
    at: dt.datetime
    away: Away | None = None
    owner: str = ""
    stood_still: tuple[Away, ...] = ()

    @property
    def waits(self) -> bool:
        return self.at > self.due_at


class Foresight:
    """The moments ahead of one case, each judged once."""

    def __init__(self, situation: Situation) -> None:
        self._now = situation.now
        self._policy = situation.policy
        self._case = _as_seen(situation)
        self._known: dict[dt.datetime, tuple[Situation, list[Judgement]]] = {}

    def of(self, rule: str, ticket: TicketRef, next_at: dt.datetime) -> Foreseen | None:
        """What that rule asks on the ticket next; None where it asks nobody, or where nobody can tell."""
        at = due_at = next_at
        stage = ""
        for _ in range(_WAITS_MAX):
            judged = self._judged(rule, ticket, at)
            said = _asking(judged) if judged else None
            if judged is None or said is None:
                return None
            if judged.reason.stage != stage:  # a higher rung is due by then, and speaks in its place
                stage, due_at = judged.reason.stage, at
            until = self._waits_until(said, at)
            if until is None:
                return self._foreseen(judged, said, due_at, at)
            at = min(until, judged.reason.next_at or until)
        return None

    def _judged(self, rule: str, ticket: TicketRef, at: dt.datetime) -> Judgement | None:
        if at not in self._known:
            if len(self._known) >= _MOMENTS_MAX:
                return None
            situation = Situation(self._policy, self._case, at)
            self._known[at] = situation, list(judgements(situation))
        judged = self._known[at][1]
        return next((one for one in judged if (one.rule.id, one.ticket.ref) == (rule, ticket)), None)

    def _waits_until(self, said: Say, at: dt.datetime) -> dt.datetime | None:
        """Until when it waits for somebody's hours, and for nothing else: what is counted is not foreseen."""
        policy = self._policy
        budgets = Budgets(limits=policy.limits, calendar=policy.calendar, calendars=policy.calendars)
        return next((one.until for one in admit([said], budgets, at).held if one.is_for_hours), None)

    def _foreseen(self, judged: Judgement, said: Say, due_at: dt.datetime, at: dt.datetime) -> Foreseen:
        people, rung = self._policy.people, rung_of(judged)
        first = people.get(said.asks)
        is_counted = rung is not None and rung.at.is_business
        owner = present_owner_of(people, judged.ticket) if is_counted else None
        missed = self._absences(owner, self._now, due_at) if owner else iter(())
        return Foreseen(
            asks=self._asked(judged.ticket.ref, said, at),
            what=rung_words(rung) if rung else "",
            due_at=due_at,
            at=at,
            away=next(self._absences(first, due_at, due_at), None) if first and at > due_at else None,
            owner=owner.name if owner else "",
            stood_still=tuple(one for one in missed if not one.stand_in),
        )

    def _asked(self, ticket: TicketRef, said: Say, at: dt.datetime) -> tuple[AskedThen, ...]:
        everybody = self._known[at][0].attendance.asked.items()
        found = {person.id: person for (ref, *_), people in everybody if ref == ticket for person in people}
        return tuple(_asked_then(found[one]) for one in said.mentions if one in found)

    def _absences(self, person: Person, begins: dt.datetime, ends: dt.datetime) -> Iterator[Away]:
        """Those that a person is in on any day from one moment to another."""
        zone = calendar_of(self._policy, person).zone
        first, last = begins.astimezone(zone).date(), ends.astimezone(zone).date()
        return (one for one in person.away if one.starts <= last and first <= one.ends)


def _asking(judged: Judgement) -> Say | None:
    """The first text of it that asks anybody."""
    return next((one for one in judged.effects if isinstance(one, Say) and one.mentions), None)


def rung_of(judged: Judgement) -> Rung | None:
    """The rung that speaks."""
    name = judged.reason.stage.rpartition("#")[0]
    rungs = judged.rule.ladder.rungs if judged.rule.ladder else ()
    return next((rung for rung in rungs if rung.name == name), None)


def foreseen_words(foreseen: Foreseen, zone: dt.tzinfo = dt.UTC) -> str:
    """`Ben Okri (for Ada Byron, who is away until Fri 4 Dec)`, and why it comes no earlier."""
    told = names_in_a_row([_person_words(person) for person in foreseen.asks])
    if foreseen.waits:
        told += f"; it is due on {moment(foreseen.due_at, zone)}, and waits{_why_it_waits(foreseen)}"
    return told


def standstill_words(foreseen: Foreseen) -> Iterator[str]:
    """Each absence of the owner by which it comes later: `Ada Byron is away from Thu 3 Dec to Fri 4 Dec …`."""
    for one in foreseen.stood_still:
        since = f"from {_day(one.starts)} to {_day(one.ends)}" if one.starts != one.ends else f"on {_day(one.ends)}"
        yield (
            f"{foreseen.owner} is away {since} with nobody to stand in: working time on what is theirs stands still "
            f"meanwhile"
        )


def _why_it_waits(foreseen: Foreseen) -> str:
    if foreseen.away is None or not foreseen.asks:
        return " for working hours"
    return f": {foreseen.asks[0].name} is away until {_day(foreseen.away.ends)}, with nobody to stand in"


def _asked_then(person: Person) -> AskedThen:
    if isinstance(person, StandIn):
        return AskedThen(person.id, person.name, person.absent.name, person.until)
    return AskedThen(person.id, person.name)


def _person_words(person: AskedThen) -> str:
    if person.until is None:
        return person.name
    return f"{person.name} (for {person.instead_of}, who is away until {_day(person.until)})"


def _day(day: dt.date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _as_seen(situation: Situation) -> Case:
    """The case as it is once it was looked at now: what nothing of ours stands on yet is not seen anew later."""
    case = situation.case
    seen = {(situation.id, ticket.ref): situation.seen_at(ticket) for ticket in case.tickets}
    return replace(case, wrote={**seen, **case.wrote}, known_since=case.known_since or situation.now)
