"""GitHub's issue types and issue fields: what an organisation has of them, and the values that an issue has.

https://docs.github.com/en/rest/orgs/issue-fields
https://docs.github.com/en/rest/issues/issue-field-values
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.github_desk import GithubDesk, typed
from connectors.sandbox.github_errors import invalid, not_found
from connectors.sandbox.github_json import field_value, issue_type, node_id, option
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.world import IssueFieldState, OrganisationState, Site, TicketState, day_of

_VALUES = "/repos/{owner}/{repo}/issues/{number}/issue-field-values"


class GithubIssueFields:
    """The routes about types and fields."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._render = desk.render

    def add_routes(self, router: Router) -> None:
        router.add("GET", "/orgs/{org}/issue-fields", self.list_fields)
        router.add("GET", "/repos/{owner}/{repo}/issue-types", self.list_types)
        router.add("GET", _VALUES, self.list_values)
        router.add("POST", _VALUES, self.add_values)
        router.add("DELETE", _VALUES + "/{field_id}", self.delete_value)

    def list_fields(self, request: Request, org: str) -> Response:
        """https://docs.github.com/en/rest/orgs/issue-fields#list-issue-fields-for-an-organization"""
        self._desk.actor(request)
        found = self._site.organisations.get(org)
        if found is None:
            raise not_found()
        return Response(200, [_told(one) for one in found.issue_fields])

    def list_types(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/en/rest/repos/repos"""
        self._desk.place(request, owner, repo)
        found = self._site.organisations.get(owner)
        if found is None or not found.issue_types:
            raise not_found()
        return Response(200, [issue_type(name, found) for name in found.issue_types])

    def list_values(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/en/rest/issues/issue-field-values#list-issue-field-values-for-an-issue"""
        ticket = self._desk.ticket(request, owner, repo, number)
        return paged(request, self._render.base_url, _values(self._site, ticket), dict)

    def add_values(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/en/rest/issues/issue-field-values#add-issue-field-values-to-an-issue"""
        ticket = self._desk.ticket(request, owner, repo, number)
        actor = self._desk.needs(request, self._site.places[ticket.container], "write")
        values = read_values(self._site, owner, self._desk.fields(request))
        put_values(self._site, actor, ticket, values)
        return Response(200, _values(self._site, ticket))

    def delete_value(self, request: Request, owner: str, repo: str, number: str, field_id: str) -> Response:
        """https://docs.github.com/en/rest/issues/issue-field-values#delete-an-issue-field-value-from-an-issue"""
        ticket = self._desk.ticket(request, owner, repo, number)
        actor = self._desk.needs(request, self._site.places[ticket.container], "write")
        known = next((one for one in fields_of(self._site, owner) if str(one.id) == field_id), None)
        if known is None or known.value(ticket) is None:
            raise not_found()
        put_values(self._site, actor, ticket, {known: None})
        return Response(204)


def fields_of(site: Site, owner: str) -> tuple[IssueFieldState, ...]:
    found = site.organisations.get(owner)
    return found.issue_fields if found else ()


def read_type(site: Site, owner: str, fields: dict[str, Any]) -> str:
    """The type that a new issue is to have, empty for none. Raises ApiError 422 for one that there is not."""
    wanted = typed(fields, "type", str, "")
    found = site.organisations.get(owner, OrganisationState())
    if wanted and wanted not in found.issue_types:
        raise invalid("Issue", "type", "invalid", value=wanted)
    return wanted


def read_values(site: Site, owner: str, fields: dict[str, Any]) -> dict[IssueFieldState, Any]:
    """The values of a request's body. Raises ApiError 422 for those that a field does not take."""
    known = {one.id: one for one in fields_of(site, owner)}
    read: dict[IssueFieldState, Any] = {}
    for given in typed(fields, "issue_field_values", list, []):
        found = known.get(int(given.get("field_id") or 0)) if isinstance(given, dict) else None
        if found is None:
            raise invalid("Issue", "issue_field_values", "invalid", "Issue field not found")
        read[found] = _value(found, given.get("value"))
    return read


def _value(found: IssueFieldState, value: Any) -> Any:
    is_fit = {
        "text": isinstance(value, str),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "date": day_of(value) is not None,
        "single_select": value in found.options,
        "multi_select": isinstance(value, list) and set(value) <= set(found.options),
    }
    if not is_fit[found.kind]:
        raise invalid("Issue", "issue_field_values", "invalid", f"Invalid value for the field {found.name}")
    return value


def put_values(site: Site, actor: str, ticket: TicketState, values: dict[IssueFieldState, Any]) -> None:
    """Give an issue these values, and take away those that are None."""
    for found, value in values.items():
        if found.is_due:
            site.set_due(actor, ticket.key, day_of(value))
        elif value is None:
            ticket.values.pop(str(found.id), None)
        else:
            ticket.values[str(found.id)] = value


def _values(site: Site, ticket: TicketState) -> list[dict[str, Any]]:
    shown = [field_value(one, ticket) for one in fields_of(site, ticket.container.partition("/")[0])]
    return [one for one in shown if one]


def _told(found: IssueFieldState) -> dict[str, Any]:
    stamp = "2026-01-01T00:00:00Z"
    told: dict[str, Any] = {
        "id": found.id,
        "node_id": node_id("IF", found.id),
        "name": found.name,
        "description": None,
        "data_type": found.kind,
        "created_at": stamp,
        "updated_at": stamp,
    }
    return told | ({"options": [option(found, name) for name in found.options]} if found.options else {})
