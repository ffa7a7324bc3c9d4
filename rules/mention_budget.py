"""How often each person may be mentioned today, and whose turn is kept for tomorrow (P9). Pure.

What has to wait for a day books the first day that has room, so that whoever waited yesterday goes first today: a new
question finds the places that are kept for others taken. A booking is for a rule on a ticket and not for one rung: if
the next rung has come by then, it speaks in its place. A person who is mentioned in answer to their own command is
counted by nothing: they asked for it, and wait.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rules.calendar import Calendar
from rules.effects import Say
from rules.keys import split_case_id

#: No further ahead is a day looked for. Who is asked so much more often than they may be, waits in any order.
_AHEAD_DAYS_MAX = 60


@dataclass(frozen=True, slots=True)
class Booking:
    """A mention that waits for its `day` (ISO, of the person's calendar): of whom, and in what, by case and rule; `key`
    is the comment's."""

    person: str
    day: str
    root: str
    ticket: str
    rule: str
    key: str

    def is_for(self, effect: Say, person: str) -> bool:
        """Whether it is this comment's, whatever rung it has come to since."""
        mine = (split_case_id(effect.case)[0], str(effect.ticket), effect.rule, person)
        return (self.root, self.ticket, self.rule, self.person) == mine


class MentionBudget:
    """The mentions of one day, as one pass over a case's effects spends them. Each person's day is that of their own
    calendar, which `calendar_of` gives by their id."""

    def __init__(
        self,
        per_day: int,
        spent: Mapping[str, int],
        booked: Iterable[Booking],
        calendar_of: Callable[[str], Calendar],
        now: dt.datetime,
    ) -> None:
        self.per_day = per_day
        self._spent = dict(spent)
        self._booked = list(booked)
        self._calendar_of = calendar_of
        self._now = now

    def holds(self, effect: Say) -> str:
        """The person for whom the whole comment waits, or nothing: the one nearest to the work, whom it asks first.
        Nobody above them is told what they could not be asked."""
        first = next(iter(effect.counted), "")
        return first if first and not self._has_room(effect, first) else ""

    def why(self, person: str) -> str:
        """Why the person is not mentioned now."""
        if self._spent.get(person, 0) >= self.per_day:
            return f"{person} was mentioned {self.per_day} times today; the rest waits"
        return f"{person} may be mentioned {self.per_day} times a day, and what waited since yesterday goes first"

    def sparing(self, effect: Say) -> tuple[Say, tuple[str, ...]]:
        """The comment as it may be said now, and those whom it names and does not mention: after the first, everybody
        who was mentioned often enough."""
        over = tuple(one for one in effect.counted if not self._has_room(effect, one))
        body = effect.body
        for person, (mentioned, named) in zip(effect.mentions, effect.ways, strict=False) if over else ():
            body = body.replace(mentioned, named) if person in over else body
        rest = tuple(one for one in effect.mentions if one not in over)
        return (replace(effect, body=body, mentions=rest, ways=()) if over else effect), over

    def spend(self, effect: Say) -> None:
        """The comment is said."""
        for person in effect.counted:
            self._spent[person] = self._spent.get(person, 0) + 1
            self._booked = [one for one in self._booked if not one.is_for(effect, person)]

    def book(self, effect: Say, person: str) -> Booking | None:
        """A place on the first working day that has one; None where it has a place already."""
        before = next(
            (one for one in self._booked if one.is_for(effect, person) and one.day > self._today(person)), None
        )
        if before and before.key == effect.key:
            return None
        booking = replace(before, key=effect.key) if before else self._new_booking(effect, person)
        self._booked.append(booking)
        return booking

    def tomorrow(self, person: str) -> dt.datetime:
        """The opening of the person's next working day: budgets count by their local day."""
        calendar = self._calendar_of(person)
        return _opening_after(calendar, calendar.local_date(self._now))

    def _new_booking(self, effect: Say, person: str) -> Booking:
        days = list(self._days_ahead(person))
        day = next((one for one in days if self._kept(effect, person, one) < self.per_day), days[-1])
        return Booking(person, day, split_case_id(effect.case)[0], str(effect.ticket), effect.rule, effect.key)

    def _has_room(self, effect: Say, person: str) -> bool:
        if effect.urgency.severity <= 1:
            return True
        waited = any(one.is_for(effect, person) and one.day <= self._today(person) for one in self._booked)
        kept = 0 if waited else self._kept(effect, person, self._today(person))
        return self._spent.get(person, 0) + kept < self.per_day

    def _kept(self, effect: Say, person: str, day: str) -> int:
        """Places of that day that are kept for others."""
        return sum(one.person == person and one.day == day and not one.is_for(effect, person) for one in self._booked)

    def _today(self, person: str) -> str:
        return self._calendar_of(person).local_date(self._now).isoformat()

    def _days_ahead(self, person: str) -> Iterator[str]:
        at, calendar = self.tomorrow(person), self._calendar_of(person)
        for _ in range(_AHEAD_DAYS_MAX):
            day = calendar.local_date(at)
            yield day.isoformat()
            at = _opening_after(calendar, day)


def _opening_after(calendar: Calendar, day: dt.date) -> dt.datetime:
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), calendar.zone).astimezone(dt.UTC)
    return calendar.next_working_moment(midnight)
