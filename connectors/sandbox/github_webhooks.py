"""The payloads that GitHub would send for what happens (https://docs.github.com/webhooks/webhook-events-and-payloads).

An issue opened with labels gives `opened` and then one `labeled` a label. What GitHub has no issue event
for (a commit that names an issue) gives nothing.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.github_json import GithubJson
from connectors.sandbox.world import Happening, HistoryEntry, PlaceHappening

_ACTIONS = {
    "opened": "opened",
    "labelled": "labeled",
    "unlabelled": "unlabeled",
    "assigned": "assigned",
    "unassigned": "unassigned",
    "closed": "closed",
    "reopened": "reopened",
    "renamed": "edited",
    "described": "edited",
    "locked": "locked",
}
_COMMENT_ACTIONS = {"comment-created": "created", "comment-edited": "edited", "comment-deleted": "deleted"}

Deliveries = list[tuple[str, dict[str, Any]]]


class GithubWebhooks:
    """Makes payloads for one site."""

    def __init__(self, render: GithubJson) -> None:
        self._render = render
        self._site = render.site

    def deliveries(self, happening: Happening) -> Deliveries:
        """Event name and payload, in order; empty where GitHub would say nothing."""
        if happening.what in _COMMENT_ACTIONS:
            return self._comment(happening)
        if happening.what == "linked":
            return self._sub_issue(happening)
        action = _ACTIONS.get(happening.what)
        if action is None or happening.entry is None:
            return []
        common = self._common(happening)
        if happening.what == "locked":
            # As it was then: it may be open again by the time that this is told.
            is_locked = happening.entry.new != "false"
            action = "locked" if is_locked else "unlocked"
            common["issue"] |= {"locked": is_locked}
        details = self._details(happening.ticket.container, happening.entry)
        return [("issues", {"action": action, **common, **details})]

    def deliveries_of_place(self, happening: PlaceHappening) -> Deliveries:
        """A label that was renamed or deleted."""
        is_renamed = happening.what == "label-renamed"
        changes = {"changes": {"name": {"from": happening.old}}} if is_renamed else {}
        told = {
            "action": "edited" if is_renamed else "deleted",
            "label": self._render.label(happening.container, happening.new or happening.old),
            **changes,
            "repository": self._render.repo(self._site.places[happening.container]),
            "sender": self._render.user(happening.actor),
        }
        return [("label", told)]

    def _common(self, happening: Happening) -> dict[str, Any]:
        return {
            "issue": self._render.issue(happening.ticket),
            "repository": self._render.repo(self._site.places[happening.ticket.container]),
            "sender": self._render.user(happening.actor),
        }

    def _details(self, container: str, entry: HistoryEntry) -> dict[str, Any]:
        match entry.kind:
            case "labelled" | "unlabelled":
                return {"label": self._render.label(container, entry.new or entry.old)}
            case "assigned" | "unassigned":
                return {"assignee": self._render.user(entry.new or entry.old)}
            case "renamed":
                return {"changes": {"title": {"from": entry.old}}}
            case "described":
                return {"changes": {"body": {"from": entry.old}}}
            case _:
                return {}

    def _comment(self, happening: Happening) -> Deliveries:
        if happening.comment is None:
            return []
        action = _COMMENT_ACTIONS[happening.what]
        payload = {
            "action": action,
            **self._common(happening),
            "comment": self._render.comment(happening.ticket, happening.comment),
        }
        # The world keeps no earlier wording; GitHub would put it here.
        return [("issue_comment", {**payload, "changes": {}} if action == "edited" else payload)]

    def _sub_issue(self, happening: Happening) -> Deliveries:
        uid = self._site.by_key.get(happening.entry.new) if happening.entry else None
        if uid is None:
            return []
        child, parent = self._site.tickets[uid], happening.ticket
        common = {
            "sub_issue_id": child.uid,
            "sub_issue": self._render.issue(child),
            "parent_issue_id": parent.uid,
            "parent_issue": self._render.issue(parent),
            "sender": self._render.user(happening.actor),
        }
        sub_repo = self._render.repo(self._site.places[child.container])
        parent_repo = self._render.repo(self._site.places[parent.container])
        return [
            (
                "sub_issues",
                {"action": "sub_issue_added", **common, "sub_issue_repo": sub_repo, "repository": parent_repo},
            ),
            (
                "sub_issues",
                {"action": "parent_issue_added", **common, "parent_issue_repo": parent_repo, "repository": sub_repo},
            ),
        ]
