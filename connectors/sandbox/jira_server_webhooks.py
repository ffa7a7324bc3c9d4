"""What a Data Center tells its webhooks.

As Cloud, but for comments: a ticket comes with them, and what happens to one is told twice. The comment's own event
names the ticket by nothing but the comment's address; the ticket's event follows, whole, with the comment beside it.
The signature is there where a secret is set (https://confluence.atlassian.com/adminjiraserver/managing-webhooks-938846912.html);
before there were secrets, what a receiver knew a delivery by stood in the webhook's URL.

https://developer.atlassian.com/server/jira/platform/webhooks/
"""

from __future__ import annotations

from connectors.sandbox.jira_changelog import Steps
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.jira_webhooks import COMMENT_EVENTS, deliveries, issue_event, moment_ms
from connectors.sandbox.world import Happening

_TYPES = {
    "comment-created": "issue_commented",
    "comment-edited": "issue_comment_edited",
    "comment-deleted": "issue_comment_deleted",
}


def server_deliveries(json: JiraJson, steps: Steps, happening: Happening) -> list[tuple[str, Json]]:
    """Event and payload of everything that a happening sends, in order."""
    if happening.comment is None:
        return [
            (event, _with_comments(json, happening, payload)) for event, payload in deliveries(json, steps, happening)
        ]
    comment = json.comment(happening.ticket, happening.comment)
    event = COMMENT_EVENTS[happening.what]
    told: Json = {"timestamp": moment_ms(happening), "webhookEvent": event, "comment": comment}
    whole, payload = issue_event(json, happening, "jira:issue_updated", _TYPES[happening.what])
    return [(event, told), (whole, _with_comments(json, happening, payload) | {"comment": comment})]


def _with_comments(json: JiraJson, happening: Happening, payload: Json) -> Json:
    if "issue" in payload:
        payload["issue"]["fields"] |= json.fields(happening.ticket, ("comment",))
    return payload
