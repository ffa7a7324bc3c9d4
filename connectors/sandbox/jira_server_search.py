"""Search as a Data Center has it: pages by offset with a total, over an index that lags behind the database.

The index decides what is found and in which order; what is shown of a ticket is read from the database, and so is as
it stands now. Entity properties cannot be asked for here.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/search
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_desk import record, refusal
from connectors.sandbox.jira_issue_view import Selection
from connectors.sandbox.jira_jql import JqlError, parse_jql
from connectors.sandbox.jira_search import JiraSearch

_PAGE_DEFAULT = 50
_PAGE_MAX = 1000
_LISTS = ("fields", "expand")
_KNOWN = frozenset({"jql", "startAt", "maxResults", "validateQuery", *_LISTS})


class JiraServerSearch(JiraSearch):
    """Handlers for search."""

    def mount(self, router: Router) -> None:
        router.add("GET", "/rest/api/3/search", self.by_query)
        router.add("POST", "/rest/api/3/search", self.by_body)

    def by_query(self, request: Request) -> Response:
        body = {name: request.one(name) for name in ("jql", "startAt", "maxResults", "validateQuery")}
        selection = replace(Selection.from_query(request, default="*navigable"), properties=())
        return self._found(request.account, body, selection)

    def by_body(self, request: Request) -> Response:
        """What the request may not say is refused, as lists are that are none."""
        body = record(request)
        for name in body:
            if name not in _KNOWN:
                bean = "com.atlassian.jira.rest.v2.search.SearchRequestBean"
                raise refusal(400, f'Unrecognized field "{name}" (class {bean}), not marked as ignorable')
        if any(not isinstance(body.get(name, []), list) for name in _LISTS):
            raise refusal(400, "Can not deserialize instance of java.util.ArrayList out of VALUE_STRING token")
        return self._found(request.account, body, Selection.from_body(body, default="*navigable"))

    def _found(self, account: str | None, body: dict[str, Any], selection: Selection) -> Response:
        """A page. A value that is not there is a 400; with `validateQuery` other than true it is found by nothing, and
        told in `warningMessages`."""
        is_strict = str(body.get("validateQuery", "")).casefold() in ("", "true", "none")
        start, most = _whole(body, "startAt", 0), _whole(body, "maxResults", _PAGE_DEFAULT)
        most = min(most, _PAGE_MAX) if most >= 0 else _PAGE_MAX
        known = {name.casefold(): name for name in self._desk.site.accounts}
        context = replace(
            self._context(account), person_of=lambda name: known.get(name.casefold()), is_strict=is_strict
        )
        try:
            query = parse_jql(str(body.get("jql") or ""), context)
        except JqlError as error:
            raise refusal(400, *error.args) from None
        found = query.sorted([i for i in self._index(account, frozenset()) if query.fits(i)])
        page = found[start : start + most]
        shown = {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": most,
            "total": len(found),
            "issues": [self._view.in_bulk(indexed.ticket, account, selection) for indexed in page],
        }
        return Response(200, shown | ({"warningMessages": list(query.missing)} if query.missing else {}))


def _whole(body: dict[str, Any], name: str, default: int) -> int:
    given = body.get(name)
    if given in (None, ""):
        return default
    try:
        return int(given)
    except (TypeError, ValueError):
        raise refusal(400, f"'{given}' is not a valid value for {name}.") from None
