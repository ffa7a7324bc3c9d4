"""A ticket's history in Jira's form: one entry per change, each with the items that changed.

Jira keeps the whole value before and after, where the world keeps single steps: label strings are put
together again by walking back from the labels as they stand.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-changelog-get
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from connectors.sandbox.jira_adf import words_of_repr
from connectors.sandbox.jira_json import JiraJson, Json, stamp
from connectors.sandbox.world import HistoryEntry, TicketState


class Steps:
    """Which steps of the world's history belong together in Jira: those of a ticket's creation, which are no
    change at all, and those of one request, which are one. It is told so by the API that caused them: the
    first labels of a ticket that was put into the world directly show as changes."""

    def __init__(self) -> None:
        self._births: set[int] = set()
        self._heads: dict[int, int] = {}

    def note_birth(self, ticket: TicketState) -> None:
        """Everything in the history so far is part of the creation."""
        self._births.update(entry.id for entry in ticket.history)

    def note_edit(self, ticket: TicketState, since: int) -> None:
        """The history from the index `since` on is one change."""
        entries = ticket.history[since:]
        self._heads.update((entry.id, entries[0].id) for entry in entries)

    def is_birth(self, entry: HistoryEntry) -> bool:
        return entry.id in self._births

    def head(self, entry: HistoryEntry) -> int:
        """The same for all steps of one change."""
        return self._heads.get(entry.id, entry.id)


#: Kinds of the world that leave no trace in Jira's changelog.
_SILENT = frozenset({"opened", "referenced", "locked"})


def histories(json: JiraJson, ticket: TicketState, steps: Steps) -> list[Json]:
    """The changelog, oldest first. A change has the id of its first step."""
    walk = _Walk(json, ticket)
    entries = ticket.history
    shown = [
        at
        for at, entry in enumerate(entries)
        if not (steps.is_birth(entry) or entry.kind in _SILENT or _goes_into_next(entries, at))
    ]
    changes = [list(group) for _, group in itertools.groupby(shown, key=lambda at: steps.head(entries[at]))]
    return [
        {
            "id": str(entries[group[0]].id),
            "author": json.user(entries[group[0]].actor),
            "created": stamp(entries[group[0]].at),
            "items": [json.change(item) for item in _merged([item for at in group for item in walk.items(at)])],
        }
        for group in changes
    ]


def _merged(items: list[Json]) -> list[Json]:
    """One item a field, from its first value to its last; links stand for themselves."""
    merged: dict[str, Json] = {}
    for number, item in enumerate(items):
        name = item.get("fieldId") or f"#{number}"
        first = merged.get(name, item)
        merged[name] = item | {key: first[key] for key in ("from", "fromString")}
    return list(merged.values())


def labels_at(ticket: TicketState, before: int, at: dt.datetime | None = None) -> list[str]:
    """The labels just before the history entry at index `before`; with `at`, as they stood at that time."""
    labels = list(ticket.labels)
    for index in range(len(ticket.history) - 1, -1, -1):
        entry = ticket.history[index]
        if index < before or (at is not None and entry.at <= at):
            break
        if entry.kind == "labelled" and entry.new in labels:
            labels.remove(entry.new)
        elif entry.kind == "unlabelled":
            labels.append(entry.old)
    return labels


def _goes_into_next(entries: list[HistoryEntry], at: int) -> bool:
    """Somebody unassigned in one step and another assigned in the same moment: one change in Jira."""
    if entries[at].kind != "unassigned" or at + 1 >= len(entries):
        return False
    entry, following = entries[at], entries[at + 1]
    together = following.id == entry.id + 1 and (following.at, following.actor) == (entry.at, entry.actor)
    return following.kind == "assigned" and together


def _item(field: str, old: tuple[str | None, str | None], new: tuple[str | None, str | None], key: str = "") -> Json:
    """One changed field: (value, value for people) before and after; `key` is the field's id, if it has one."""
    head = {"field": field, "fieldtype": "jira"} | ({"fieldId": key} if key else {})
    return head | {"from": old[0], "fromString": old[1], "to": new[0], "toString": new[1]}


class _Walk:
    """One pass over a ticket's history."""

    def __init__(self, json: JiraJson, ticket: TicketState) -> None:
        self._json = json
        self._ticket = ticket

    def items(self, at: int) -> list[Json]:
        entry = self._ticket.history[at]
        kind = entry.kind
        if kind in {"status", "closed", "reopened"}:
            return self._status(at)
        if kind in {"labelled", "unlabelled"}:
            before, after = labels_at(self._ticket, at), labels_at(self._ticket, at + 1)
            return [_item("labels", ("", " ".join(sorted(before))), ("", " ".join(sorted(after))), "labels")]
        if kind in {"assigned", "unassigned"}:
            return [self._assignee(at)]
        if kind == "linked":
            return [self._link(entry)]
        if kind == "due":
            return [_item("duedate", _day(entry.old), _day(entry.new), "duedate")]
        if kind == "moved":
            return [_item("Key", (None, entry.old), (None, entry.new))]
        field = {"described": "description", "renamed": "summary", "level": "security"}.get(kind, kind)
        return [_item(field, (None, words_of_repr(entry.old)), (None, words_of_repr(entry.new)), field)]

    def _status(self, at: int) -> list[Json]:
        entry = self._ticket.history[at]
        found: list[Json] = []
        if entry.old != entry.new:
            old, new = ((self._json.status_id(name), name) for name in (entry.old, entry.new))
            found.append(_item("status", old, new, "status"))
        word = self._ticket.resolution if at == self._last_move() else "completed"
        resolution: Any = self._json.resolution(word)
        given = (resolution["id"], resolution["name"]) if resolution else (None, None)
        if entry.kind == "reopened":
            found.append(_item("resolution", ("10000", "Done"), (None, None), "resolution"))
        elif resolution and (entry.kind == "closed" or entry.old == entry.new):
            found.append(_item("resolution", (None, None), given, "resolution"))
        return found

    def _last_move(self) -> int:
        moves = [i for i, e in enumerate(self._ticket.history) if e.kind in {"status", "closed", "reopened"}]
        return moves[-1]

    def _assignee(self, at: int) -> Json:
        entry = self._ticket.history[at]
        old, new = entry.old, entry.new
        if at and _goes_into_next(self._ticket.history, at - 1):
            old = self._ticket.history[at - 1].old
        return _item("assignee", self._person(old), self._person(new), "assignee")

    def _person(self, account: str) -> tuple[str | None, str | None]:
        return (self._json.person_id(account), self._json.user(account)["displayName"]) if account else (None, None)

    def _link(self, entry: HistoryEntry) -> Json:
        if "://" in entry.new:
            field, words = self._json.remote_link_change
            return _item(field, (None, None), (None, f'{words} links to "{entry.new}"'))
        found = [link for link in self._ticket.links if link.kind == "issue" and link.target == entry.new]
        reads = self._json.link_type(found[0].relation if found else "")["outward"]
        return _item("Link", (None, None), (entry.new, f"{self._json.remote_link_change[1]} {reads} {entry.new}"))


def _day(day: str) -> tuple[str | None, str | None]:
    return (day, f"{day} 00:00:00.0") if day else (None, None)
