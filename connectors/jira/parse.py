"""Jira's JSON as facts. Pure: no requests. A strange shape raises KeyError, ValueError, TypeError or
AttributeError, which `reading.understood` turns into an error of ours.

A marker is believed only on what our own account wrote: a ticket by its creator, a comment by its author.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.jira.changes import births_of, parse_time
from connectors.jira.levels import readership
from connectors.jira.people import UNKNOWN, Accounts
from connectors.jira.restrictions import readers_of
from connectors.jira.statuses import category_of
from connectors.markers import NAME, MarkerCodec
from connectors.tracker import Found
from rules.facts import (
    Actor,
    ActorKind,
    Change,
    ChangeKind,
    Comment,
    Marker,
    Resolution,
    Status,
    Ticket,
    TicketLink,
)
from rules.refs import TicketRef

Json = Mapping[str, Any]

#: By name in lower case, as resolutions have no category. Others, in other languages too, are completed.
_RESOLUTIONS = {
    "duplicate": Resolution.DUPLICATE,
    "won't do": Resolution.NOT_PLANNED,
    "won't fix": Resolution.NOT_PLANNED,
    "cannot reproduce": Resolution.NOT_PLANNED,
    "declined": Resolution.NOT_PLANNED,
}


@dataclass(frozen=True, slots=True)
class IssueParser:
    """What parsing needs to know: the tracker's name, where people look at it, whose accounts are whose, how markers
    and texts are read."""

    tracker: str
    web_url: str
    accounts: Accounts
    codec: MarkerCodec
    markdown_of: Callable[[Any], str]

    @property
    def ours(self) -> str:
        return self.accounts.ours

    def found(self, issue: Json) -> Found:
        """A ticket of a listing; `fields` hold updated, labels, status and creator."""
        fields = issue["fields"]
        creator = self.accounts.actor(fields.get("creator"))
        return Found(
            ref=TicketRef(self.tracker, str(issue["key"])),
            uid=str(issue["id"]),
            updated_at=parse_time(fields["updated"]),
            labels=tuple(fields.get("labels") or ()),
            marker=self._marker(issue.get("properties"), creator),
            is_closed=category_of(fields.get("status")) is Status.DONE,
        )

    def comment(self, comment: Json, properties: Any) -> Comment:
        """A comment; `properties` are those that the separate request brought, or None."""
        author = self.accounts.actor(comment.get("author"))
        at, edited_at = parse_time(comment["created"]), parse_time(comment.get("updated") or comment["created"])
        return Comment(
            id=str(comment["id"]),
            at=at,
            author=author,
            body=self.markdown_of(comment.get("body")),
            edited_at=edited_at if edited_at != at else None,
            marker=self._marker(_by_key(properties), author),
            readers=readers_of(comment, _by_key(comment.get("properties")) | _by_key(properties)),
        )

    def ticket(self, issue: Json, comments: Sequence[Comment], later: Sequence[Change]) -> Ticket:
        """A ticket; `later` is its changelog, oldest first."""
        fields, uid = issue["fields"], str(issue["id"])
        creator = self.accounts.actor(fields.get("creator"))
        reporter = self.accounts.actor(fields.get("reporter"))
        status = category_of(fields["status"])
        created_at = parse_time(fields["created"])
        labels = tuple(fields.get("labels") or ())
        assignees = (self.accounts.actor(fields["assignee"]),) if fields.get("assignee") else ()
        assignee = assignees[0].account if assignees else ""
        opened = Change(id=f"{uid}.opened", at=created_at, actor=creator, kind=ChangeKind.OPENED)
        return Ticket(
            ref=TicketRef(self.tracker, str(issue["key"])),
            uid=uid,
            url=f"{self.web_url}/browse/{issue['key']}",
            title=str(fields.get("summary") or ""),
            body=self.markdown_of(fields.get("description")),
            status=status,
            reporter=creator if reporter == UNKNOWN else reporter,
            created_at=created_at,
            updated_at=parse_time(fields["updated"]),
            resolution=_resolution(status, fields.get("resolution")),
            closed_at=_closed_at(status, fields.get("resolutiondate"), later),
            due_on=dt.date.fromisoformat(fields["duedate"]) if fields.get("duedate") else None,
            labels=labels,
            assignees=assignees,
            comments=tuple(sorted(comments, key=lambda one: one.at)),
            changes=births_of(opened, labels, assignee, later) + tuple(later),
            has_due_field=True,
            links=tuple(_links(fields.get("issuelinks") or ())),
            marker=self._marker(issue.get("properties"), creator),
            audience=readership(self.tracker, str(issue["key"]), fields.get("security")),
            priority=str((fields.get("priority") or {}).get("name") or ""),
        )

    def _marker(self, properties: Any, author: Actor) -> Marker | None:
        if author.kind is not ActorKind.OURS or not isinstance(properties, Mapping):
            return None
        value = properties.get(NAME)
        line = value.get("marker") if isinstance(value, Mapping) else None
        return self.codec.read(line) if isinstance(line, str) else None


def marker_properties(codec: MarkerCodec, marker: Marker) -> list[dict[str, Any]]:
    """The entity property that carries a marker, as Jira takes it with a ticket or a comment."""
    return [{"key": NAME, "value": {"marker": codec.write(marker)}}]


def _by_key(properties: Any) -> dict[str, Any]:
    """A comment's properties come as a list of key and value."""
    listed = properties if isinstance(properties, list) else []
    return {str(one["key"]): one.get("value") for one in listed if isinstance(one, Mapping) and "key" in one}


def _resolution(status: Status, resolution: Any) -> Resolution:
    if status is not Status.DONE:
        return Resolution.NONE
    name = resolution.get("name") if isinstance(resolution, Mapping) else ""
    return _RESOLUTIONS.get(str(name).replace("\u2019", "'").lower(), Resolution.COMPLETED)


def _closed_at(status: Status, resolved: Any, later: Sequence[Change]) -> dt.datetime | None:
    """When it was done: by its history, or by the resolution's date where the history tells nothing."""
    if status is not Status.DONE:
        return None
    closings = [change.at for change in later if change.kind is ChangeKind.CLOSED]
    if closings:
        return closings[-1]
    return parse_time(resolved) if isinstance(resolved, str) else None


def _links(links: Sequence[Json]) -> list[TicketLink]:
    found: list[TicketLink] = []
    for link in links:
        for side, word in (("outwardIssue", "outward"), ("inwardIssue", "inward")):
            if link.get(side):
                title = (link[side].get("fields") or {}).get("summary") or ""
                found.append(TicketLink(str(link[side]["key"]), str(link["type"].get(word) or ""), str(title)))
    return found
