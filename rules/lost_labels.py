"""A failure label that is gone though nobody took it off: it was renamed or deleted in its repository, or the failure
was moved to where there is none.

Taking the label off stops a case's clocks, and is somebody's decision about this failure (`rules.lifecycle`). Renaming
it is not: trackers write it into no ticket's history, which goes on calling the label by its former name. So the
history is asked, and where it says that the label is on, the case goes on as if it were.

Whoever takes a renamed label off takes it off by its new name, which by that history was never put on. So where a
label that nobody put on is taken off, and one that was put on is missing, it was that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.facts import Change, ChangeKind, Ticket
from rules.labels import folded, has_label


def lost_label(failure: Ticket, labels: tuple[str, ...]) -> str:
    """The one of `labels` that was put on and never taken off, where the failure bears none of them; else nothing."""
    if has_label(failure.labels, *labels):
        return ""
    on: dict[str, str] = {}
    for change in by_former_names(failure, labels):
        if change.kind is ChangeKind.LABELLED and has_label(labels, change.new):
            on[change.new.casefold()] = change.new
        elif change.kind is ChangeKind.UNLABELLED and has_label(labels, change.old):
            taken_off = on.pop(change.old.casefold(), "")
            # One that was never put on is one of the others by its new name, or stood there from the first.
            on = on if taken_off else {}
    return next(reversed(on.values()), "")


def labels_on(failure: Ticket, labels: tuple[str, ...]) -> set[str]:
    """Those of `labels` that are on, in the form in which labels are compared; one that was lost among them."""
    lost = lost_label(failure, labels)
    on = {label.casefold() for label in failure.labels if has_label(labels, label)}
    return on | {lost.casefold()} if lost else on


def by_former_names(failure: Ticket, labels: tuple[str, ...]) -> tuple[Change, ...]:
    """The failure's changes; where one of `labels` was taken off, or put back, by the name that it was given since, by
    the name under which it was put on."""
    if not any(change.kind is ChangeKind.UNLABELLED for change in failure.changes):
        return failure.changes
    told: list[Change] = []
    on: dict[str, str] = {}
    former: dict[str, str] = {}
    for given, there in zip(failure.changes, _labels_after(failure), strict=True):
        change = given
        if change.kind is ChangeKind.LABELLED:
            if change.new.casefold() in former and not has_label(labels, change.new):
                change = replace(change, new=former[change.new.casefold()])
            on[change.new.casefold()] = change.new
        elif change.kind is ChangeKind.UNLABELLED:
            name = change.old.casefold()
            if name not in on and (renamed := _renamed(on, there, labels)):
                former[name] = renamed
                change = replace(change, old=renamed)
            on.pop(change.old.casefold(), None)
        told.append(change)
    return tuple(told)


def _renamed(on: Mapping[str, str], there: set[str], labels: tuple[str, ...]) -> str:
    """The one of `labels` that was put on and is not there, unless one is there that nobody put on: that may be it."""
    missing = [written for name, written in on.items() if name not in there]
    if len(missing) <= len(there - on.keys()):
        return ""
    return next((label for label in reversed(missing) if has_label(labels, label)), "")


def _labels_after(failure: Ticket) -> Iterator[set[str]]:
    """What was on the failure after each of its changes, by the names of today."""
    there = set(folded(failure.labels))
    after: list[set[str]] = []
    for change in reversed(failure.changes):
        after.append(set(there))
        if change.kind is ChangeKind.LABELLED:
            there.discard(change.new.casefold())
        elif change.kind is ChangeKind.UNLABELLED:
            there.add(change.old.casefold())
    return reversed(after)
