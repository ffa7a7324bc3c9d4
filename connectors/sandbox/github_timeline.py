"""An issue's history in GitHub's JSON: the timeline, and the older listing of events.

https://docs.github.com/rest/issues/timeline and https://docs.github.com/rest/issues/events. As on GitHub,
the opening and edits of the text are in neither, and comments are in the timeline only. What names an issue
becomes `referenced` (a commit's SHA) or `cross-referenced` (an issue or pull request, `acme/shop#12` or an
address with `/pull/12`).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from connectors.sandbox.github_json import GithubJson, is_closed, node_id, stamp
from connectors.sandbox.world import HistoryEntry, TicketState

_NAMES = {
    "labelled": "labeled",
    "unlabelled": "unlabeled",
    "assigned": "assigned",
    "unassigned": "unassigned",
    "closed": "closed",
    "reopened": "reopened",
    "renamed": "renamed",
    "referenced": "referenced",
    "linked": "sub_issue_added",
    "locked": "locked",
    "moved": "transferred",
}
_SHA = re.compile(r"\b[0-9a-f]{7,40}\b")
_SOURCE = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)?(?:#|/(?P<kind>pull|issues)/)(?P<number>\d+)")


class GithubTimeline:
    """Renders one site's histories."""

    def __init__(self, render: GithubJson) -> None:
        self._render = render
        self._site = render.site

    def timeline(self, ticket: TicketState) -> list[dict[str, Any]]:
        """Comments and events, oldest first."""
        found: list[tuple[dt.datetime, int, dict[str, Any]]] = []
        for comment in ticket.comments:
            told = self._render.comment(ticket, comment)
            found.append((comment.created_at, comment.id, {**told, "event": "commented", "actor": told["user"]}))
        for entry in ticket.history:
            event = self._event(ticket, entry)
            if event is not None:
                found.append((entry.at, entry.id, event))
        return [event for _, _, event in sorted(found, key=lambda one: one[:2])]

    def events(self, ticket: TicketState) -> list[dict[str, Any]]:
        """Events without comments and cross-references, oldest first."""
        made = (self._event(ticket, entry) for entry in ticket.history)
        return [event for event in made if event is not None and event["event"] != "cross-referenced"]

    def _event(self, ticket: TicketState, entry: HistoryEntry) -> dict[str, Any] | None:
        name = _NAMES.get(entry.kind)
        if name is None or (entry.kind == "linked" and entry.new not in self._site.by_key):
            return None
        if entry.kind == "referenced" and not _SHA.search(entry.new):
            return self._cross_reference(ticket, entry)
        if entry.kind == "locked" and entry.new == "false":
            name = "unlocked"
        return {
            "id": entry.id,
            "node_id": node_id("EV", entry.id),
            "url": f"{self._render.base_url}/repos/{ticket.container}/issues/events/{entry.id}",
            "actor": self._render.user(entry.actor),
            "event": name,
            "commit_id": None,
            "commit_url": None,
            "created_at": stamp(entry.at),
            "performed_via_github_app": None,
            **self._details(ticket, entry),
        }

    def _details(self, ticket: TicketState, entry: HistoryEntry) -> dict[str, Any]:
        match entry.kind:
            case "labelled" | "unlabelled":
                label = self._render.label(ticket.container, entry.new or entry.old)
                return {"label": {"name": label["name"], "color": label["color"]}}
            case "assigned" | "unassigned":
                assignee = self._render.user(entry.new or entry.old)
                return {"assignee": assignee, "assigner": self._render.user(entry.actor)}
            case "renamed":
                return {"rename": {"from": entry.old, "to": entry.new}}
            case "locked":
                return {"lock_reason": None}
            case "closed":
                return {"state_reason": self._reason(ticket, entry)}
            case "reopened":
                return {"state_reason": None}
            case "linked":
                child = self._site.tickets[self._site.by_key[entry.new]]
                return {"sub_issue": self._reference(child)}
            case "referenced":
                found = _SHA.search(entry.new)
                sha = found[0] if found else ""
                url = f"{self._render.base_url}/repos/{ticket.container}/commits/{sha}"
                return {"commit_id": sha, "commit_url": url}
            case _:
                return {}

    def _reference(self, ticket: TicketState) -> dict[str, Any]:
        """The little that such an event says of the other issue: no id, no address."""
        issue = self._render.issue(ticket)
        return {
            **{name: issue[name] for name in ("number", "title", "state", "state_reason")},
            "repository": self._render.repo(self._site.places[ticket.container]),
            "issue_type": None,
        }

    def _reason(self, ticket: TicketState, entry: HistoryEntry) -> str | None:
        """Only the latest closing's reason is known to the world; GitHub's older events have none either."""
        latest = [e.id for e in ticket.history if e.kind == "closed"][-1]
        return (ticket.resolution or "completed") if is_closed(ticket) and entry.id == latest else None

    def _cross_reference(self, ticket: TicketState, entry: HistoryEntry) -> dict[str, Any] | None:
        found = _SOURCE.search(entry.new)
        if found is None:
            return None
        container, number = found["repo"] or ticket.container, int(found["number"])
        uid = self._site.by_key.get(f"{container}#{number}")
        if uid is not None:
            source = self._render.issue(self._site.tickets[uid])
        else:
            source = self._pull_request(ticket, entry, container, number)
        place = self._site.places[source["repository_url"].partition("/repos/")[2]]
        source = {**source, "repository": self._render.repo(place)}
        return {
            "event": "cross-referenced",
            "actor": self._render.user(entry.actor),
            "created_at": stamp(entry.at),
            "updated_at": stamp(entry.at),
            "source": {"type": "issue", "issue": source},
        }

    def _pull_request(self, ticket: TicketState, entry: HistoryEntry, container: str, number: int) -> dict[str, Any]:
        """A pull request that the world has no ticket for: as much of it as an issue shows."""
        place = ticket.container if container not in self._site.places else container
        stand_in = TicketState(
            uid=entry.id,
            container=place,
            number=number,
            key=f"{container}#{number}",
            title=entry.new,
            body="",
            reporter=entry.actor,
            created_at=entry.at,
            updated_at=entry.at,
        )
        pull = self._render.pull_request(container, number)
        return {**self._render.issue(stand_in), "html_url": pull["html_url"], "pull_request": pull}
