"""Search through Jira's API: an index that lags behind, pages by token, and strong reads for named tickets.

The index knows the site as it was `search_lag_s` ago: what was opened since is missing, and what changed
since is listed with the time and the labels that it had. Tickets named in `reconcileIssues` are read as they
are. The old `/search` answers 410, as in Jira Cloud.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from typing import Any

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_changelog import labels_at
from connectors.sandbox.jira_desk import JiraDesk, record, refusal
from connectors.sandbox.jira_issue_view import JiraIssueView, Selection
from connectors.sandbox.jira_jql import JqlError, parse_jql
from connectors.sandbox.jira_json import Json, stamp
from connectors.sandbox.jira_query import Context, Indexed
from connectors.sandbox.world import TicketState

_PAGE_DEFAULT = 50
#: With fields a page is smaller than with ids alone.
_PAGE_MAX = 100
_PAGE_MAX_OF_IDS = 5000
_RECONCILE_MAX = 50
_UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


class JiraSearch:
    """Handlers for search."""

    def __init__(self, desk: JiraDesk, view: JiraIssueView) -> None:
        self._desk = desk
        self._view = view

    def mount(self, router: Router) -> None:
        router.add("GET", "/rest/api/3/search/jql", self.by_query)
        router.add("POST", "/rest/api/3/search/jql", self.by_body)
        router.add("GET", "/rest/api/3/search", self.removed)
        router.add("POST", "/rest/api/3/search", self.removed)

    def removed(self, request: Request) -> Response:
        del request
        raise refusal(410, _REMOVED)

    def by_query(self, request: Request) -> Response:
        names = ("jql", "nextPageToken", "maxResults")
        body: dict[str, Any] = {name: request.one(name) for name in names if request.one(name)}
        body["reconcileIssues"] = [part for v in request.query.get("reconcileIssues", []) for part in v.split(",")]
        return self._search(request.account, body, Selection.from_query(request, default="id"))

    def by_body(self, request: Request) -> Response:
        body = record(request)
        return self._search(request.account, body, Selection.from_body(body, default="id"))

    def _search(self, account: str | None, body: dict[str, Any], selection: Selection) -> Response:
        jql = str(body.get("jql") or "")
        reconciled = _reconciled(body.get("reconcileIssues") or [])
        try:
            query = parse_jql(jql, self._context(account))
        except JqlError as error:
            raise refusal(400, *error.args) from None
        if not query.tests:
            raise refusal(400, _UNBOUNDED)
        found = query.sorted([i for i in self._index(account, reconciled) if query.fits(i)])
        start, most = _start(body.get("nextPageToken"), jql), _most(body.get("maxResults"), selection)
        page = found[start : start + most]
        shown: Json = {"issues": [self._shown(indexed, account, selection) for indexed in page]}
        if start + most < len(found):
            return Response(200, shown | {"nextPageToken": _token(start + most, jql), "isLast": False})
        return Response(200, shown | {"isLast": True})

    def _context(self, account: str | None) -> Context:
        def project_of(name: str) -> str | None:
            place = self._desk.find_place(account, name) or self._desk.find_place(account, name.upper())
            return place.container if place else None

        def uid_of(name: str) -> int | None:
            ticket = self._desk.lookup(account, name)
            return ticket.uid if ticket else None

        return Context(self._desk.now(), account or "", project_of, uid_of)

    def _index(self, account: str | None, reconciled: frozenset[int]) -> list[Indexed]:
        horizon = self._desk.now() - dt.timedelta(seconds=self._desk.search_lag_s)
        return [
            _indexed(ticket, None if ticket.uid in reconciled else horizon)
            for ticket in self._desk.site.tickets.values()
            if self._desk.sees_ticket(account, ticket)
            and not ticket.is_archived
            and (ticket.created_at <= horizon or ticket.uid in reconciled)
        ]

    def _shown(self, indexed: Indexed, account: str | None, selection: Selection) -> Json:
        if selection.is_bare and not (selection.properties or selection.has_changelog):
            return {"id": str(indexed.ticket.uid)}
        shown = self._view.in_bulk(indexed.ticket, account, selection)
        fields = shown.get("fields", {})
        known = {"updated": stamp(indexed.updated_at), "labels": sorted(indexed.labels)}
        fields.update({name: value for name, value in known.items() if name in fields})
        return shown


def _indexed(ticket: TicketState, horizon: dt.datetime | None) -> Indexed:
    """A ticket as the index has it; without a horizon, as it is."""
    if horizon is None or ticket.updated_at <= horizon:
        return Indexed(ticket, ticket.updated_at, tuple(ticket.labels))
    times = [entry.at for entry in ticket.history]
    times += [at for comment in ticket.comments for at in (comment.created_at, comment.updated_at)]
    updated_at = max((at for at in times if at <= horizon), default=ticket.created_at)
    return Indexed(ticket, updated_at, tuple(labels_at(ticket, 0, horizon)))


def _reconciled(given: Any) -> frozenset[int]:
    if not isinstance(given, list) or not all(str(uid).isdigit() for uid in given):
        raise refusal(400, "reconcileIssues takes a list of numeric issue IDs.")
    if len(given) > _RECONCILE_MAX:
        raise refusal(400, f"reconcileIssues takes at most {_RECONCILE_MAX} issue IDs.")
    return frozenset(int(uid) for uid in given)


def _most(given: Any, selection: Selection) -> int:
    if given in (None, ""):
        return _PAGE_DEFAULT
    if not str(given).isdigit() or int(given) < 1:
        raise refusal(400, f"'{given}' is not a valid value for maxResults.")
    return min(int(given), _PAGE_MAX if selection.fields else _PAGE_MAX_OF_IDS)


def _token(start: int, jql: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, _digest(jql)]).encode()).decode()


def _start(token: Any, jql: str) -> int:
    """Where a page begins. Raises ApiError 400 for a token of another query, or none of ours."""
    if not token:
        return 0
    try:
        start, digest = json.loads(base64.urlsafe_b64decode(str(token)))
        if digest != _digest(jql):
            raise ValueError
        return int(start)
    except (ValueError, TypeError):
        raise refusal(400, "The provided next page token is invalid or expired.") from None


def _digest(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]
