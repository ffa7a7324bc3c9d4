"""The stages on which the contract of `Tracker` is tried: in memory, over HTTP on the sandbox, and over HTTP on servers
that nobody here wrote.

People act through the stage (`people`), Aftermath through the tracker. What a stage cannot show is said here, in a
sentence, and tested as such: a lack that goes away is noticed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.github.tracker import GitHubTracker
from connectors.jira.adf import adf_of
from connectors.jira.edition import DATA_CENTER
from connectors.jira.tracker import JiraTracker
from connectors.markers import MarkerCodec
from connectors.memory.network import CleanNetwork
from connectors.memory.tracker import MemoryTracker
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, World
from connectors.tracker import Draft, Tracker
from connectors.wanted_fields import WantedFields
from rules.facts import Marker
from rules.refs import Place, TicketRef
from tests.connectors.emulate import running_emulate
from tests.connectors.emulate_lacks import EMULATE
from tests.connectors.jira820_lacks import JIRA820
from tests.connectors.jira820_server import running_jira820
from tests.connectors.jira_people import JiraPeople
from tests.connectors.people import People, WorldPeople

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
CODEC = MarkerCodec("tests", b"the secret of these tests")
OURS = "aftermath-bot"
OUR_LABEL = "aftermath"
#: Something that is done to a ticket on a stage.
Act = Callable[["Stage", TicketRef], Any]
#: Seconds of real time; nothing here is slow, and a loaded machine shall not make it fail.
ACCESS = Access(Secret(f"{OURS}-token"), timeout_s=20)


@dataclass(frozen=True)
class Lacks:
    """What a tracker cannot show, each with the reason. `tests` names tests of the contract that have to fail for it,
    by the beginning of their names with parameters (`test_a_label[sev1`)."""

    due_dates: str = ""
    changes_of_due: str = ""
    statuses: str = ""
    references: str = ""
    several_assignees: str = ""
    texts_over: int = 0
    sub_issues: str = ""
    strangers: str = ""
    levels: str = ""
    files: str = ""
    silent_edits: str = ""
    wishes: str = ""
    tests: Mapping[str, str] = field(default_factory=dict)

    def why_fails(self, test: str) -> str:
        """Why a test has to fail here, or nothing."""
        return next((why for name, why in self.tests.items() if test.startswith(name)), "")


_STRANGERS = "the in-memory tracker refuses an unknown assignee: nobody in the simulator is one"
_LEVELS = "whoever reads a repository reads its issues"
_FILES = "Jira keeps no files"
_FOREIGN = "it has no types, fields or dependencies of an organisation's own"
_GITHUB = Lacks(due_dates="GitHub's issues have no due date", strangers=_STRANGERS, levels=_LEVELS)
_GITHUB_HTTP = Lacks(
    due_dates=_GITHUB.due_dates,
    changes_of_due=_GITHUB.due_dates,
    statuses="GitHub's issues are open or closed and nothing between",
    levels=_LEVELS,
)
_JIRA = Lacks(sub_issues="Jira links across trackers by remote link", strangers=_STRANGERS, files=_FILES)
_JIRA_HTTP = Lacks(
    references="Jira's own history knows no commits; they are told by GitHub",
    several_assignees="a Jira issue has one assignee",
    texts_over=32_767,
    sub_issues=_JIRA.sub_issues,
    files=_FILES,
)


@dataclass
class Stage:
    """One tracker with people around it: `ada` and `ben` write, `eve` only reads, `robo[bot]` is a bot."""

    name: str
    tracker: Tracker
    people: People
    clock: SandboxClock
    place: Place
    lacks: Lacks
    is_told: Callable[[dt.datetime], None] = lambda now: None
    #: What stands behind it, where that can be looked into.
    site: Site | None = None
    #: Which of the tracker's own fields are asked for; a test names some by `wanting`.
    wanted: list[WantedFields] = field(default_factory=lambda: [WantedFields()])

    def wanting(self, *names: str, with_priority: bool = False) -> None:
        self.wanted[0] = WantedFields(names, with_priority)

    def later(self, seconds: float = 1) -> None:
        self.is_told(self.clock.advance(dt.timedelta(seconds=seconds)))

    def reported(self, title: str = "The shop is down", *, labels: tuple[str, ...] = ("failure",)) -> TicketRef:
        """A ticket that Ada opened."""
        return self.people.open("ada", title, "It broke.", labels)

    def draft(self, **more: Any) -> Draft:
        given = {"place": self.place, "title": "Look at alerts", "body": "Why did none go off?", "labels": (OUR_LABEL,)}
        return Draft(**{**given, **more})


Opening = Callable[[], AbstractContextManager[Stage]]


def marker(key: str = "klmnopqrst234567klmn", kind: str = "action", extra: str = "item:2026-12-01") -> Marker:
    return Marker(case="abcdefghij234567abcd.1", key=key, kind=kind, extra=extra)


@contextmanager
def memory_stage(kind: str) -> Iterator[Stage]:
    clock = SandboxClock(START)
    site = _company(World(clock.now), kind)
    wanted = [WantedFields()]
    tracker = MemoryTracker(site, OURS, CODEC, CleanNetwork(), clock.now, lambda: wanted[0])
    people = WorldPeople(site, *_places(kind), as_body=str)
    lacks = _GITHUB if kind == "github" else _JIRA
    yield Stage(f"memory as {kind}", tracker, people, clock, _places(kind)[0], lacks, site=site, wanted=wanted)


@contextmanager
def github_stage() -> Iterator[Stage]:
    clock = SandboxClock(START)
    sandbox = Sandbox(clock)
    site = _company(sandbox.world, "github")
    url = sandbox.url("github")
    sandbox.mount(GithubApi(site, url, sandbox.courier))
    people = WorldPeople(site, *_places("github"), as_body=str)
    with sandbox:
        wanted = [WantedFields()]
        place, tracker = _places("github")[0], _github(url, clock, wanted)
        yield Stage("GitHub over HTTP", tracker, people, clock, place, _GITHUB_HTTP, site=site, wanted=wanted)


@contextmanager
def jira_stage() -> Iterator[Stage]:
    clock = SandboxClock(START)
    sandbox = Sandbox(clock)
    site = _company(sandbox.world, "jira")
    url = sandbox.url("jira")
    sandbox.mount(JiraApi(site, url, clock.now))
    wanted = [WantedFields()]
    given = ("jira", url, "bot@example.org", ACCESS, CODEC, Secret(), clock.now)
    tracker = JiraTracker(*given, wait=wait_none(), wants=lambda: wanted[0])
    people = WorldPeople(site, *_places("jira"), as_body=adf_of)
    with sandbox:
        place = _places("jira")[0]
        yield Stage("Jira over HTTP", tracker, people, clock, place, _JIRA_HTTP, site=site, wanted=wanted)


@contextmanager
def data_center_stage() -> Iterator[Stage]:
    """A personal access token as Bearer, REST v2, texts in wiki markup."""
    clock = SandboxClock(START)
    sandbox = Sandbox(clock)
    site = _company(sandbox.world, "jira")
    url = sandbox.url("jira")
    sandbox.mount(JiraServerApi(site, url, clock.now))
    wanted = [WantedFields()]
    tracker = _data_center(url, clock, wanted)
    people = WorldPeople(site, *_places("jira"), as_body=str)
    with sandbox:
        lacks = replace(_JIRA_HTTP, silent_edits="Data Center mails each edit of a comment to the watchers")
        place = _places("jira")[0]
        yield Stage("Jira Data Center over HTTP", tracker, people, clock, place, lacks, site=site, wanted=wanted)


@contextmanager
def emulate_stage() -> Iterator[Stage]:
    """GitHub as npm's `emulate` has it."""
    clock = SandboxClock(START)
    server = running_emulate(("ada", "ben", "eve", "robo[bot]", OURS))
    server.set_clock(START)
    rights = {"ada": "push", "ben": "push", "eve": "pull", "robo[bot]": "push", OURS: "admin"}
    place, people = server.new_place("github", "shop", rights)
    lacks = replace(_GITHUB_HTTP, tests=EMULATE, wishes=_FOREIGN)
    try:
        yield Stage("GitHub as emulate", _github(server.url, clock), people, clock, place, lacks, server.set_clock)
    finally:
        people.close_connections()


