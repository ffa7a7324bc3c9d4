"""A ticket as it stands, with all that hangs on it: comments, history, links.

Plain state: nothing here checks a right or writes history; `Site` does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class HistoryEntry:
    """`kind`: opened, labelled, unlabelled, assigned, unassigned, status, closed, reopened, due, described,
    renamed, referenced, linked, locked, moved, issuetype, priority. `old` and `new` are plain text."""

    id: int
    at: dt.datetime
    actor: str
    kind: str
    old: str = ""
    new: str = ""


@dataclass(slots=True)
class CommentState:
    """`visibility` is Jira's: the role or the group whose members alone read it."""

    id: int
    author: str
    body: Any
    created_at: dt.datetime
    updated_at: dt.datetime
    properties: dict[str, Any] = field(default_factory=dict)
    is_internal: bool = False
    visibility: dict[str, str] | None = None


@dataclass(slots=True)
class LinkState:
    """`kind`: "issue" (Jira issue link), "remote" (Jira remote link), "sub" (GitHub sub-issue; target is a uid),
    "blocked-by" (GitHub's dependency; target is a uid)."""

    id: int
    kind: str
    target: str
    relation: str = ""
    global_id: str = ""
    title: str = ""


@dataclass(slots=True)
class TicketState:
    """`status` is a workflow name, `category` new, indeterminate or done; `resolution` as in GitHub's
    state_reason (completed, not_planned, duplicate) or empty; `level` is the id of a security level, or empty.
    `parent_uid` is the ticket that it is a sub-issue or a sub-task of, or its epic; `values` are those of fields that
    the site made for itself, by the field's id. With `is_pull_request` a pull request was made of the issue (GitHub),
    under the same number."""

    uid: int
    container: str
    number: int
    key: str
    title: str
    body: Any
    reporter: str
    created_at: dt.datetime
    updated_at: dt.datetime
    status: str = "To Do"
    category: str = "new"
    resolution: str = ""
    closed_at: dt.datetime | None = None
    due_on: dt.date | None = None
    ticket_type: str = "Task"
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[CommentState] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    links: list[LinkState] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    parent_uid: int | None = None
    is_locked: bool = False
    level: str = ""
    is_archived: bool = False
    is_pull_request: bool = False
    priority: str = ""
    values: dict[str, Any] = field(default_factory=dict)
