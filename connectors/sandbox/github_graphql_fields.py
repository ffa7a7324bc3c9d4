"""What stands in the fields of an issue that its organisation made, as GitHub's GraphQL shows it.

https://docs.github.com/en/graphql/reference/unions#issuefieldvalue
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.github_issue_fields import fields_of
from connectors.sandbox.world import IssueFieldState, Site, TicketState

_KINDS = {
    "text": "IssueFieldText",
    "number": "IssueFieldNumber",
    "date": "IssueFieldDate",
    "single_select": "IssueFieldSingleSelect",
    "multi_select": "IssueFieldMultiSelect",
}


def field_values(site: Site, ticket: TicketState) -> list[dict[str, Any]]:
    """Of each field that holds something, in the organisation's order."""
    known = fields_of(site, ticket.container.partition("/")[0])
    return [_told(field, value) for field in known if (value := field.value(ticket)) is not None]


def _told(field: IssueFieldState, value: Any) -> dict[str, Any]:
    kind = _KINDS[field.kind]
    shown = {"__typename": f"{kind}Value", "field": {"__typename": kind, "name": field.name}}
    if field.kind == "multi_select":
        return {**shown, "options": [{"name": name} for name in value]}
    return {**shown, "name" if field.kind == "single_select" else "value": value}
