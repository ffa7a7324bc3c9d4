"""Jira Data Center's REST API, version 2, over one site of the sandbox's world: a Jira 9.12, as companies host it.

What is the same is shared with Cloud's (`jira_api`); what differs is in the `jira_server_` files beside it. A site's
texts are wiki markup here, its accounts user names.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from connectors.sandbox.http import ApiError, Handler, Request, Response, Router
from connectors.sandbox.jira_api import JiraApi, by_habit, credentials
from connectors.sandbox.jira_desk import JiraDesk
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.jira_server_desk import CHALLENGE, JiraServerDesk, log_in
from connectors.sandbox.jira_server_issues import (
    JiraServerComments,
    JiraServerIssues,
    JiraServerIssueView,
    JiraServerLinks,
    JiraServerWorkflow,
)
from connectors.sandbox.jira_server_json import JiraServerJson
from connectors.sandbox.jira_server_people import JiraServerPeople
from connectors.sandbox.jira_server_projects import JiraServerProjects
from connectors.sandbox.jira_server_search import JiraServerSearch
from connectors.sandbox.jira_server_tokens import JiraServerTokens
from connectors.sandbox.jira_server_webhooks import server_deliveries
from connectors.sandbox.world import Happening, Site

#: How often in a row somebody may mistype a password before Jira wants a CAPTCHA solved, as it is shipped.
FAILED_LOGINS_MAX = 3
_CLOUD = "/rest/api/3/"
_SERVER = "/rest/api/2/"
#: Another name for the newest version, which is the second.
_LATEST = "/rest/api/latest/"
#: What Cloud's parts can do that a Data Center cannot.
_CLOUD_ONLY = frozenset(
    f"{_CLOUD}{path}" for path in ("issue/bulkfetch", "comment/list", "issue/{key}/changelog", "changelog/bulkfetch")
)
_FOR_ANYBODY = tuple(
    f"{_SERVER}{path}"
    for path in ("project/", "issue/", "search", "serverInfo", "field", "status", "priority", "resolution", "issueLink")
)
_FAILED_PAGE = (
    "<html><head><title>{0}</title></head><body><p>Encountered a <code>&quot;{0}&quot;</code> error while loading this "
    "page.</p><p>Basic Authentication Failure - Reason : {1}</p></body></html>"
)


class ServerRouter(Router):
    """The routes of Cloud's version 3 as the version 2 of a Data Center, which has fewer."""

    def add(self, method: str, template: str, handler: Handler) -> None:
        if template not in _CLOUD_ONLY:
            super().add(method, template.replace(_CLOUD, _SERVER), handler)


