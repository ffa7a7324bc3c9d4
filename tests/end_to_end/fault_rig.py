"""A company on the sandbox's GitHub and Jira with one real worker around it, over HTTP on this machine.

Everything between a ticket and the ledger is the program's own: connectors, reconciler, scheduler, poller.
Only time is driven: the clock jumps to the next moment at which something is due, so that nothing waits.
The counting is done on the sandbox's own state and not by the code under test.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.errors import TrackerError
from connectors.github.tracker import GitHubTracker
from connectors.jira.edition import CLOUD, DATA_CENTER
from connectors.jira.tracker import JiraTracker
from connectors.markers import MarkerCodec
from connectors.memory.letterbox import Letterbox
from connectors.memory.network import CleanNetwork
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.control_client import SandboxControl
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.letters import LETTERS, Letters
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, TicketState, World
from connectors.tracker import TWIN_LABEL, Tracker
from rules.language.policy_file import load_policy, pack_path
from rules.policy import LabelDo, Policy, Routing, Rule, Shelf, Subject
from rules.refs import Place, TicketRef
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.polling import Poller
from worker.private_channel import PrivateChannel
from worker.rebuild import rebuild
from worker.reconcile import Reconciler
from worker.scheduling import Scheduler
from worker.simulation.people import OURS, PROJECT, REPOSITORY, company, people_file
from worker.steps import NoWatcher, Watcher

SHOP, OPS = Place("github", REPOSITORY), Place("jira", PROJECT)
#: Where lessons are written to, as private as the others.
HANDBOOK = Place("github", "acme/handbook")
PLACES = (SHOP, OPS)
INSTALLATION = "tests"
CODEC = MarkerCodec(INSTALLATION, b"the secret of these tests")
#: A Monday morning in working hours: what is asked for at once is asked for now.
START = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
#: What a client waits for an answer, in real seconds: long beside the sandbox's own work, short for a test.
TIMEOUT_S = 0.5
POLL_EVERY = dt.timedelta(minutes=5)
REBUILD_AGAIN = dt.timedelta(minutes=1)
#: Long enough for everything that is tried again after a minute or found by the next poll.
SETTLING = dt.timedelta(minutes=8)
JIRA_APIS: Mapping[str, type[JiraApi]] = {CLOUD: JiraApi, DATA_CENTER: JiraServerApi}
_ROUNDS_MAX = 300
_MARKER = re.compile(r"aftermath/1 i=\S+ c=\S+ k=(?P<key>\S+) n=(?P<kind>\S+) ")


class DrivenClock(Clock, Protocol):
    """A clock that whoever settles moves forward."""

    def advance_to(self, instant: dt.datetime) -> dt.datetime: ...


class DoesNotSettle(AssertionError):
    """Something is due again and again."""


@cache
def _pack(is_routed: bool) -> Policy:
    lessons = Shelf(HANDBOOK)
    routing = Routing(OPS if is_routed else None, SHOP if is_routed else None, lessons, PLACES)
    return load_policy(pack_path("accountability"), people=people_file(), routing=routing)


#: The pack has no rule that labels at once.
_MARK = Rule(
    id="mark",
    name="a failure is marked when it is one",
    step="own",
    subject=Subject.FAILURE,
    do=(LabelDo("seen"),),
)


def policy_of(rule_ids: tuple[str, ...] = (), *, is_routed: bool = True) -> Policy:
    """The shipped pack, cut down to these of its rules (or `mark`); without any, whole."""
    whole = _pack(is_routed)
    if not rule_ids:
        return whole
    known = {rule.id for rule in whole.rules} | {_MARK.id}
    assert set(rule_ids) <= known, f"the pack has no {set(rule_ids) - known}"
    return replace(whole, rules=tuple(rule for rule in (*whole.rules, _MARK) if rule.id in rule_ids))


class Worker:
    """One worker process's parts, composed as the program composes them. `policy` may be replaced at any time."""

    def __init__(
        self,
        urls: Mapping[str, str],
        ledger: Ledger,
        clock: DrivenClock,
        policy: Policy,
        *,
        watcher: Watcher | None = None,
        timeout_s: float = TIMEOUT_S,
        channel: PrivateChannel | None = None,
        edition: str = CLOUD,
    ) -> None:
        self.policy = policy
        self.ledger = ledger
        self.clock = clock
        access = Access(Secret(f"{OURS}-token"), timeout_s=timeout_s)
        self.github = GitHubTracker(
            "github", urls["github"], access, CODEC, Secret(), now=clock.now, sleep=lambda _: None
        )
        user = "bot@example.org" if edition == CLOUD else ""  # a personal access token stands for itself
        self.jira = JiraTracker(
            "jira", urls["jira"], user, access, CODEC, Secret(), clock.now, wait=wait_none(), edition=edition
        )
        self.trackers: dict[str, Tracker] = {"github": self.github, "jira": self.jira}
        self._waiting: list[TicketRef] = []
        self._scheduler = Scheduler(ledger, self._waiting.append, clock)
        self._poller = Poller(ledger, self.trackers, PLACES, lambda: self.policy, clock, POLL_EVERY)
        self._reconciler = Reconciler(
            ledger=ledger,
            trackers=self.trackers,
            policy=lambda: self.policy,
            clock=clock,
            watcher=watcher or NoWatcher(),
            installation=INSTALLATION,
            tokens=lambda: uuid.uuid4().hex,
            openings={},
            channel=channel or Letterbox(CleanNetwork(), clock.now),
        )

    @property
    def writes(self) -> int:
        """Requests that were meant to change something, so far."""
        return self.github.requests.writes + self.jira.requests.writes

    def settle(self, span: dt.timedelta = SETTLING) -> None:
        """Do what is due until the clock has moved by `span`, jumping over the time between. Raises DoesNotSettle."""
        while not self.ledger.installation.is_rebuilt(INSTALLATION):
            self._poll_all()  # where polling begins, before the listing: nothing falls between
            try:
                rebuild(self.ledger, self.trackers, self.policy, PLACES, self.clock, INSTALLATION)
            except TrackerError:  # some reads are POSTs, and meet what was meant for writes
                self.clock.advance_to(self.clock.now() + REBUILD_AGAIN)
        end = self.clock.now() + span
        for _ in range(_ROUNDS_MAX):
            self._poller.poll_due()
            self._scheduler.tick()
            if self._waiting:
                self._work_off()
                continue
            due_at = self._next_due()
            if due_at > end:
                return
            self.clock.advance_to(max(due_at, self.clock.now()))
        raise DoesNotSettle(f"something was due {_ROUNDS_MAX} times within {span}")

    def hint(self, *refs: TicketRef) -> None:
        """As a delivery does: say that these tickets want looking at."""
        self.ledger.inbox.put(refs, self.clock.now())

    def _work_off(self) -> None:
        while self._waiting:
            self._reconciler.look_at(self._waiting.pop(0))

    def _poll_all(self) -> None:
        for place in PLACES:
            self._poller.poll(place)

    def _next_due(self) -> dt.datetime:
        polled = [self.ledger.inbox.cursor(str(place))[1] for place in PLACES]
        due = [at + POLL_EVERY for at in polled if at]
        due += [at for at in (self.ledger.cases.next_wake(), self.ledger.inbox.next_due()) if at]
        return min(due)


