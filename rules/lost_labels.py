"""A failure label that is gone though nobody took it off: it was renamed or deleted in its repository, or the failure
was moved to where there is none.

Taking the label off stops a case's clocks, and is somebody's decision about this failure (`rules.lifecycle`). Renaming
it is not: trackers write it into no ticket's history, which goes on calling the label by its former name. So the
history is asked, and where it says that the label is on, the case goes on as if it were.
"""

from __future__ import annotations

from rules.facts import ChangeKind, Ticket
from rules.labels import has_label


def lost_label(failure: Ticket, labels: tuple[str, ...]) -> str:
    """The one of `labels` that was put on and never taken off, where the failure bears none of them; else nothing."""
    if has_label(failure.labels, *labels):
        return ""
    on: dict[str, str] = {}
    for change in failure.changes:
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