class JiraServerApi(JiraApi):
    """The API of one site. `tokens` maps a personal access token to its account, `passwords` an account to its
    password; without them the token of `x` is `x-token`, and the password `x-password`.

    Who mistypes a password too often has to solve a CAPTCHA, and is let in with no password before; a token that
    belongs to nobody is no failed login: its bearer is treated as somebody who did not log in. Each answer names in
    `X-AUSERNAME` whom it is for, which is all that tells the one from the other.
    """

    def __init__(
        self,
        site: Site,
        base_url: str,
        now: Callable[[], dt.datetime],
        search_lag_s: float = 0,
        tokens: Mapping[str, str] | None = None,
        passwords: Mapping[str, str] | None = None,
    ) -> None:
        self._passwords = passwords
        self._failed: dict[str, int] = {}
        #: The personal access tokens of accounts, by name, each with its end.
        self.token_ends: dict[str, dict[str, dt.datetime | None]] = {}
        self._revoked: set[str] = set()
        site.edition = "data-center"
        super().__init__(site, base_url, now, search_lag_s, tokens)

    def _furnish(self, desk: JiraDesk, base_url: str) -> JiraJson:
        desk = JiraServerDesk(desk.site, desk.now, desk.search_lag_s)
        json = JiraServerJson(self.site, base_url, desk.sees_ticket)
        view = JiraServerIssueView(json, self._steps)
        self._router = ServerRouter()
        for part in (
            JiraServerPeople(desk, json),
            JiraServerProjects(desk, json),
            JiraServerSearch(desk, view),
            JiraServerIssues(desk, json, view, self._steps),
            JiraServerWorkflow(desk, json, view),
            JiraServerComments(desk, json),
            JiraServerLinks(desk, json),
            JiraServerTokens(self.token_ends),
        ):
            part.mount(self._router)
        return json

    def handle(self, request: Request) -> Response:
        """One request, whole, under the site's lock. Raises ApiError with Jira's refusals."""
        if request.path.startswith(_LATEST):
            request = replace(request, path=_SERVER + request.path.removeprefix(_LATEST))
        whom = {"X-AUSERNAME": quote(request.account or "anonymous")}
        try:
            answer = super().handle(request)
        except ApiError as error:
            if "X-Seraph-LoginReason" not in error.headers:  # a failed login is not an answer to anybody
                error.headers |= whom
            raise
        return replace(answer, headers={**answer.headers, **whom})

    # --- who is there -------------------------------------------------------------------------

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        """The account of `Basic user:password` or `Bearer personal-access-token`.

        https://developer.atlassian.com/server/jira/platform/basic-authentication/
        https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html
        """
        scheme, user, secret = credentials(headers)
        if scheme == "bearer":
            return None if secret in self._revoked else super().authenticate(headers)
        if scheme != "basic" or self._is_locked(user) or not self._is_password(user, secret):
            return None
        with self.site.lock:
            self._failed.pop(user, None)
        return self._active(user)

    def revoke_token(self, token: str, *, is_revoked: bool = True) -> None:
        """Take a personal access token's right away, as its owner may at any time; or let it be one again."""
        with self.site.lock:
            (self._revoked.add if is_revoked else self._revoked.discard)(token)

    def reset_failed_logins(self, account: str) -> None:
        """What an administrator does for somebody whom the CAPTCHA keeps out."""
        with self.site.lock:
            self._failed.pop(account, None)

    def _is_password(self, user: str, secret: str) -> bool:
        wanted = (
            by_habit(secret, "password") == user if self._passwords is None else self._passwords.get(user) == secret
        )
        return wanted and bool(self._active(user))

    def _is_locked(self, user: str) -> bool:
        return self._failed.get(user, 0) >= FAILED_LOGINS_MAX

    def _let_in(self, request: Request) -> None:
        """Nobody in particular may read what is public. Raises ApiError 401 and 403 for a failed login, and 401."""
        scheme, user, _ = credentials(request.headers)
        if scheme == "basic":
            raise self._failed_login(user)
        is_reading = request.method == "GET" or request.path == f"{_SERVER}search"
        if request.path.startswith(_SERVER) and not (is_reading and request.path.startswith(_FOR_ANYBODY)):
            raise log_in()

    def _failed_login(self, user: str) -> ApiError:
        """A page, as of every failed login; the status and the headers say why.

        https://developer.atlassian.com/server/jira/platform/basic-authentication/#captcha
        """
        if self._is_locked(user):
            told = {
                "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
                "X-Authentication-Denied-Reason": f"CAPTCHA_CHALLENGE; login-url={self._json.base_url}/login.jsp",
            }
            return _page(403, _FAILED_PAGE.format("403 - Forbidden", "AUTHENTICATION_DENIED"), told)
        if user in self.site.accounts:
            with self.site.lock:
                self._failed[user] = self._failed.get(user, 0) + 1
        told = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED", **CHALLENGE}
        return _page(401, _FAILED_PAGE.format("401 - Unauthorized", "AUTHENTICATED_FAILED"), told)

    def webhook(self, happening: Happening) -> list[tuple[str, Json]]:
        """Deliveries for what has happened, with the ticket as it stands now."""
        with self.site.lock:
            return server_deliveries(self._json, self._steps, happening)


def _page(status: int, page: str, headers: dict[str, str]) -> ApiError:
    return ApiError(status, page, {"Content-Type": "text/html;charset=UTF-8", **headers})
