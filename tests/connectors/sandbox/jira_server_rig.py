"""A Jira Data Center on loopback for the tests: a real server, a driven clock, and the people of `jira_rig`.

There is no machine-readable description of this API to hold answers against; the tests name the documentation.
"""

from __future__ import annotations

from typing import Any

import requests
from jira import JIRA

from connectors.sandbox.jira_server_api import JiraServerApi
from tests.connectors.sandbox.jira_rig import SiteRig


class ServerRig(SiteRig):
    """The site of Jira Data Center, and a caller who shows a personal access token."""

    Api = JiraServerApi

    def call(self, method: str, path: str, body: Any = None, *, account: str = "ana", **query: Any) -> tuple[int, Any]:
        """Status and body. An empty account is nobody."""
        answer = self.ask(method, f"rest/api/2/{path}", body, token=f"{account}-token" if account else "", **query)
        return answer.status_code, answer.json() if answer.content else None

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        login: tuple[str, str] | None = None,
        **query: Any,
    ) -> requests.Response:
        """The whole answer, with a token or with user and password."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/{path}"
        return self._session.request(method, url, params=query, json=body, auth=login, headers=headers, timeout=10)

    def client(self, account: str = "bot", *, by_password: bool = False) -> JIRA:
        """The library that connectors use, logged in in either of the two ways."""
        secret: dict[str, Any] = (
            {"basic_auth": (account, f"{account}-password")} if by_password else {"token_auth": f"{account}-token"}
        )
        client = JIRA(self.url, options={"rest_api_version": "2"}, max_retries=0, timeout=10, **secret)
        client._session.trust_env = False
        return client
