"""A Jira site on loopback with our tracker on it: a real server, a driven clock, faults on request.

People: Ana and Ben (write), Root (administers the site), Rea (reads), and another app. Our account is `bot`;
projects are OPS and DESK.
"""

from __future__ import annotations

import datetime as dt
from types import TracebackType
from typing import Any, ClassVar, Self

from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.jira.edition import CLOUD, DATA_CENTER
from connectors.jira.tracker import JiraTracker
from connectors.markers import MarkerCodec
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.faults import Fault, FaultKind
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import World
from connectors.tracker import Draft
from connectors.wanted_fields import Wants, no_fields
from rules.facts import Marker
from rules.refs import Place, TicketRef

START = dt.datetime(2026, 11, 2, 9, 12, 13, 123_000, tzinfo=dt.UTC)
CODEC = MarkerCodec("tests", b"marker-secret")
SECRET = b"webhook-secret"
OPS = Place("jira", "OPS")


def marker(key: str = "klmnopqrst", kind: str = "reminder") -> Marker:
    return Marker(case="abcdefghij.1", key=key, kind=kind, extra="said")


def draft(**more: Any) -> Draft:
    return Draft(**{"place": OPS, "title": "Post-mortem: checkout", "body": "What happened?", **more})


class JiraHouse:
    """The site, its server and the tracker. A context manager."""

    edition: ClassVar[str] = CLOUD
    api: ClassVar[type[JiraApi]] = JiraApi
    user: ClassVar[str] = "bot@example.com"

    def __init__(self, *, search_lag_s: float = 0, our_rights: str = "write", timeout_s: float = 0.5) -> None:
        self.clock = SandboxClock(START)
        world = World(self.clock.now)
        self.site = world.add_site("jira", "jira")
        for account, rights in (("ana", "write"), ("ben", "write"), ("root", "admin"), ("rea", "read")):
            self.site.add_account(account, account.title(), default_rights=rights)
        self.site.add_account("bot", "Aftermath", default_rights=our_rights)
        self.site.add_account("other-app", "Other", is_bot=True, default_rights="write")
        for project in ("OPS", "DESK"):
            self.site.add_place(project)
        self.sandbox = Sandbox(self.clock, world)
        self.sandbox.mount(self.api(self.site, self.sandbox.url("jira"), self.clock.now, search_lag_s))
        self.timeout_s = timeout_s
        self.tracker = self.connect()

    def connect(
        self, token: str = "bot-token", *, bots: tuple[str, ...] = (), user: str = "", wants: Wants = no_fields
    ) -> JiraTracker:
        """A tracker that has seen nothing yet."""
        return JiraTracker(
            "jira",
            self.sandbox.url("jira"),
            user or self.user,
            Access(Secret(token), timeout_s=self.timeout_s),
            CODEC,
            Secret(SECRET.decode()),
            self.clock.now,
            wait=wait_none(),
            edition=self.edition,
            bots=bots,
            wants=wants,
        )

    def __enter__(self) -> Self:
        self.sandbox.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.sandbox.stop()

    def later(self, **span: float) -> None:
        self.clock.advance(dt.timedelta(**span))

    def opened(self, *, actor: str = "ana", container: str = "OPS", title: str = "Down", **more: Any) -> TicketRef:
        """A ticket that somebody opened."""
        return TicketRef("jira", self.site.open_ticket(actor, container, title, **more).key)

    def fault(self, kind: FaultKind, method: str, path: str, **more: Any) -> None:
        self.sandbox.faults.add(Fault(kind, method=method, path=path, **more))


class DataCenterHouse(JiraHouse):
    """The same on a Data Center, by a personal access token."""

    edition: ClassVar[str] = DATA_CENTER
    api: ClassVar[type[JiraApi]] = JiraServerApi
    user: ClassVar[str] = ""
