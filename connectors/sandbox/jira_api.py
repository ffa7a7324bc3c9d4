"""Jira Cloud's REST API, version 3, over one site of the sandbox's world.

What Aftermath uses of Jira, and what a client does around it, spoken as Jira Cloud speaks it: the same
paths, the same refusals, the same oddities (a search that lags, changelogs cut short, links that read
backwards). It knows no socket and no fault: the server around it brings both.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Mapping

from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.jira_changelog import Steps
from connectors.sandbox.jira_comments import JiraComments
from connectors.sandbox.jira_desk import JiraDesk, from_world
from connectors.sandbox.jira_issue_view import JiraIssueView
from connectors.sandbox.jira_issues import JiraIssues
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.jira_links import JiraLinks
from connectors.sandbox.jira_people import JiraPeople
from connectors.sandbox.jira_projects import JiraProjects
from connectors.sandbox.jira_search import JiraSearch
from connectors.sandbox.jira_webhooks import deliveries
from connectors.sandbox.jira_workflow import JiraWorkflow
from connectors.sandbox.world import Happening, Site, WorldError

_UNKNOWN = {"message": "Client must be authenticated to access this resource.", "status-code": 401}
_FOR_ANYBODY = ("/rest/api/3/project/", "/rest/api/3/issue/", "/rest/api/3/search", "/rest/api/3/serverInfo")


class JiraApi:
    """The API of one site. `base_url` is where clients reach it, `search_lag_s` how many seconds of `now`
    the search index lags behind. `tokens` maps an API token to its account; without it the token of
    account `x` is `x-token`. Somebody who is not logged in reads public projects, and nothing else.
    """

    def __init__(
        self,
        site: Site,
        base_url: str,
        now: Callable[[], dt.datetime],
        search_lag_s: float = 0,
        tokens: Mapping[str, str] | None = None,
    ) -> None:
        self.site = site
        self._tokens = tokens
        self._steps = Steps()
        desk = JiraDesk(site, now, search_lag_s)
        self._json = JiraJson(site, base_url, desk.sees_ticket)
        view = JiraIssueView(self._json, self._steps)
        self._router = Router()
        for part in (
            JiraPeople(desk, self._json),
            JiraProjects(desk, self._json),
            JiraSearch(desk, view),
            JiraIssues(desk, self._json, view, self._steps),
            JiraWorkflow(desk, self._json, view),
            JiraComments(desk, self._json),
            JiraLinks(desk, self._json),
        ):
            part.mount(self._router)

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        """The account of `Basic email:token` or `Bearer token`; None for no or wrong credentials.

        https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
        """
        scheme, _, given = headers.get("authorization", "").partition(" ")
        token = given.strip()
        if scheme.casefold() == "basic":
            try:
                email, _, token = base64.b64decode(token, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return None
            if not email:
                return None
        elif scheme.casefold() != "bearer":
            return None
        account = self._tokens.get(token) if self._tokens is not None else _by_habit(token)
        person = self.site.accounts.get(account or "")
        return account if person is not None and person.is_active else None

    def handle(self, request: Request) -> Response:
        """One request, whole, under the site's lock. Raises ApiError with Jira's refusals."""
        if request.account is None:
            _let_in(request)
        with self.site.lock:
            try:
                answer = self._router.dispatch(request)
            except WorldError as error:
                raise from_world(error) from error
        if answer is None:
            raise self._no_route(request)
        return answer

    def webhook(self, happening: Happening) -> list[tuple[str, Json]]:
        """Deliveries for what has happened, with the ticket as it stands now."""
        with self.site.lock:
            return deliveries(self._json, self._steps, happening)

    def routes(self) -> list[tuple[str, str]]:
        """Method and path template of everything that is spoken here."""
        return self._router.routes()

    def _no_route(self, request: Request) -> ApiError:
        allowed = self._router.allowed(request.path)
        if allowed:
            return ApiError(
                405, {"message": "HTTP 405 Method Not Allowed", "status-code": 405}, {"Allow": ", ".join(allowed)}
            )
        return ApiError(404, {"message": f"null for uri: {request.path}", "status-code": 404})


def _by_habit(token: str) -> str:
    return token.removesuffix("-token") if token.endswith("-token") else ""


def _let_in(request: Request) -> None:
    """Nobody in particular may read what is public. Raises ApiError 401, also for wrong credentials."""
    if "authorization" in request.headers:
        raise ApiError(401, dict(_UNKNOWN), {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    if request.method != "GET" or not request.path.startswith(_FOR_ANYBODY):
        raise ApiError(401, dict(_UNKNOWN), {"WWW-Authenticate": 'OAuth realm="Jira"'})
