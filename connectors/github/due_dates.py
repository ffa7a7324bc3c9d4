"""By when an issue is due, where its organisation has a field that says so.

What stands there counts as what people set. It is no due date of the tracker's own, which we keep up to date: GitHub's
REST API does not tell who changed the field, so a day that somebody set by hand after a command could not be told from
one that was set before it, and would be written over (P12). When we open an issue its day is written there.

https://docs.github.com/en/rest/issues/issue-field-values#list-issue-field-values-for-an-issue
"""

from __future__ import annotations

from dataclasses import replace

from connectors.errors import Gone
from connectors.github.addresses import container_of, issue_path
from connectors.github.client import GitHubClient
from connectors.github.edits import is_touched
from connectors.github.issue_fields import IssueFieldBook
from connectors.github.parse import due_in
from connectors.github.understood import understood
from rules.facts import Ticket


class DueDates:
    """The days in one server's fields. Thread-safe."""

    def __init__(self, client: GitHubClient, fields: IssueFieldBook) -> None:
        self._client = client
        self._fields = fields

    def told(self, read: Ticket) -> Ticket:
        """The ticket with its day, where we opened it or wrote on it: nothing waits for the day of any other. One
        request a day for each owner; another one where that has such a field, which costs nothing of the rate limit
        while nothing changes there. What could not be read stays as it is."""
        if not is_touched(read):
            return read
        due = self._fields.fields(container_of(read.ref)).due
        if due is None:
            return read
        try:
            values = list(self._client.read_pages(f"{issue_path(read.ref)}/issue-field-values", remember=True))
        except Gone:
            return read
        with understood(f"the fields of {read.ref.key}"):
            return replace(read, due_on=due_in(values, due.id))
