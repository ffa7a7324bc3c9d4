"""What every GitHub route needs first: who asks, which repository, which issue, and may they know of it."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

from connectors.sandbox.github_errors import issues_disabled, not_found, refusal
from connectors.sandbox.github_json import GithubJson
from connectors.sandbox.http import ApiError, Request
from connectors.sandbox.world import PlaceState, TicketState

Value = TypeVar("Value")


class GithubDesk:
    """Looks things up for one site, with GitHub's refusals. Every method may raise ApiError."""

    def __init__(self, render: GithubJson) -> None:
        self.render = render
        self.site = render.site

    def actor(self, request: Request) -> str:
        """Who asks. Raises 401 for nobody."""
        if request.account is None:
            raise refusal(401, "Requires authentication")
        return request.account

    def place(self, request: Request, owner: str, repo: str) -> PlaceState:
        """The repository; 404 when it is not there or must not be known; to where it is now
        when it has another name."""
        place = self.site.places.get(f"{owner}/{repo}")
        if place is None and (number := self.site.former_places.get(f"{owner}/{repo}")):
            raise self._moved_place(request, f"/repos/{owner}/{repo}", number)
        if place is None or not self.may_read(request.account, place):
            raise not_found()
        return place

    def _moved_place(self, request: Request, former: str, number: int) -> ApiError:
        """301 for who reads, 307 for who writes, to the repository's lasting address."""
        query = f"?{urlencode(request.query, doseq=True)}" if request.query else ""
        url = f"{self.render.base_url}/repositories/{number}{request.path.removeprefix(former)}{query}"
        body = {"message": "Moved Permanently", "url": url, "documentation_url": "https://docs.github.com/rest"}
        return ApiError(301 if request.method == "GET" else 307, body, {"Location": url})

    def place_with_issues(self, request: Request, owner: str, repo: str) -> PlaceState:
        """The same; 410 when it has no issues."""
        place = self.place(request, owner, repo)
        if not place.has_issues:
            raise issues_disabled()
        return place

    def ticket(self, request: Request, owner: str, repo: str, number: str) -> TicketState:
        """The issue; 404 and 410 as above, 301 to where it is now when it has moved."""
        place = self.place_with_issues(request, owner, repo)
        uid = self.site.by_key.get(f"{place.container}#{int(number)}") if number.isdecimal() else None
        if uid is None and f"{place.container}#{number}" in self.site.deleted:
            raise refusal(410, "This issue was deleted")
        if uid is None:
            raise not_found()
        ticket = self.site.tickets[uid]
        if not self.may_read(request.account, self.site.places[ticket.container]):
            raise not_found()
        if ticket.container != place.container or str(ticket.number) != str(int(number)):
            url = self.render.issue_url(ticket) + request.path.partition(f"/issues/{number}")[2]
            body = {"message": "Moved Permanently", "url": url, "documentation_url": "https://docs.github.com/rest"}
            raise ApiError(301, body, {"Location": url})
        return ticket

    def needs(self, request: Request, place: PlaceState, rights: str, message: str = "") -> str:
        """Who asks, when they have these rights there; 401 or 403 otherwise."""
        actor = self.actor(request)
        if not self.site.may(actor, place.container, rights):
            raise refusal(403, message or "Must have admin rights to Repository.")
        return actor

    def login(self, written: str) -> str:
        """The login as it was registered, in whatever capitals somebody wrote it; nobody's stays as it is."""
        return next((one for one in self.site.accounts if one.casefold() == written.casefold()), written)

    def may_read(self, account: str | None, place: PlaceState) -> bool:
        return place.is_public or (account is not None and self.site.may(account, place.container, "read"))

    def fields(self, request: Request) -> dict[str, Any]:
        """The request's body, an object. Raises 400."""
        body = request.json()
        if not isinstance(body, dict):
            raise refusal(400, "Body should be a JSON object")
        return body


def typed(fields: dict[str, Any], name: str, kind: type[Value], default: Value) -> Value:
    """A field of the body, `default` when absent or null. Raises 422 when it is of another type."""
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise refusal(422, f"Invalid request.\n\nFor '{name}', {value!r} is not a {kind.__name__}.")
    return value
