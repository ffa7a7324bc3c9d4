"""An issue's timeline into changes and links. Pure.

GitHub's timeline shows comments and events in one list. An event's id is GitHub's; a cross-reference has
none, and gets one made of what never changes about it. Edits of the body are not in it: `edits` asks for them.

See https://docs.github.com/en/rest/using-the-rest-api/issue-event-types
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from connectors.github.addresses import key_in_url, key_of, make_key
from rules.facts import Actor, Change, ChangeKind

Json = Mapping[str, Any]

_KINDS = MappingProxyType(
    {
        "labeled": ChangeKind.LABELLED,
        "unlabeled": ChangeKind.UNLABELLED,
        "assigned": ChangeKind.ASSIGNED,
        "unassigned": ChangeKind.UNASSIGNED,
        "closed": ChangeKind.CLOSED,
        "reopened": ChangeKind.REOPENED,
        "renamed": ChangeKind.RENAMED,
        "connected": ChangeKind.REFERENCED,
        "sub_issue_added": ChangeKind.LINKED,
        "parent_issue_added": ChangeKind.LINKED,
    }
)


def changes_in(events: Sequence[Json], key: str, actor_of: Callable[[Json | None], Actor]) -> list[Change]:
    """The changes of the issue `key`, in the timeline's order, comments left out."""
    return [
        _change(event, key, actor_of)
        for event in events
        if event.get("event") and event["event"] != "commented" and event.get("created_at")
    ]


def parent_in(events: Sequence[Json]) -> str:
    """Key of the parent that the history tells, or empty."""
    parent = ""
    for event in events:
        if event.get("event") == "parent_issue_added":
            parent = _referred_key(event.get("parent_issue"))
        elif event.get("event") == "parent_issue_removed":
            parent = ""
    return parent


def sub_issues_in(events: Sequence[Json]) -> tuple[str, ...]:
    """Keys of the sub-issues that the history tells, first added first."""
    found: dict[str, None] = {}
    for event in events:
        key = _referred_key(event.get("sub_issue"))
        if key and event.get("event") == "sub_issue_added":
            found[key] = None
        elif event.get("event") == "sub_issue_removed":
            found.pop(key, None)
    return tuple(found)


def _change(event: Json, key: str, actor_of: Callable[[Json | None], Actor]) -> Change:
    word, at = str(event["event"]), dt.datetime.fromisoformat(event["created_at"]).astimezone(dt.UTC)
    # Where GitHub tells who assigned, `actor` may be the one who was assigned.
    actor = actor_of(event.get("assigner") or event.get("actor") or _source(event).get("user"))
    old, new = _values(event, word, key)
    told = event.get("id")
    change_id = str(told) if told else f"{word}-{event['created_at']}-{actor.account}"
    return Change(change_id, at, actor, _kind(event, word), old, new)


def _kind(event: Json, word: str) -> ChangeKind:
    if word == "referenced":
        return ChangeKind.REFERENCED if event.get("commit_id") else ChangeKind.OTHER
    if word == "cross-referenced":
        return ChangeKind.REFERENCED if _source(event).get("pull_request") else ChangeKind.LINKED
    return _KINDS.get(word, ChangeKind.OTHER)


def _values(event: Json, word: str, key: str) -> tuple[str, str]:
    """Old and new value of what the event changed, as plain text."""
    match word:
        case "labeled":
            return "", _text(event.get("label"), "name")
        case "unlabeled":
            return _text(event.get("label"), "name"), ""
        case "assigned":
            return "", _text(event.get("assignee"), "login")
        case "unassigned":
            return _text(event.get("assignee"), "login"), ""
        case "renamed":
            return _text(event.get("rename"), "from"), _text(event.get("rename"), "to")
        case "closed":
            return "", str(event.get("state_reason") or "completed")
        case "referenced":
            return "", str(event.get("commit_id") or "")
        case "cross-referenced":
            return "", _source_key(event, key)
        case "sub_issue_added" | "parent_issue_added":
            return "", _referred_key(event.get("sub_issue") or event.get("parent_issue"))
        case _:
            return "", ""


def _source(event: Json) -> Json:
    issue = (event.get("source") or {}).get("issue")
    return issue if isinstance(issue, Mapping) else {}


def _source_key(event: Json, key: str) -> str:
    """Where a reference comes from; left out where that is another, private repository (P14)."""
    source = _source(event)
    try:
        found = key_of(source)
    except ValueError:
        return ""
    is_elsewhere = found.rpartition("#")[0] != key.rpartition("#")[0]
    is_private = bool((source.get("repository") or {}).get("private", True))
    return "" if is_elsewhere and is_private else found


def _referred_key(reference: Json | None) -> str:
    """Key of a parent or sub-issue: a short form with its repository, or a whole issue."""
    if not reference:
        return ""
    try:
        return make_key((reference.get("repository") or {}).get("full_name"), reference.get("number"))
    except ValueError:
        return key_in_url(reference.get("url"))


def _text(shown: object, name: str) -> str:
    return str(shown.get(name) or "") if isinstance(shown, Mapping) else ""
