"""A Jira Data Center on loopback for the tests: a real server, a driven clock, and the people of `jira_rig`.

There is no machine-readable description of this API to hold answers against; the tests name the documentation.
"""

from __future__ import annotations

import datetime as dt
from types import TracebackType
from typing import Any, Self

import requests
from jira import JIRA

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import World
from tests.connectors.sandbox.jira_rig import START


class ServerRig:
    """The site, its server, and a caller who shows a personal access token. A context manager."""

    def __init__(self, search_lag_s: float = 0) -> None:
        self.clock = SandboxClock(START)
        world = World(self.clock.now)
        self.site = world.add_site("jira", "jira")
        for account, name, rights in (
            ("ana", "Ana Ruiz", "write"),
            ("ben", "Ben Okri", "triage"),
            ("root", "Root", "admin"),
            ("rea", "Rea", "read"),
            ("olga", "Olga", "none"),
        ):
            self.site.add_account(account, name, default_rights=rights)
        self.site.add_account("bot", "Aftermath", is_bot=True, default_rights="write")
        self.site.add_place("OPS")
        self.site.add_place("PUB", is_public=True)
        self.sandbox = Sandbox(self.clock, world)
        self.url = self.sandbox.url("jira")
        self.api = JiraServerApi(self.site, self.url, self.clock.now, search_lag_s)
        self.sandbox.mount(self.api)
        self._session = requests.Session()
        self._session.trust_env = False

    def __enter__(self) -> Self:
        self.sandbox.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()
        self.sandbox.stop()

    def later(self, **span: float) -> None:
        """Drive the clock forward."""
        self.clock.advance(dt.timedelta(**span))

    def opened(
        self, summary: str = "Checkout is down", *, project: str = "OPS", account: str = "ana", **more: Any
    ) -> str:
        """A ticket opened through the API; its key. `more` are fields."""
        fields = {"project": {"key": project}, "issuetype": {"name": "Task"}, "summary": summary, **more}
        return str(self.good("POST", "issue", {"fields": fields}, account=account)["key"])

    def good(self, method: str, path: str, body: Any = None, *, account: str = "ana", **query: Any) -> Any:
        """The body of an answer below 300."""
        status, answer = self.call(method, path, body, account=account, **query)
        assert status < 300, answer
        return answer

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
