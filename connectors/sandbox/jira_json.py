"""The world in Jira's JSON: people, projects, statuses, tickets, comments, links.

Ids that the world lacks (of statuses, types, link types, resolutions) are made from where a name first
stands, so that they stay what they are while a site is only added to. Nothing is decided or changed here.

Shapes: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from urllib.parse import quote

from connectors.sandbox.jira_adf import document
from connectors.sandbox.jira_own_values import own_values
from connectors.sandbox.jira_words import EPIC, LINK_TYPES, RESOLUTIONS
from connectors.sandbox.world import CommentState, LinkState, PlaceState, Site, TicketState

Json = dict[str, Any]

#: Of a ticket on its own, as Cloud lists them.
EXPANDS = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
_CATEGORIES = {
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}


def stamp(at: dt.datetime) -> str:
    """A time as Jira writes it: milliseconds, and an offset without colon."""
    at = at.astimezone(dt.UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


class JiraJson:
    """Renders one site. `base_url` is where clients reach it, without a slash at the end."""

    api: ClassVar[str] = "rest/api/3"
    #: The field that a remote link changes, and how a change of links begins.
    remote_link_change: ClassVar[tuple[str, str]] = ("RemoteWorkItemLink", "This work item")
    rich_text: Any = staticmethod(document)

    def __init__(self, site: Site, base_url: str, sees: Callable[[str | None, TicketState], bool]) -> None:
        self.site = site
        self.base_url = base_url.rstrip("/")
        self._sees = sees

    def url(self, path: str) -> str:
        return f"{self.base_url}/{self.api}/{path}"

    # --- people and projects ------------------------------------------------------------------

    def user(self, account: str) -> Json:
        person = self.site.accounts.get(account)
        kind = "unknown" if person is None else "app" if person.is_bot else "atlassian"
        picture = f"{self.base_url}/avatar/{quote(account)}"
        return {
            "self": self.url(f"user?accountId={quote(account)}"),
            "accountId": account,
            "avatarUrls": {size: f"{picture}?size={size}" for size in ("48x48", "24x24", "16x16", "32x32")},
            "displayName": person.name if person else "Former user",
            "active": bool(person and person.is_active),
            "timeZone": "Etc/UTC",
            "accountType": kind,
        }

    def person_id(self, account: str) -> str:
        """Who somebody is in a changelog."""
        return account

    def change(self, item: Json) -> Json:
        """One changed field of a changelog, as this edition shows it."""
        return item

    def project(self, place: PlaceState) -> Json:
        picture = f"{self.base_url}/avatar/project/{place.number}"
        return {
            "self": self.url(f"project/{place.number}"),
            "id": str(place.number),
            "key": place.container,
            "name": place.container,
            "projectTypeKey": "service_desk" if place.is_service_desk else "software",
            "simplified": False,
            "avatarUrls": {size: f"{picture}?size={size}" for size in ("48x48", "24x24", "16x16", "32x32")},
        }

    def issue_type(self, name: str) -> Json:
        places = self.site.places.values()
        known = [list(place.ticket_types) for place in places] + [list(place.sub_task_types) for place in places]
        type_id = self._id_of(name, known, 10_100)
        is_sub_task = any(name in place.sub_task_types for place in places)
        return {
            "self": self.url(f"issuetype/{type_id}"),
            "id": type_id,
            "description": "",
            "iconUrl": f"{self.base_url}/icon/issuetype/{type_id}",
            "name": name,
            "subtask": is_sub_task,
            "hierarchyLevel": -1 if is_sub_task else 1 if name == EPIC else 0,
        }

    def priority(self, name: str) -> Json:
        known = [list(place.priorities) for place in self.site.places.values()]
        priority_id = "3" if name == "Medium" else self._id_of(name, known, 10_000)
        return {
            "self": self.url(f"priority/{priority_id}"),
            "iconUrl": f"{self.base_url}/icon/priority/{priority_id}",
            "name": name,
            "id": priority_id,
        }

    def status(self, name: str, category: str) -> Json:
        status_id = self.status_id(name)
        number, colour, title = _CATEGORIES[category]
        return {
            "self": self.url(f"status/{status_id}"),
            "description": "",
            "iconUrl": f"{self.base_url}/icon/status/{status_id}",
            "name": name,
            "id": status_id,
            "statusCategory": {
                "self": self.url(f"statuscategory/{number}"),
                "id": number,
                "key": category,
                "colorName": colour,
                "name": title,
            },
        }

    def status_id(self, name: str) -> str:
        return self._id_of(name, [list(place.statuses) for place in self.site.places.values()], 10_000)

    def resolution(self, word: str) -> Json | None:
        """A resolution by the world's word for it."""
        if not word:
            return None
        name = RESOLUTIONS.get(word, word)
        resolution_id = self._id_of(name, [list(RESOLUTIONS.values())], 10_000)
        return {
            "self": self.url(f"resolution/{resolution_id}"),
            "id": resolution_id,
            "description": "",
            "name": name,
        }

    def level(self, level_id: str) -> Json:
        """A security level of a ticket or of a project's scheme."""
        return {
            "self": self.url(f"securitylevel/{level_id}"),
            "id": level_id,
            "description": "",
            "name": f"Level {level_id}",
        }

    @staticmethod
    def _id_of(name: str, lists: list[list[str]], first: int) -> str:
        known = list(dict.fromkeys(word for words in lists for word in words))
        return str(first + known.index(name)) if name in known else str(first + 99)

    # --- tickets ------------------------------------------------------------------------------

    def reference(self, ticket: TicketState) -> Json:
        return {"id": str(ticket.uid), "key": ticket.key, "self": self.url(f"issue/{ticket.uid}")}

    def linked(self, ticket: TicketState) -> Json:
        """A ticket as it stands at the other end of a link."""
        return {**self.reference(ticket), "fields": self.fields(ticket, ("summary", "status", "priority", "issuetype"))}

    def fields(
        self, ticket: TicketState, names: Iterable[str], viewer: str | None = None, comments_max: int = 5000
    ) -> Json:
        """The named fields. `viewer` decides which links are shown, `comments_max` how many comments."""
        own = own_values(self.site.places[ticket.container], ticket, self.url, self.user, self.rich_text)
        plain = self._plain_fields(ticket) | own
        long = ("description", "comment", "issuelinks")
        return {
            name: self._long_field(ticket, name, viewer, comments_max) if name in long else plain[name]
            for name in names
            if name in (*long, *plain)
        }

    def _long_field(self, ticket: TicketState, name: str, viewer: str | None, comments_max: int) -> Any:
        if name == "description":
            return document(ticket.body)
        if name == "issuelinks":
            return self.issue_links(ticket, viewer)
        shown = ticket.comments[:comments_max]
        return {
            "comments": [self.comment(ticket, comment) for comment in shown],
            "self": self.url(f"issue/{ticket.uid}/comment"),
            "maxResults": len(shown),
            "total": len(ticket.comments),
            "startAt": 0,
        }

    def _plain_fields(self, ticket: TicketState) -> Json:
        assignee = ticket.assignees[0] if ticket.assignees else None
        reporter = self.user(ticket.reporter)
        moves = [entry.at for entry in ticket.history if entry.kind in {"status", "closed", "reopened"}]
        return {
            "summary": ticket.title,
            "status": self.status(ticket.status, ticket.category),
            "statuscategorychangedate": stamp(moves[-1] if moves else ticket.created_at),
            "issuetype": self.issue_type(ticket.ticket_type),
            "project": self.project(self.site.places[ticket.container]),
            "resolution": self.resolution(ticket.resolution),
            "resolutiondate": stamp(ticket.closed_at) if ticket.closed_at and ticket.resolution else None,
            "created": stamp(ticket.created_at),
            "updated": stamp(ticket.updated_at),
            "duedate": ticket.due_on.isoformat() if ticket.due_on else None,
            "labels": sorted(ticket.labels),
            "security": self.level(ticket.level) if ticket.level else None,
            "assignee": self.user(assignee) if assignee else None,
            "reporter": reporter,
            "creator": reporter,
            "priority": self.priority(ticket.priority or "Medium"),
            "subtasks": [],
            "components": [],
            "fixVersions": [],
        }

    def comment(self, ticket: TicketState, comment: CommentState, *, with_properties: bool = False) -> Json:
        author = self.user(comment.author)
        shown: Json = {
            "self": self.url(f"issue/{ticket.uid}/comment/{comment.id}"),
            "id": str(comment.id),
            "author": author,
            "body": document(comment.body) or {"type": "doc", "version": 1, "content": []},
            "updateAuthor": author,
            "created": stamp(comment.created_at),
            "updated": stamp(comment.updated_at),
            "jsdPublic": not comment.is_internal,
        }
        if comment.visibility:
            shown["visibility"] = comment.visibility
        if with_properties:
            shown["properties"] = [{"key": key, "value": value} for key, value in comment.properties.items()]
        return shown

    # --- links --------------------------------------------------------------------------------

    def link_type(self, word: str) -> Json:
        """A link type by its name, its id, or how it reads in either direction; Relates when there is none such."""
        for number, (name, inward, outward) in enumerate(LINK_TYPES, start=10_000):
            if word in (name, str(number), inward, outward):
                break
        return {
            "id": str(number),
            "name": name,
            "inward": inward,
            "outward": outward,
            "self": self.url(f"issueLinkType/{number}"),
        }

    def link_target(self, link: LinkState) -> TicketState | None:
        uid = int(link.target) if link.target.isdigit() else self.site.by_key.get(link.target)
        return self.site.tickets.get(uid) if uid is not None else None

    def issue_links(self, ticket: TicketState, viewer: str | None) -> list[Json]:
        """Links from and to a ticket; those to tickets that the viewer may not see are left out."""
        found: list[tuple[int, Json]] = []
        for source in self.site.tickets.values():
            for link in source.links:
                target = self.link_target(link) if link.kind == "issue" else None
                if target is None or ticket not in (source, target):
                    continue
                side, other = ("outwardIssue", target) if ticket is source else ("inwardIssue", source)
                if self._sees(viewer, other):
                    found.append((link.id, {**self._link_head(link), side: self.linked(other)}))
        return [shown for _, shown in sorted(found, key=lambda pair: pair[0])]

    def issue_link(self, source: TicketState, target: TicketState, link: LinkState) -> Json:
        """A link seen from neither end."""
        return {
            **self._link_head(link),
            "inwardIssue": self.linked(source),
            "outwardIssue": self.linked(target),
        }

    def _link_head(self, link: LinkState) -> Json:
        return {"id": str(link.id), "self": self.url(f"issueLink/{link.id}"), "type": self.link_type(link.relation)}

    def remote_link(self, ticket: TicketState, link: LinkState) -> Json:
        shown: Json = {
            "id": link.id,
            "self": self.url(f"issue/{ticket.uid}/remotelink/{link.id}"),
            "application": {},
            "object": {
                "url": link.target,
                "title": link.title or link.target,
                "icon": {},
                "status": {"icon": {}},
            },
        }
        shown |= {"globalId": link.global_id} if link.global_id else {}
        return shown | ({"relationship": link.relation} if link.relation else {})
