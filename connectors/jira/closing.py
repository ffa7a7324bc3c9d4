"""Closing our own ticket that turned up a second time: labelled first, then moved to a done status.

The label comes first, so that a ticket that cannot be closed can at least be told apart.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-get
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import Refused
from connectors.jira.addresses import issue_name
from connectors.jira.client import JiraClient
from connectors.jira.statuses import category_of
from connectors.jira.understood import understood
from connectors.jira.writing import TicketWriter
from connectors.tracker import TWIN_LABEL
from rules.facts import Status
from rules.refs import TicketRef


class TwinCloser:
    """Closes doubled tickets. Thread-safe."""

    def __init__(self, client: JiraClient, writer: TicketWriter) -> None:
        self._client = client
        self._writer = writer

    def close(self, ref: TicketRef) -> None:
        """Label and close; what is done already is passed over. Two reads, up to two writes. Raises Refused
        where the workflow has no way to a done status."""
        name = issue_name(ref)
        issue = self._client.get(f"issue/{name}", {"fields": "status,labels"})
        with understood(f"issue {name}"):
            is_labelled = TWIN_LABEL in (issue["fields"].get("labels") or ())
            is_done = category_of(issue["fields"]["status"]) is Status.DONE
        if not is_labelled:
            self._writer.add_label(ref, TWIN_LABEL)
        if not is_done:
            self._client.write("POST", f"issue/{name}/transitions", self._transition(name))

    def _transition(self, name: str) -> dict[str, Any]:
        answer = self._client.get(f"issue/{name}/transitions", {"expand": "transitions.fields"})
        with understood(f"transitions of issue {name}"):
            closing = [one for one in answer["transitions"] if category_of(one.get("to")) is Status.DONE]
            if closing:
                chosen = next((one for one in closing if _duplicate(one)), closing[0])
                body: dict[str, Any] = {"transition": {"id": str(chosen["id"])}}
                resolution = _duplicate(chosen)
                return body | ({"fields": {"resolution": resolution}} if resolution else {})
        raise Refused(f"{name} is a double that cannot be closed: its workflow has no way from here to a done status")


def _duplicate(transition: Mapping[str, Any]) -> dict[str, str]:
    """The resolution Duplicate, where the transition's screen takes it; {} where it does not."""
    field = (transition.get("fields") or {}).get("resolution") or {}
    for allowed in field.get("allowedValues") or ():
        if str(allowed.get("name", "")).casefold() == "duplicate":
            return {"id": str(allowed["id"])} if allowed.get("id") else {"name": str(allowed["name"])}
    return {}
