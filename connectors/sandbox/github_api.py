"""GitHub's REST API, the part that Aftermath uses, over one site of the world (https://docs.github.com/rest).

This file is the frame: credentials, rate limits, conditional requests, headers and errors. The routes are in
the `github_*` files beside it. It is faithful in what bites: ETags belong to a token, a 304 is free, search
lags, a conditional PATCH is refused, what may not be seen is 404. Of GraphQL it does what is asked of it
(`github_graphql`), and it does no pull requests. Apps are let in by `github_apps`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.sandbox.github_apps import GithubApps
from connectors.sandbox.github_comments import GithubComments
from connectors.sandbox.github_contents import GithubContents
from connectors.sandbox.github_dependencies import GithubDependencies
from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_errors import from_world, not_found, refusal
from connectors.sandbox.github_graphql import PATH as GRAPHQL_PATH
from connectors.sandbox.github_graphql import GithubGraphql
from connectors.sandbox.github_hooks import GithubHooks
from connectors.sandbox.github_issue_fields import GithubIssueFields
from connectors.sandbox.github_issues import GithubIssues
from connectors.sandbox.github_json import GithubJson
from connectors.sandbox.github_labels import GithubLabels
from connectors.sandbox.github_limits import RateLimits
from connectors.sandbox.github_people import GithubPeople
from connectors.sandbox.github_search import GithubSearch
from connectors.sandbox.github_sub_issues import GithubSubIssues
from connectors.sandbox.github_webhooks import GithubWebhooks
from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.webhooks import Courier
from connectors.sandbox.world import Happening, Site

_CREDENTIALS = re.compile(r"(?:token|bearer)\s+(?P<token>\S+)", re.IGNORECASE)
#: Where a repository is found whatever it is called, as GitHub's redirects name it.
_LASTING = re.compile(r"/repositories/(?P<number>[0-9]+)(?=/|\Z)")
_CONTENT = re.compile(r".*/(issues|comments|labels|sub_issues|hooks)")


class GithubApi:
    """The API of one site. `base_url` is where it is mounted, as `Sandbox.url(site.name)` gives it.

    `tokens` maps tokens to accounts; without it the token of `ada` is `ada-token`. `limits` and `search` may
    be changed while it runs, and so may `scopes`: what an account's token says it may do (None: a fine-grained one,
    which says nothing). They are told and not enforced. `search_lag_s` is in seconds of the sandbox's clock.
    """

    def __init__(
        self,
        site: Site,
        base_url: str,
        courier: Courier,
        *,
        tokens: Mapping[str, str] | None = None,
        limits: RateLimits | None = None,
        search_lag_s: float = 0.0,
    ) -> None:
        self.site = site
        self.limits = limits or RateLimits(site.now)
        self.scopes: dict[str, str | None] = {}
        self._tokens = tokens
        self._request_ids = itertools.count(1)
        render = GithubJson(site, base_url)
        desk = GithubDesk(render)
        self.search = GithubSearch(desk, search_lag_s)
        self._webhooks = GithubWebhooks(render)
        self._router = Router(from_world)
        self._router.add("GET", "/rate_limit", self._get_rate_limit)
        self.graphql = GithubGraphql(desk)
        self.graphql.add_routes(self._router)
        GithubPeople(desk).add_routes(self._router)
        GithubComments(desk).add_routes(self._router)
        GithubIssues(desk).add_routes(self._router)
        GithubLabels(desk).add_routes(self._router)
        GithubSubIssues(desk).add_routes(self._router)
        GithubDependencies(desk).add_routes(self._router)
        GithubIssueFields(desk).add_routes(self._router)
        self.search.add_routes(self._router)
        GithubHooks(desk, courier).add_routes(self._router)
        site.place_listeners.append(courier.place_listener(site, self._webhooks.deliveries_of_place))
        GithubContents(desk).add_routes(self._router)
        self.apps = GithubApps(desk)
        self.apps.add_routes(self._router)

    def routes(self) -> list[tuple[str, str]]:
        """Every (method, path template) that is answered."""
        return self._router.routes()

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        """https://docs.github.com/rest/authentication/authenticating-to-the-rest-api"""
        badge = self.apps.badge(headers.get("authorization", ""))
        if badge is not None:
            return badge.app.account
        found = _CREDENTIALS.fullmatch(headers.get("authorization", "").strip())
        if found is None:
            return None
        if self._tokens is not None:
            account = self._tokens.get(found["token"], "")
        else:
            account = found["token"].removesuffix("-token") if found["token"].endswith("-token") else ""
        known = self.site.accounts.get(account)
        return account if known is not None and known.is_active else None

    def handle(self, request: Request) -> Response:
        """Answer with GitHub's headers on it, refusals too. Raises ApiError."""
        resource = "search" if request.path.startswith("/search/") else "core"
        resource = "graphql" if request.path == GRAPHQL_PATH else resource
        try:
            if request.account is None and "authorization" in request.headers:
                raise refusal(401, "Bad credentials")
            badge = self.apps.badge(request.headers.get("authorization", ""))
            if badge is not None:
                self.apps.admit(badge, request)
            if request.path != "/rate_limit":
                self.limits.take(request.account, resource)
            if request.method == "POST" and _CONTENT.fullmatch(request.path):
                self.limits.take_content(request.account)
            answer = self._conditional(request, self._route(request), resource)
        except ApiError as error:
            if resource == "graphql" and error.status == 403:
                return self._spent(request, error)
            error.headers = {**self._headers(request, resource), **error.headers}
            raise
        return replace(answer, headers={**self._headers(request, resource), **answer.headers})

    def webhook(self, happening: Happening) -> list[tuple[str, dict[str, Any]]]:
        return self._webhooks.deliveries(happening)

    def _route(self, request: Request) -> Response:
        with self.site.lock:
            if found := _LASTING.match(request.path):
                names = [name for name, place in self.site.places.items() if place.number == int(found["number"])]
                at = f"/repos/{names[0]}" if names else "/repos/-/-"
                request = replace(request, path=f"{at}{request.path[found.end() :]}")
            answer = self._router.dispatch(request)
        if answer is None:
            raise not_found()
        return answer

    def _conditional(self, request: Request, answer: Response, resource: str) -> Response:
        """https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate"""
        if request.method != "GET" or answer.status != 200:
            return answer
        text = json.dumps([request.account, answer.body, answer.headers.get("Link", "")], sort_keys=True)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()}"'
        headers = {**answer.headers, "ETag": f"W/{etag}", "Cache-Control": "private, max-age=60, s-maxage=60"}
        known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
        if etag not in known:
            return replace(answer, headers=headers)
        self.limits.give_back(request.account, resource)
        return replace(answer, status=304, body=None, headers=headers)

    def _spent(self, request: Request, error: ApiError) -> Response:
        """GraphQL says with status 200 that its points are used up.
        https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"""
        told = {"errors": [{"type": "RATE_LIMITED", "message": error.body["message"]}]}
        return Response(200, told, self._headers(request, "graphql"), GRAPHQL_PATH)

    def _get_rate_limit(self, request: Request) -> Response:
        """https://docs.github.com/rest/rate-limit/rate-limit"""
        return Response(200, self.limits.overview(request.account))

    def _headers(self, request: Request, resource: str) -> dict[str, str]:
        number = next(self._request_ids)
        return {
            "X-GitHub-Request-Id": f"5A4D:0000:{number:08X}",
            "X-GitHub-Media-Type": "github.v3; format=json",
            **self.limits.headers(request.account, resource),
            **self._scope_headers(request.account),
        }

    def _scope_headers(self, account: str | None) -> dict[str, str]:
        """https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps"""
        scopes = self.scopes.get(account, "repo") if account else None
        return {} if scopes is None else {"X-OAuth-Scopes": scopes, "X-Accepted-OAuth-Scopes": ""}
