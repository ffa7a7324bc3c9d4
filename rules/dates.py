"""When a ticket is due, and until when it is snoozed: by command, by the tracker's own field, by our opening.

`commands` are always those by people with rights, in the order in which they were given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rules.calendar import Calendar
from rules.clocks import AnchorPoint
from rules.facts import ChangeKind, Command, Ticket
from rules.snooze import parse_due, parse_snooze


def due_of(ticket: Ticket, commands: Sequence[Command], calendar: Calendar) -> tuple[dt.date, str] | None:
    """The due date as last set, and the id of what set it: /due, the tracker's field, or our opening."""
    change = next((c for c in reversed(ticket.changes) if c.kind is ChangeKind.DUE), None)
    commanded = _commanded_due(commands, calendar, change.at if change and ticket.due_on else None)
    if commanded:
        return commanded
    if ticket.due_on:
        return ticket.due_on, change.id if change else "opened"
    if change:
        return None  # somebody cleared the date
    opened_with = ticket.marker.extra.partition(":")[2] if ticket.marker else ""
    return (dt.date.fromisoformat(opened_with), "opened") if opened_with else None


def snoozes_of(commands: Sequence[Command], calendar: Calendar) -> tuple[AnchorPoint, ...]:
    """The end of each snooze that can be read."""
    ends: list[AnchorPoint] = []
    for command in commands:
        if command.name == "snooze":
            end = parse_snooze(command.argument, command.at, calendar)
            if isinstance(end, tuple):
                ends.append(AnchorPoint(f"snooze:{command.id}", end[0], is_base=False))
    return tuple(ends)


def _commanded_due(
    commands: Sequence[Command], calendar: Calendar, since: dt.datetime | None
) -> tuple[dt.date, str] | None:
    """The last /due that can be read, unless the field was set after it."""
    for command in reversed(commands):
        if command.name == "due" and (since is None or command.at >= since):
            day = parse_due(command.argument, command.at, calendar)
            if isinstance(day, dt.date):
                return day, command.id
    return None
