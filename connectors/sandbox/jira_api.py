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
        self._router = Router()
        self._json = self._furnish(JiraDesk(site, now, search_lag_s), base_url)

    def _furnish(self, desk: JiraDesk, base_url: str) -> JiraJson:
        """Mount every part of the API, and hand out what renders the site."""
        json = JiraJson(self.site, base_url, desk.sees_ticket)
        view = JiraIssueView(json, self._steps)
        for part in (
            JiraPeople(desk, json),
            JiraProjects(desk, json),
            JiraSearch(desk, view),
            JiraIssues(desk, json, view, self._steps),
            JiraWorkflow(desk, json, view),
            JiraComments(desk, json),
            JiraLinks(desk, json),
        ):
            part.mount(self._router)
        return json

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        """The account of `Basic email:token` or `Bearer token`; None for no or wrong credentials.

        https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
        """
        scheme, user, secret = credentials(headers)
        if scheme != "bearer" and not user:
            return None
        return self._active(self._tokens.get(secret) if self._tokens is not None else by_habit(secret, "token"))

    def _active(self, account: str | None) -> str | None:
        person = self.site.accounts.get(account or "")
        return account if person is not None and person.is_active else None

    def handle(self, request: Request) -> Response:
        """One request, whole, under the site's lock. Raises ApiError with Jira's refusals."""
        if request.account is None:
            self._let_in(request)
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

    def _let_in(self, request: Request) -> None:
        """Nobody in particular may read what is public. Raises ApiError 401, also for wrong credentials."""
        if "authorization" in request.headers:
            raise ApiError(401, dict(_UNKNOWN), {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
        if request.method != "GET" or not request.path.startswith(_FOR_ANYBODY):
            raise ApiError(401, dict(_UNKNOWN), {"WWW-Authenticate": 'OAuth realm="Jira"'})

    def _no_route(self, request: Request) -> ApiError:
        allowed = self._router.allowed(request.path)
        if allowed:
            return ApiError(
                405, {"message": "HTTP 405 Method Not Allowed", "status-code": 405}, {"Allow": ", ".join(allowed)}
            )
        return ApiError(404, {"message": f"null for uri: {request.path}", "status-code": 404})


def credentials(headers: Mapping[str, str]) -> tuple[str, str, str]:
    """Scheme in small letters, user (of Basic alone) and secret; empty where there are none."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    scheme, user, secret = scheme.casefold(), "", given.strip()
    if scheme == "basic":
        try:
            user, _, secret = base64.b64decode(secret, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return scheme, "", ""
    return scheme, user, secret


def by_habit(secret: str, kind: str) -> str:
    """Whose secret this is in a sandbox that was given none: that of `ada` is `ada-token`."""
    return secret.removesuffix(f"-{kind}") if secret.endswith(f"-{kind}") else ""
