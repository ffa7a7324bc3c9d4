"""Closing our own ticket that turned up a second time: labelled first, then moved to a done status.

The label comes first, so that a ticket that cannot be closed can at least be told apart.
"""

from __future__ import annotations

from connectors.jira.addresses import issue_name
from connectors.jira.client import JiraClient
from connectors.jira.moving import StatusMover
from connectors.jira.understood import understood
from connectors.jira.writing import TicketWriter
from connectors.tracker import TWIN_LABEL
from rules.facts import Status
from rules.refs import TicketRef


class TwinCloser:
    """Closes doubled tickets. Thread-safe."""

    def __init__(self, client: JiraClient, writer: TicketWriter, mover: StatusMover) -> None:
        self._client = client
        self._writer = writer
        self._mover = mover

    def close(self, ref: TicketRef) -> None:
        """Label and close; what is done already is passed over. Two reads, a write for the label, and for each step of
        the workflow two reads and a write. Raises Refused where the workflow has no way to a done status."""
        name = issue_name(ref)
        issue = self._client.get(f"issue/{name}", {"fields": "labels"})
        with understood(f"issue {name}"):
            is_labelled = TWIN_LABEL in (issue["fields"].get("labels") or ())
        if not is_labelled:
            self._writer.add_label(ref, TWIN_LABEL)
        self._mover.reach(name, Status.DONE)