class Company:
    """The sandbox with both sites. `world` is where people act; `ours` is what Aftermath has left there."""

    def __init__(
        self,
        *,
        search_lag_s: float = 0.0,
        github_api: Callable[..., GithubApi] = GithubApi,
        jira_api: Callable[..., JiraApi] | None = None,
        edition: str = CLOUD,
        letters: Callable[[World], Letters] = Letters,
    ) -> None:
        self.clock = SandboxClock(START)
        self.world: World = company(self.clock.now)
        # Who may administer a project may edit without mail to its watchers: then an edit is one request.
        self.jira.accounts[OURS].default_rights = "admin"
        self.github.add_place(HANDBOOK.container)
        self.sandbox = Sandbox(self.clock, self.world)
        self.sandbox.mount(github_api(self.github, self.sandbox.url("github"), self.sandbox.courier))
        jira_api = jira_api or JIRA_APIS[edition]
        self.sandbox.mount(jira_api(self.jira, self.sandbox.url("jira"), self.clock.now, search_lag_s))
        self.sandbox.mount(letters(self.world))

    @property
    def github(self) -> Site:
        return self.world.sites["github"]

    @property
    def jira(self) -> Site:
        return self.world.sites["jira"]

    @property
    def urls(self) -> dict[str, str]:
        return {name: self.sandbox.url(name) for name in self.world.sites}

    @property
    def boxes_url(self) -> str:
        """Where everybody's private letters arrive."""
        return self.sandbox.url(LETTERS)

    def arrived(self) -> list[str]:
        """Whose box each private letter lies in, in the order in which they came."""
        return [letter.to for letter in self.world.letters]

    def tickets(self) -> Iterator[tuple[Site, TicketState]]:
        for site in self.world.sites.values():
            with site.lock:
                yield from ((site, ticket) for ticket in list(site.tickets.values()))

    def refs(self) -> list[TicketRef]:
        return [TicketRef(site.name, ticket.key) for site, ticket in self.tickets()]

    def state(self) -> dict[str, Any]:
        """The whole world, plainly, to be compared with itself."""
        return SandboxControl(self.sandbox.url()).state()

    def ours(self) -> list[str]:
        """Everything that Aftermath has done and that stands, one line each, doubles as two lines, sorted."""
        on_tickets = [line for site, ticket in self.tickets() for line in _ours_on(site, ticket)]
        return sorted([*on_tickets, *_our_files(self.github)])

    def neutralised(self) -> list[str]:
        """Keys of our doubled tickets that are labelled as such and closed."""
        return sorted(ticket.key for _, ticket in self.tickets() if _is_neutralised(ticket))


