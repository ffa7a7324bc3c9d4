"""When a ticket is due, and until when it is snoozed: by command, by the tracker's own field, by our opening.

What we wrote into the field ourselves, so that people see what a command said, is no word of its own: of what people
did, the latest counts. `commands` are always those by people with rights, in the order in which they were given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rules.attendance import WriterCalendar
from rules.clocks import AnchorPoint
from rules.facts import ActorKind, Change, ChangeKind, Command, Ticket
from rules.snooze import parse_due, parse_snooze

#: On so many lines of an edited comment a command is taken to have stood before.
LINES_MAX = 200


@dataclass(frozen=True, slots=True)
class Due:
    """`set_by` is the id of what set the day: a command, a change of the field, or our opening. `also` are the ids that
    the command had where its comment was edited and it stood on another line. `is_reckoned`: the day was counted in a
    calendar, from a command that stands as it was written, so that it is another one once that calendar changes."""

    day: dt.date
    set_by: str
    also: tuple[str, ...] = ()
    is_commanded: bool = False
    is_reckoned: bool = False


@dataclass(frozen=True, slots=True)
class Snooze:
    """One `/snooze`: until when, and its reason as written, which is empty where not everybody may read it (P14)."""

    command: Command
    until: dt.datetime
    reason: str
    also: tuple[str, ...] = ()


def due_of(
    ticket: Ticket, commands: Sequence[Command], calendar_by: WriterCalendar, adopted: dt.date | None = None
) -> Due | None:
    """The due date as people last set it: by /due, in the tracker's field, or in what we opened for them. `adopted` is
    the policy's for a ticket that they made themselves. `calendar_by` is the calendar of who wrote a command."""
    theirs = [change for change in _due_changes(ticket) if change.actor.kind is not ActorKind.OURS]
    last = theirs[-1] if theirs else None
    commanded = _commanded_due(ticket, commands, calendar_by, last.at if last else None)
    if commanded:
        return commanded
    day = _field_by_people(ticket)
    if day:
        return Due(day, last.id if last else "opened")
    if last:
        return None  # somebody cleared the date
    if adopted:
        return Due(adopted, "adopted")
    opened_with = ticket.marker.extra.partition(":")[2] if ticket.marker else ""
    return Due(dt.date.fromisoformat(opened_with), "opened") if opened_with else None


def is_dated_aside(ticket: Ticket, due: Due | None) -> bool:
    """Whether a `/due` set another day than the ticket's text says, and its tracker has no field to show it."""
    return due is not None and due.is_commanded and not ticket.has_due_field


def is_field_ours(ticket: Ticket) -> bool:
    """Whether the tracker's field shows what we wrote into it last."""
    changes = _due_changes(ticket)
    return bool(changes) and changes[-1].actor.kind is ActorKind.OURS


def snoozes_of(ticket: Ticket, commands: Sequence[Command], calendar_by: WriterCalendar) -> tuple[Snooze, ...]:
    """Each snooze that can be read."""
    found: list[Snooze] = []
    for command in commands:
        if command.name == "snooze":
            read = parse_snooze(command.argument, command.at, calendar_by(command))
            if isinstance(read, tuple):
                reason = "" if command.is_restricted else read[1]
                found.append(Snooze(command, read[0], reason, other_lines(ticket, command, commands)))
    return tuple(found)


def end_of(snooze: Snooze) -> AnchorPoint:
    """The snooze's end, from which a ladder counts."""
    also = tuple(f"snooze:{one}" for one in snooze.also)
    return AnchorPoint(f"snooze:{snooze.command.id}", snooze.until, is_base=False, also=also)


def _due_changes(ticket: Ticket) -> list[Change]:
    return [change for change in ticket.changes if change.kind is ChangeKind.DUE]


def _field_by_people(ticket: Ticket) -> dt.date | None:
    """What the field shows, or showed before we wrote into it: the last that people had in it."""
    before: Change | None = None
    for change in reversed(_due_changes(ticket)):
        if change.actor.kind is not ActorKind.OURS:
            break
        before = change
    if before is None:
        return ticket.due_on
    try:
        return dt.date.fromisoformat(before.old)
    except ValueError:
        return None


def _commanded_due(
    ticket: Ticket, commands: Sequence[Command], calendar_by: WriterCalendar, since: dt.datetime | None
) -> Due | None:
    """The last /due that can be read, unless somebody touched the field after it."""
    for command in reversed(commands):
        if command.name == "due" and (since is None or command.at >= since):
            day = parse_due(command.argument, command.at, calendar_by(command))
            if isinstance(day, dt.date):
                is_reckoned = command.edited_at is None and day.isoformat() not in command.argument
                lines = other_lines(ticket, command, commands)
                return Due(day, command.id, lines, is_commanded=True, is_reckoned=is_reckoned)
    return None


def other_lines(ticket: Ticket, command: Command, commands: Sequence[Command]) -> tuple[str, ...]:
    """Ids that the command may have had: where its comment was edited, those of lines on which no such command stands
    now. One that moved says nothing again."""
    comment = next((one for one in ticket.comments if one.id == command.comment_id), None)
    if comment is None or comment.edited_at is None:
        return ()
    taken = {one.line for one in commands if one.comment_id == comment.id and one.name == command.name}
    return tuple(f"{comment.id}.{line}" for line in range(LINES_MAX) if line not in taken)
