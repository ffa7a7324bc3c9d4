"""Personal access tokens as a Data Center lists them to whom they belong: names and dates, never the token.

https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_json import Json
from connectors.sandbox.jira_server_desk import log_in

PATH = "/rest/pat/latest/tokens"


class JiraServerTokens:
    """`ends` are an account's tokens by name, each with its end, None for none; it may be changed by a test."""

    def __init__(self, ends: Mapping[str, Mapping[str, dt.datetime | None]]) -> None:
        self._ends = ends

    def mount(self, router: Router) -> None:
        router.add("GET", PATH, self.mine)

    def mine(self, request: Request) -> Response:
        if request.account is None:
            raise log_in()
        shown: list[Json] = [
            {"id": number, "name": name} | ({"expiringAt": end.isoformat(timespec="milliseconds")} if end else {})
            for number, (name, end) in enumerate(self._ends.get(request.account, {}).items(), start=1)
        ]
        return Response(200, shown)
