"""A ticket's history, from Jira's changelog.

Jira writes no history of a ticket's birth: labels and assignee that it was opened with are worked out from
what is there now and what was changed since, and stand at the time of opening, as other trackers tell them.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-changelog-get
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.jira.people import Accounts
from rules.facts import Change, ChangeKind, Status

_LINK_FIELDS = frozenset({"Link", "RemoteWorkItemLink", "RemoteIssueLink"})
_PLAIN = {"description": ChangeKind.DESCRIBED, "summary": ChangeKind.RENAMED, "priority": ChangeKind.PRIORITY}

#: Kind, old and new of one entry.
Told = tuple[ChangeKind, str, str]


def parse_time(text: str) -> dt.datetime:
    """A time as Jira writes it (`2026-01-02T03:04:05.678+0100`), in UTC. Raises ValueError."""
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return at.astimezone(dt.UTC)


def status_ids(histories: Iterable[Mapping[str, Any]]) -> set[str]:
    """Ids of the statuses that a changelog names."""
    items = (item for history in histories for item in history["items"] if item.get("field") == "status")
    return {str(item[side]) for item in items for side in ("from", "to") if item.get(side)}


def changes_of(
    histories: Iterable[Mapping[str, Any]], categories: Mapping[str, Status], accounts: Accounts
) -> tuple[Change, ...]:
    """The changelog as changes, oldest first. An entry's id is `history.index`; where it tells of several
    labels or of two assignees, `history.index.n`. Raises KeyError, ValueError, TypeError on a strange shape."""
    changes: list[Change] = []
    for history in sorted(histories, key=lambda one: (parse_time(one["created"]), int(one["id"]))):
        at, actor = parse_time(history["created"]), accounts.actor(history.get("author"))
        for index, item in enumerate(history["items"]):
            told = _told(item, categories)
            for number, (kind, old, new) in enumerate(told):
                entry = f"{history['id']}.{index}" + (f".{number}" if len(told) > 1 else "")
                changes.append(Change(id=entry, at=at, actor=actor, kind=kind, old=old, new=new))
    return tuple(changes)


def births_of(opened: Change, labels: Sequence[str], assignee: str, later: Sequence[Change]) -> tuple[Change, ...]:
    """The opening, and the labels and the assignee that the ticket had then. `labels` and `assignee` are
    those of now, `later` the changelog."""
    told: list[tuple[str, ChangeKind, str]] = [
        (f"label.{label}", ChangeKind.LABELLED, label) for label in _first_labels(labels, later)
    ]
    account = _first_assignee(assignee, later)
    if account:
        told.append(("assignee", ChangeKind.ASSIGNED, account))
    births = (replace(opened, id=f"{opened.id}.{what}", kind=kind, new=new) for what, kind, new in told)
    return (opened, *births)


def _first_labels(labels: Sequence[str], later: Sequence[Change]) -> list[str]:
    present = dict.fromkeys(labels)
    for change in reversed(later):
        if change.kind is ChangeKind.LABELLED:
            present.pop(change.new, None)
        elif change.kind is ChangeKind.UNLABELLED:
            present[change.old] = None
    return list(present)


def _first_assignee(assignee: str, later: Sequence[Change]) -> str:
    for change in later:
        if change.kind is ChangeKind.UNASSIGNED:
            return change.old
        if change.kind is ChangeKind.ASSIGNED:
            return ""
    return assignee


def _told(item: Mapping[str, Any], categories: Mapping[str, Status]) -> list[Told]:
    field = item.get("fieldId") or item.get("field")
    old, new = _text(item, "fromString"), _text(item, "toString")
    if field == "labels":
        return _labels(old.split(), new.split())
    if field == "status":
        return [(_status_kind(item, categories), old, new)]
    if field == "assignee":
        return _assignees(_text(item, "from"), _text(item, "to"))
    if field == "duedate":
        return [(ChangeKind.DUE, _text(item, "from") or old[:10], _text(item, "to") or new[:10])]
    if item.get("field") in _LINK_FIELDS:
        return [(ChangeKind.LINKED, _text(item, "from"), _text(item, "to"))]
    return [(_PLAIN.get(str(field), ChangeKind.OTHER), old, new)]


def _labels(old: list[str], new: list[str]) -> list[Told]:
    gone: list[Told] = [(ChangeKind.UNLABELLED, label, "") for label in old if label not in new]
    come: list[Told] = [(ChangeKind.LABELLED, "", label) for label in new if label not in old]
    return gone + come


def _assignees(old: str, new: str) -> list[Told]:
    told: list[Told] = []
    if old:
        told.append((ChangeKind.UNASSIGNED, old, ""))
    if new:
        told.append((ChangeKind.ASSIGNED, "", new))
    return told


def _status_kind(item: Mapping[str, Any], categories: Mapping[str, Status]) -> ChangeKind:
    was, is_now = (categories.get(str(item.get(side))) is Status.DONE for side in ("from", "to"))
    if is_now and not was:
        return ChangeKind.CLOSED
    return ChangeKind.REOPENED if was and not is_now else ChangeKind.STATUS


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
