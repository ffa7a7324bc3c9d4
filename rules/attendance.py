"""Who works when, and who is there: the people of one decision.

What is asked of somebody counts in their time: a ladder in that of the ticket's owner, a date in that of whoever wrote
it. Who has no calendar of their own, and who is unknown, has the policy's.

Whoever is away is asked through the one who stands in for them. Where nobody does, what is asked in working hours waits
for their return, as those days are none of their calendar, and what cannot wait is asked of the next one up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rules.calendar import Calendar
from rules.calendars import calendar_of
from rules.facts import Command, Ticket
from rules.policy import Away, Part, Person, Policy, StandIn
from rules.refs import TicketRef
from rules.roles import person_of, present_owner_of
from rules.wall_clock import first_shown

#: The calendar in which whoever gave a command counts.
WriterCalendar = Callable[[Command], Calendar]
_DAY = dt.timedelta(days=1)


class Attendance:
    """The people of one decision, in the time of the policy. It remembers whose presence was asked after, so that the
    decision is made anew when that changes."""

    def __init__(self, policy: Policy, now: dt.datetime) -> None:
        self._policy = policy
        self._now = now
        self._changes: set[tuple[dt.datetime, str, bool]] = set()
        #: Filled by `rules.asking`: whom texts that mention these ask on a ticket, be it that they can wait or not.
        self.asked: dict[tuple[TicketRef, tuple[Part, ...], bool], tuple[Person, ...]] = {}

    def calendar_for(self, ticket: Ticket) -> Calendar:
        """That of the ticket's owner."""
        return calendar_of(self._policy, present_owner_of(self._policy.people, ticket))

    def writer_on(self, ticket: Ticket) -> WriterCalendar:
        """For each command on the ticket, the calendar of who wrote it."""
        people, tracker = self._policy.people, ticket.ref.tracker
        return lambda command: calendar_of(self._policy, person_of(people, tracker, command.author))

    @property
    def changes_at(self) -> dt.datetime | None:
        """When somebody whose presence was asked after goes or comes back next."""
        return min((at for at, *_ in self._changes), default=None)

    @property
    def changes(self) -> tuple[tuple[str, bool], ...]:
        """Who that is, by name, and whether they go away."""
        first = self.changes_at
        return tuple(sorted((name, goes) for at, name, goes in self._changes if at == first))

    def there_for(self, person: Person) -> Person:
        """The person, or whoever stands in for them now. Of several who are away, the last has nobody: it is theirs."""
        there, until, seen = person, dt.date.max, {person.id}
        while (away := self._away(there)) and (next_one := self._stand_in(away)):
            if next_one.id in seen:
                return person
            seen.add(next_one.id)
            there, until = next_one, min(until, away.ends)
        return _standing_in(there, person, until) if there is not person else person

    def there_now(self, person: Person) -> Person | None:
        """The same, or None where whoever it is is away as well."""
        there = self.there_for(person)
        return None if self._away(self._policy.people.get(there.id) or there) else there

    def _stand_in(self, away: Away) -> Person | None:
        """Whoever stands in, but for one who has left: nobody asks them."""
        people = self._policy.people
        found = people.get(away.stand_in)
        return None if found and found.id in people.left_people else found

    def _away(self, person: Person) -> Away | None:
        """The absence that a person is in."""
        if not person.away:
            return None
        zone = calendar_of(self._policy, person).zone
        today = self._now.astimezone(zone).date()
        starts = [(one.starts, True) for one in person.away]
        days = [*starts, *((one.ends + _DAY, False) for one in person.away)]
        for day, goes in sorted(one for one in days if one[0] > today)[:1]:
            self._changes.add((first_shown(day, dt.time(), zone), person.name, goes))
        return next((one for one in person.away if one.starts <= today <= one.ends), None)


def _standing_in(person: Person, absent: Person, until: dt.date) -> StandIn:
    return StandIn(
        person.id,
        person.name,
        person.accounts,
        person.lead,
        person.manager,
        person.notify,
        person.calendar,
        person.away,
        absent,
        until,
    )
