"""What Jira tells its webhooks: event names and payloads.

Comments travel as plain text, as in Jira's webhooks, which speak the second version of the API whatever
the client speaks. Comment events name no user but the comment's author. A remote link is not told.

https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

from __future__ import annotations

from connectors.sandbox.jira_adf import text_of
from connectors.sandbox.jira_changelog import Steps, histories
from connectors.sandbox.jira_issue_view import FIELDS
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.world import CommentState, Happening, TicketState

COMMENT_EVENTS = {
    "comment-created": "comment_created",
    "comment-edited": "comment_updated",
    "comment-deleted": "comment_deleted",
}
#: By the field that changed, where it has a name of its own.
_TYPES = {
    "assignee": "issue_assigned",
    "status": "issue_generic",
    "resolution": "issue_generic",
    "Key": "issue_moved",
}
_SHOWN = tuple(name for name, *_ in FIELDS if name not in {"comment", "description"})
_BRIEF = ("summary", "issuetype", "project", "assignee", "priority", "status")


def deliveries(json: JiraJson, steps: Steps, happening: Happening) -> list[tuple[str, Json]]:
    """Event and payload of everything that a happening sends, in order; nothing for what Jira is silent about."""
    ticket, entry = happening.ticket, happening.entry
    if happening.comment is not None:
        return [_comment(json, happening, happening.comment)]
    if happening.what == "opened":
        return [issue_event(json, happening, "jira:issue_created", "issue_created")]
    if entry is None or steps.is_birth(entry):
        return []
    made = _link(json, happening, ticket, entry.new) if happening.what == "linked" else []
    for change in histories(json, ticket, steps):
        # A change of several steps is told once, when the first of them is.
        if change["id"] == str(entry.id):
            event, payload = issue_event(json, happening, "jira:issue_updated", _type(change["items"]))
            made.append((event, payload | {"changelog": {"id": change["id"], "items": change["items"]}}))
    return made


def _type(items: list[Json]) -> str:
    types = {_TYPES.get(item["field"], "issue_updated") for item in items}
    return types.pop() if len(types) == 1 else "issue_updated"


def issue_event(json: JiraJson, happening: Happening, event: str, kind: str) -> tuple[str, Json]:
    ticket = happening.ticket
    fields = json.fields(ticket, _SHOWN) | {"description": text_of(ticket.body) or None}
    return event, {
        "timestamp": moment_ms(happening),
        "webhookEvent": event,
        "issue_event_type_name": kind,
        "user": json.user(happening.actor),
        "issue": {**json.reference(ticket), "fields": fields},
    }


def _comment(json: JiraJson, happening: Happening, comment: CommentState) -> tuple[str, Json]:
    ticket = happening.ticket
    event = COMMENT_EVENTS[happening.what]
    return event, {
        "timestamp": moment_ms(happening),
        "webhookEvent": event,
        "comment": json.comment(ticket, comment) | {"body": text_of(comment.body)},
        "issue": {**json.reference(ticket), "fields": json.fields(ticket, _BRIEF)},
        "eventType": "primaryAction",
    }


def _link(json: JiraJson, happening: Happening, ticket: TicketState, target: str) -> list[tuple[str, Json]]:
    found = [link for link in ticket.links if link.kind == "issue" and link.target == target]
    other = json.link_target(found[-1]) if found else None
    if other is None:
        return []
    kind = json.link_type(found[-1].relation)
    payload: Json = {
        "timestamp": moment_ms(happening),
        "webhookEvent": "issuelink_created",
        "issueLink": {
            "id": found[-1].id,
            "sourceIssueId": ticket.uid,
            "destinationIssueId": other.uid,
            "issueLinkType": {
                "id": int(kind["id"]),
                "name": kind["name"],
                "outwardName": kind["outward"],
                "inwardName": kind["inward"],
                "isSubTaskLinkType": False,
                "isSystemLinkType": False,
            },
            "systemLink": False,
        },
    }
    return [("issuelink_created", payload)]


def moment_ms(happening: Happening) -> int:
    return int(happening.at.timestamp() * 1000)