def _ours_on(site: Site, ticket: TicketState) -> Iterator[str]:
    is_opened_by_us = ticket.reporter == OURS
    if _is_neutralised(ticket):
        return
    if is_opened_by_us:
        yield f"{ticket.key} {marker_kind(ticket)}"
    for comment in ticket.comments:
        if comment.author == OURS:
            yield f"{ticket.key} comment {marker_kind(comment)}"
    for entry in ticket.history:
        if entry.actor == OURS and entry.kind in ("labelled", "assigned") and not is_opened_by_us:
            yield f"{ticket.key} {entry.kind} {entry.new}"
        if entry.actor == OURS and entry.kind == "due":
            yield f"{ticket.key} due {entry.new}"
    for link in ticket.links:
        yield f"{ticket.key} {link.kind} link"
    if ticket.parent_uid is not None:
        yield f"{ticket.key} sub-issue of {site.tickets[ticket.parent_uid].key}"


def _our_files(site: Site) -> Iterator[str]:
    """Each commit of ours: one that changed what another of ours made is a double."""
    with site.lock:
        for place in site.places.values():
            for commit in place.commits:
                if commit.author == OURS:
                    found = _MARKER.search(commit.text or "")
                    yield f"{place.container} file {found['kind'] if found else 'unmarked'}"


def _is_neutralised(ticket: TicketState) -> bool:
    return ticket.reporter == OURS and TWIN_LABEL in ticket.labels and ticket.category == "done"


def marker_kind(written: Any) -> str:
    """What the marker on a ticket or comment says that it is; `unmarked` where there is none."""
    found = _MARKER.search(f"{written.body} {written.properties}")
    return found["kind"] if found else "unmarked"


@contextmanager
def company_with_worker(
    policy: Policy, *, search_lag_s: float = 0.0, ledger: Ledger | None = None, edition: str = CLOUD
) -> Iterator[tuple[Company, Worker]]:
    """A running sandbox and a worker in this process, on that ledger or on one in memory."""
    acme = Company(search_lag_s=search_lag_s, edition=edition)
    kept = ledger or open_memory_ledger()
    try:
        with acme.sandbox:
            yield acme, Worker(acme.urls, kept, acme.clock, policy, edition=edition)
    finally:
        kept.close()