@contextmanager
def jira820_stage() -> Iterator[Stage]:
    """Jira Data Center as PyPI's `jira820` has it."""
    clock, place = SandboxClock(START), _places("jira")[0]
    accounts = {"ada": "Ada", "ben": "Ben", "eve": "Eve", "robo[bot]": "Robo", OURS: "Aftermath"}
    with running_jira820(place.container, START.date(), accounts) as url:
        people = JiraPeople(url, place)
        tracker = _data_center(url, clock)
        lacks = replace(_JIRA_HTTP, texts_over=0, levels="the server has no security levels", tests=JIRA820)
        lacks = replace(lacks, wishes=_FOREIGN)
        try:
            yield Stage("Jira as jira820", tracker, people, clock, place, lacks)
        finally:
            people.close_connections()


STAGES: dict[str, Opening] = {
    "memory as GitHub": lambda: memory_stage("github"),
    "memory as Jira": lambda: memory_stage("jira"),
    "GitHub over HTTP": github_stage,
    "Jira over HTTP": jira_stage,
    "Jira Data Center over HTTP": data_center_stage,
    "GitHub as emulate": emulate_stage,
    "Jira as jira820": jira820_stage,
}


def _github(url: str, clock: SandboxClock, wanted: Sequence[WantedFields] = (WantedFields(),)) -> GitHubTracker:
    return GitHubTracker("github", url, ACCESS, CODEC, Secret(), now=clock.now, wants=lambda: wanted[0])


def _data_center(url: str, clock: SandboxClock, wanted: Sequence[WantedFields] = (WantedFields(),)) -> JiraTracker:
    given = ("jira", url, "", ACCESS, CODEC, Secret(), clock.now)
    bots = ["robo[bot]"]
    return JiraTracker(*given, wait=wait_none(), edition=DATA_CENTER, bots=bots, wants=lambda: wanted[0])


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
