"""How often people put a due date off: each time they set a later one than was set before.

Dates move, and that is no fault. But a date that moves for the second time mostly lacks something that its owner cannot
give, and whoever can does not hear of it, since no date is ever missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from rules.attendance import WriterCalendar
from rules.clocks import AnchorPoint
from rules.dates import other_lines
from rules.facts import ActorKind, ChangeKind, Command, Ticket
from rules.snooze import parse_due


def postponements(ticket: Ticket, commands: Sequence[Command], calendar_by: WriterCalendar) -> tuple[AnchorPoint, ...]:
    """Each time that the date was put off, by command or in the tracker's field, earliest first. `commands` are those
    on the ticket by people with rights. A first date, one that is earlier, and one taken away put nothing off."""
    found: list[AnchorPoint] = []
    standing: dt.date | None = _opened_with(ticket)
    set_by_people = sorted([*_in_field(ticket), *_by_command(ticket, commands, calendar_by)], key=lambda one: one[0].at)
    for point, before, day in set_by_people:
        standing = standing or before
        if day and standing and day > standing:
            found.append(point)
        standing = day or standing
    return tuple(found)


_Set = tuple[AnchorPoint, dt.date | None, dt.date | None]


def _in_field(ticket: Ticket) -> Iterator[_Set]:
    """What people set in the field, what it showed before, and what then; what we wrote there says a command's word."""
    for change in ticket.changes:
        if change.kind is ChangeKind.DUE and change.actor.kind is not ActorKind.OURS:
            yield AnchorPoint(f"postponed:{change.id}", change.at), _day(change.old), _day(change.new)


def _by_command(ticket: Ticket, commands: Sequence[Command], calendar_by: WriterCalendar) -> Iterator[_Set]:
    for command in commands:
        day = parse_due(command.argument, command.at, calendar_by(command)) if command.name == "due" else None
        if isinstance(day, dt.date):
            also = tuple(f"postponed:{one}" for one in other_lines(ticket, command, commands))
            yield AnchorPoint(f"postponed:{command.id}", command.at, also=also), None, day


def _opened_with(ticket: Ticket) -> dt.date | None:
    return _day(ticket.marker.extra.partition(":")[2]) if ticket.marker else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
