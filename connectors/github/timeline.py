"""An issue's timeline into changes and links. Pure.

GitHub's timeline shows comments and events in one list. Of its events those are told that GraphQL shows too, so that
it makes no difference which way a ticket was read. For the same reason an event's id is not GitHub's, which REST alone
tells, but what both tell and nobody can change afterwards: what happened and when, and where that happened several
times in a second, the how manieth it was. Accounts and labels are renamed, and are left out. Edits of the body are not
in the timeline: `edits` asks for them.

See https://docs.github.com/en/rest/using-the-rest-api/issue-event-types
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
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
        # A commit or a pull request; by another issue it is less (`_kind`).
        "referenced": ChangeKind.REFERENCED,
        "cross-referenced": ChangeKind.REFERENCED,
        "demilestoned": ChangeKind.OTHER,
        "disconnected": ChangeKind.OTHER,
        "locked": ChangeKind.OTHER,
        "marked_as_duplicate": ChangeKind.OTHER,
        "milestoned": ChangeKind.OTHER,
        "parent_issue_removed": ChangeKind.OTHER,
        "pinned": ChangeKind.OTHER,
        "sub_issue_removed": ChangeKind.OTHER,
        "transferred": ChangeKind.OTHER,
        "unlocked": ChangeKind.OTHER,
        "unmarked_as_duplicate": ChangeKind.OTHER,
        "unpinned": ChangeKind.OTHER,
    }
)
#: The events that are told, by REST's word for them.
TOLD = frozenset(_KINDS)


def changes_in(events: Sequence[Json], key: str, actor_of: Callable[[Json | None], Actor]) -> list[Change]:
    """The changes of the issue `key`, in the timeline's order, comments left out."""
    met: Counter[str] = Counter()
    changes = []
    for event in events:
        if event.get("event") in TOLD and event.get("created_at"):
            change_id = entry_id(str(event["event"]), _moment(event))
            met[change_id] += 1
            nth = f".{met[change_id]}" if met[change_id] > 1 else ""
            changes.append(_change(event, key, change_id + nth, actor_of))
    return changes


def entry_id(word: str, at: dt.datetime) -> str:
    """The id of an entry of the history, alone in its second."""
    return f"{word}-{at:%Y-%m-%dT%H:%M:%SZ}"


def newest_in(events: Sequence[Json]) -> dt.datetime | None:
    """When the last event was of which the timeline tells anything at all."""
    return max((_moment(event) for event in events if event.get("created_at")), default=None)


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


def _change(event: Json, key: str, change_id: str, actor_of: Callable[[Json | None], Actor]) -> Change:
    word = str(event["event"])
    # Where GitHub tells who assigned, `actor` may be the one who was assigned.
    actor = actor_of(event.get("assigner") or event.get("actor") or _source(event).get("user"))
    old, new = _values(event, word, key)
    return Change(change_id, _moment(event), actor, _kind(event, word), old, new)


def _moment(event: Json) -> dt.datetime:
    return dt.datetime.fromisoformat(event["created_at"]).astimezone(dt.UTC)


def _kind(event: Json, word: str) -> ChangeKind:
    if word == "referenced":
        return ChangeKind.REFERENCED if event.get("commit_id") else ChangeKind.OTHER
    if word == "cross-referenced":
        return ChangeKind.REFERENCED if _source(event).get("pull_request") else ChangeKind.LINKED
    return _KINDS[word]


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
