"""The four stages on which the contract of `Tracker` is tried: in memory and over HTTP, as GitHub and as Jira.

People act on the sandbox's world directly, Aftermath through the tracker. What a stage cannot show is said here,
by name, and tested as such: a lack that goes away is noticed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.github.tracker import GitHubTracker
from connectors.jira.adf import adf_of
from connectors.jira.tracker import JiraTracker
from connectors.markers import MarkerCodec
from connectors.memory.tracker import CleanNetwork, MemoryTracker
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, TicketState, World
from connectors.tracker import Draft, Tracker
from rules.facts import Marker
from rules.refs import Place, TicketRef

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
CODEC = MarkerCodec("tests", b"the secret of these tests")
OURS = "aftermath-bot"
OUR_LABEL = "aftermath"
#: Something that is done to a ticket on a stage.
Act = Callable[[Any, TicketRef], Any]
#: Seconds of real time; nothing here is slow, and a loaded machine shall not make it fail.
ACCESS = Access(Secret(f"{OURS}-token"), timeout_s=20)


@dataclass(frozen=True)
class Lacks:
    """What a tracker cannot show, each with the reason."""

    due_dates: str = ""
    changes_of_due: str = ""
    statuses: str = ""
    references: str = ""
    several_assignees: str = ""
    texts_over: int = 0
    sub_issues: str = ""
    strangers: str = ""


_STRANGERS = "the in-memory tracker refuses an unknown assignee: nobody in the simulator is one"
_GITHUB = Lacks(due_dates="GitHub's issues have no due date", strangers=_STRANGERS)
_GITHUB_HTTP = Lacks(
    due_dates=_GITHUB.due_dates,
    changes_of_due=_GITHUB.due_dates,
    statuses="GitHub's issues are open or closed and nothing between",
)
_JIRA = Lacks(sub_issues="Jira links across trackers by remote link", strangers=_STRANGERS)
_JIRA_HTTP = Lacks(
    references="Jira's own history knows no commits; they are told by GitHub",
    several_assignees="a Jira issue has one assignee",
    texts_over=32_767,
    sub_issues=_JIRA.sub_issues,
)


@dataclass
class Stage:
    """One tracker with people around it: `ada` and `ben` write, `eve` only reads, `robo[bot]` is a bot."""

    name: str
    site: Site
    tracker: Tracker
    clock: SandboxClock
    place: Place
    elsewhere: Place
    lacks: Lacks
    as_body: Callable[[str], Any] = lambda text: text

    def later(self, seconds: float = 1) -> None:
        self.clock.advance(dt.timedelta(seconds=seconds))

    def ref(self, ticket: TicketState) -> TicketRef:
        return TicketRef(self.site.name, ticket.key)

    def reported(self, title: str = "The shop is down", *, labels: tuple[str, ...] = ("failure",)) -> TicketRef:
        """A ticket that Ada opened."""
        body = self.as_body("It broke.")
        return self.ref(self.site.open_ticket("ada", self.place.container, title, body, labels=labels))

    def says(self, who: str, ref: TicketRef, text: str, **more: Any) -> str:
        return str(self.site.comment_on(who, ref.key, self.as_body(text), **more).id)

    def draft(self, **more: Any) -> Draft:
        given = {"place": self.place, "title": "Look at alerts", "body": "Why did none go off?", "labels": (OUR_LABEL,)}
        return Draft(**{**given, **more})

    def move(self, ref: TicketRef) -> TicketRef:
        """The ticket goes to another place; its old address leads there."""
        with self.site.lock:
            ticket, place = self.site.ticket(ref.key), self.site.places[self.elsewhere.container]
            place.last_number += 1
            joint = "#" if self.site.kind == "github" else "-"
            ticket.container, ticket.number = place.container, place.last_number
            ticket.key = f"{place.container}{joint}{place.last_number}"
            self.site.by_key[ticket.key] = ticket.uid
            return self.ref(ticket)


def marker(key: str = "klmnopqrst234567klmn", kind: str = "action", extra: str = "item:2026-12-01") -> Marker:
    return Marker(case="abcdefghij234567abcd.1", key=key, kind=kind, extra=extra)


@contextmanager
def memory_stage(kind: str) -> Iterator[Stage]:
    clock = SandboxClock(START)
    site = _company(World(clock.now), kind)
    tracker = MemoryTracker(site, OURS, CODEC, CleanNetwork(), clock.now)
    yield Stage(f"memory as {kind}", site, tracker, clock, *_places(kind), _GITHUB if kind == "github" else _JIRA)


@contextmanager
def github_stage() -> Iterator[Stage]:
    clock = SandboxClock(START)
    sandbox = Sandbox(clock)
    site = _company(sandbox.world, "github")
    url = sandbox.url("github")
    sandbox.mount(GithubApi(site, url, sandbox.courier))
    tracker = GitHubTracker("github", url, ACCESS, CODEC, Secret(), now=clock.now)
    with sandbox:
        yield Stage("GitHub over HTTP", site, tracker, clock, *_places("github"), _GITHUB_HTTP)


@contextmanager
def jira_stage() -> Iterator[Stage]:
    clock = SandboxClock(START)
    sandbox = Sandbox(clock)
    site = _company(sandbox.world, "jira")
    url = sandbox.url("jira")
    sandbox.mount(JiraApi(site, url, clock.now))
    tracker = JiraTracker("jira", url, "bot@example.org", ACCESS, CODEC, Secret(), clock.now, wait=wait_none())
    with sandbox:
        yield Stage("Jira over HTTP", site, tracker, clock, *_places("jira"), _JIRA_HTTP, adf_of)


STAGES = {
    "memory as GitHub": lambda: memory_stage("github"),
    "memory as Jira": lambda: memory_stage("jira"),
    "GitHub over HTTP": github_stage,
    "Jira over HTTP": jira_stage,
}


def _places(kind: str) -> tuple[Place, Place]:
    names = ("acme/shop", "acme/vault") if kind == "github" else ("OPS", "DESK")
    return Place(kind, names[0]), Place(kind, names[1])


def _company(world: World, kind: str) -> Site:
    site = world.add_site(kind, kind)
    for place in _places(kind):
        site.add_place(place.container)
    for account in ("ada", "ben"):
        site.add_account(account, account.title())
    site.add_account(OURS, "Aftermath", default_rights="admin")
    site.add_account("eve", "Eve", default_rights="read")
    site.add_account("robo[bot]", "Robo", is_bot=True)
    return site
