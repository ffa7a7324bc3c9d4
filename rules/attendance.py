"""Who works when: the calendars in which one decision counts.

What is asked of somebody counts in their time: a ladder in that of the ticket's owner, a date in that of whoever wrote
it. Who has no calendar of their own, and who is unknown, has the policy's.
"""

from __future__ import annotations

from collections.abc import Callable

from rules.calendar import Calendar
from rules.calendars import calendar_of
from rules.facts import Command, Ticket
from rules.policy import Policy
from rules.roles import person_of, present_owner_of

#: The calendar in which whoever gave a command counts.
WriterCalendar = Callable[[Command], Calendar]


class Attendance:
    """The people of one decision, in the time of the policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def calendar_for(self, ticket: Ticket) -> Calendar:
        """That of the ticket's owner."""
        return calendar_of(self._policy, present_owner_of(self._policy.people, ticket))

    def writer_on(self, ticket: Ticket) -> WriterCalendar:
        """For each command on the ticket, the calendar of who wrote it."""
        people, tracker = self._policy.people, ticket.ref.tracker
        return lambda command: calendar_of(self._policy, person_of(people, tracker, command.author))
