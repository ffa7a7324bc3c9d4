"""A small company on the sandbox's GitHub, seen through the tracker as the account `aftermath`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from connectors.access import Access, Secret
from connectors.github.tracker import GitHubTracker
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.faults import Fault
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.http import Request, Response
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, TicketState
from connectors.wanted_fields import Wants, no_fields
from rules.refs import Place, TicketRef
from tests.connectors.github.conftest import CODEC, NOW, SECRET

SHOP = Place("github", "acme/shop")
VAULT = Place("github", "acme/vault")


@dataclass
class Company:
    """`ada` owns and `ben` writes, `tom` triages, `eve` only reads. `acme/shop` is public, `acme/vault` is not."""

    sandbox: Sandbox
    site: Site
    tracker: GitHubTracker
    api: Overheard
    waits: list[float] = field(default_factory=list)

    def open(self, title: str = "Checkout was down", *, by: str = "ada", labels: tuple[str, ...] = ()) -> TicketState:
        return self.site.open_ticket(by, "acme/shop", title, "For an hour.", labels=labels)

    def ref(self, ticket: TicketState) -> TicketRef:
        return TicketRef("github", ticket.key)

    def pass_time(self, seconds: float) -> None:
        self.sandbox.clock.advance(dt.timedelta(seconds=seconds))

    def break_with(self, fault: Fault) -> None:
        self.sandbox.faults.add(fault)


class Overheard(GithubApi):
    """The sandbox's API, which notes what it was asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: list[Request] = []

    def handle(self, request: Request) -> Response:
        self.asked.append(request)
        return super().handle(request)


@contextmanager
def company(*, timeout_s: float = 5, us: str = "aftermath") -> Iterator[Company]:
    """A running sandbox with the company on it."""
    clock = SandboxClock(NOW)
    sandbox = Sandbox(clock)
    site = sandbox.world.add_site("github", "github")
    site.add_account("ada", "Ada Lovelace", default_rights="admin")
    site.add_account("ben", "Ben Bitdiddle")
    site.add_account("tom", "Tom Tester", default_rights="triage")
    site.add_account("eve", "Eve Reader", default_rights="read")
    site.add_account("robo[bot]", "Robo", is_bot=True)
    site.add_account("aftermath", "Aftermath")
    site.add_place("acme/shop", is_public=True)
    site.add_place("acme/vault")
    api = Overheard(site, sandbox.url("github"), sandbox.courier)
    sandbox.mount(api)
    waits: list[float] = []
    with sandbox:
        yield Company(sandbox, site, new_tracker(sandbox, us, timeout_s, waits), api, waits)


def new_tracker(
    sandbox: Sandbox,
    us: str,
    timeout_s: float,
    waits: list[float],
    wants: Wants = no_fields,
    *,
    bots: tuple[str, ...] = (),
) -> GitHubTracker:
    """A tracker that remembers nothing, as after a restart."""
    access = Access(Secret(f"{us}-token"), timeout_s=timeout_s)
    url, now = sandbox.url("github"), sandbox.clock.now
    secret = Secret(SECRET.decode())
    return GitHubTracker("github", url, access, CODEC, secret, now=now, sleep=waits.append, bots=bots, wants=wants)
