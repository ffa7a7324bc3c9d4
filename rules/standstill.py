"""Time that does not count: while the failure's label was off, its case was called off, or the failure was closed.

"All clocks stand still" is said on the ticket, so it has to be so. What a ladder counts from keeps its name, by which
everything that was said is remembered, and moves along by the time that did not count. A moment that fell into such a
time, as a due date may, comes when as much time has passed as was left when the clocks stopped; one that is still ahead
when they go on stays where it is, since people can read it there.

Of a `/cancel` that was deleted nothing is known, so its time counts; the texts say so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.calendar import Calendar
from rules.facts import ChangeKind, Command, Ticket
from rules.labels import has_label
from rules.lost_labels import by_former_names, labels_on


@dataclass(frozen=True, slots=True)
class Stop:
    """A time that is over and does not count, its end excluded."""

    begins: dt.datetime
    ends: dt.datetime


def moved_along(at: dt.datetime, stops: Iterable[Stop], calendar: Calendar, in_working_time: bool) -> dt.datetime:
    """The moment, later by what of the stops came after it; a stop that it lies in counts whole."""
    after = [stop for stop in stops if stop.ends > at]
    if in_working_time:
        lost = sum((calendar.working_time(one.begins, one.ends) for one in after), dt.timedelta())
        return calendar.after_working(at, lost) if lost else at
    return at + sum((one.ends - one.begins for one in after), dt.timedelta())


def stops_of(failure: Ticket, labels: tuple[str, ...], commands: Iterable[Command]) -> tuple[Stop, ...]:
    """When the failure had none of the labels, and when its case was called off until it was labelled anew.

    `commands` are those on the failure by people with rights.
    """
    return _joined([*_unlabelled(failure, labels), *_called_off(failure, labels, commands)])


def with_closed(stops: Iterable[Stop], failure: Ticket) -> tuple[Stop, ...]:
    """The stops, and when the failure was closed: what is asked of a failure itself is asked while it is open."""
    return _joined([*stops, *_spells(failure, ChangeKind.CLOSED, ChangeKind.REOPENED)])


def _unlabelled(failure: Ticket, labels: tuple[str, ...]) -> Iterator[Stop]:
    on = _labels_at_first(failure, labels)
    begins: dt.datetime | None = None
    for change in by_former_names(failure, labels):
        if change.kind is ChangeKind.LABELLED and has_label(labels, change.new):
            if begins and not on:
                yield Stop(begins, change.at)
            on.add(change.new.casefold())
        elif change.kind is ChangeKind.UNLABELLED and has_label(labels, change.old):
            on.discard(change.old.casefold())
            begins = change.at


def _labels_at_first(failure: Ticket, labels: tuple[str, ...]) -> set[str]:
    """The failure labels that it was opened with: what its history tells was changed since is undone."""
    on = labels_on(failure, labels)
    for change in reversed(by_former_names(failure, labels)):
        if change.kind is ChangeKind.LABELLED:
            on.discard(change.new.casefold())
        elif change.kind is ChangeKind.UNLABELLED and has_label(labels, change.old):
            on.add(change.old.casefold())
    return on


def _called_off(failure: Ticket, labels: tuple[str, ...], commands: Iterable[Command]) -> Iterator[Stop]:
    """From each `/cancel` with a reason to the next putting on of the label."""
    changes = by_former_names(failure, labels)
    put_on = [c.at for c in changes if c.kind is ChangeKind.LABELLED and has_label(labels, c.new)]
    for command in commands:
        if command.name == "cancel" and any(letter.isalnum() for letter in command.argument):
            anew = min((at for at in put_on if at > command.at), default=None)
            if anew:
                yield Stop(command.at, anew)


def _spells(ticket: Ticket, first: ChangeKind, last: ChangeKind) -> Iterator[Stop]:
    begins: dt.datetime | None = None
    for change in ticket.changes:
        if change.kind is first:
            begins = begins or change.at
        elif change.kind is last and begins:
            yield Stop(begins, change.at)
            begins = None


def _joined(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """The same without overlaps, in order of time."""
    joined: list[Stop] = []
    for stop in sorted(stops, key=lambda one: one.begins):
        if joined and stop.begins <= joined[-1].ends:
            joined[-1] = Stop(joined[-1].begins, max(joined[-1].ends, stop.ends))
        else:
            joined.append(stop)
    return tuple(joined)
