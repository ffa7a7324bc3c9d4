"""A Jira site on loopback for the tests: a real server, a driven clock, and every answer held against the contract.

People: Ana (write) and Ben (triage), the bot (write), Root (who administers the site), Rea (who reads), and
Olga (who sees nothing). Projects: OPS, and PUB, which everybody in the world may read.
"""

from __future__ import annotations

import datetime as dt
import functools
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Any, ClassVar, Self

import requests

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import World
from tests.contracts.openapi import ContractChecker

START = dt.datetime(2026, 11, 2, 9, 12, 13, 123_000, tzinfo=dt.UTC)

#: Jira itself does not keep to its description here: it gives a list, and describes a single remote link.
FALSE_ALARMS = {("GET", "/rest/api/3/issue/{issueIdOrKey}/remotelink")}

#: Nulls that Jira sends and takes, and forgets in its description: in changelogs, and for "nobody is assigned".
NULLS = (*(("ChangeDetails", name) for name in ("from", "fromString", "to", "toString")), ("User", "accountId"))


@functools.cache
def contract() -> ContractChecker:
    """One for the whole run: loading takes a while."""
    checker = ContractChecker("jira")
    for schema, name in NULLS:
        checker.spec["components"]["schemas"][schema]["properties"][name]["nullable"] = True
    return checker


def adf(text: str) -> dict[str, Any]:
    """A document of one paragraph."""
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


class SiteRig(ABC):
    """A site and its server, which speaks the dialect of `Api`. A context manager."""

    Api: ClassVar[type[JiraApi]]

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
        self.api = self.Api(self.site, self.url, self.clock.now, search_lag_s)
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

    @abstractmethod
    def call(self, method: str, path: str, body: Any = None, *, account: str = "ana", **query: Any) -> tuple[int, Any]:
        """Status and body of an answer. An empty account is nobody."""


class Rig(SiteRig):
    """The site of Jira Cloud."""

    Api = JiraApi

    def call(self, method: str, path: str, body: Any = None, *, account: str = "ana", **query: Any) -> tuple[int, Any]:
        """Status and body, both sides checked against the vendor's description. An empty account is nobody."""
        auth = (f"{account}@example.com", f"{account}-token") if account else None
        full = f"/rest/api/3/{path}"
        answer = self._session.request(method, self.url + full, params=query, json=body, auth=auth, timeout=10)
        data = answer.json() if answer.content else None
        if answer.ok:
            contract().check_request(method, full, query, body)
        if (method, contract().template(method, full)) not in FALSE_ALARMS or not isinstance(data, list):
            contract().check_response(method, full, answer.status_code, data)
        return answer.status_code, data
