"""The whole program without its threads, on the company, its clock driven: every request is ours to count."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, TicketState
from connectors.write_limits import WriteLimits
from rules.refs import Place, TicketRef
from tests.bench.company import PATIENCE_S, Noted, Sent, github_api, running_company, written_config
from tests.bench.layouts import Layout
from worker.config import Config, load_config
from worker.program import Program, compose
from worker.readiness import Readiness
from worker.sandbox import OUR_ACCOUNT, subscribe
from worker.steps import Step
from worker.trackers import stored_text
from worker.web import Web
from worker.web_server import WebServer

_ROUNDS_MAX = 1_000


@dataclass(frozen=True)
class Spent:
    """Requests by kind; `points` are those that GitHub counted for GraphQL, `looks` those that it took."""

    reads: int
    free: int
    points: int
    writes: int
    looks: int = 0

    def __add__(self, other: Spent) -> Spent:
        mine, others = vars(self), vars(other)
        return Spent(**{name: value + others[name] for name, value in mine.items()})

    @property
    def requests(self) -> int:
        """All of them."""
        return self.reads + self.writes


NOTHING = Spent(0, 0, 0, 0)


class Looks:
    """Counts looks at a case, by the lease that each takes."""

    def __init__(self) -> None:
        self.number = 0

    def reached(self, step: Step, detail: str) -> None:
        self.number += step is Step.LEASED


class Driven:
    """Deliveries come over HTTP where the company was told our address (`listen`); what is due is done when `settle` is
    called. `sent` are the requests of the last `spend`; `owners` are those who report failures, in turn."""

    program: Program

    def __init__(self, company: Sandbox, noted: Noted, config: Config, layout: Layout) -> None:
        self.company, self.noted, self.config, self.layout = company, noted, config, layout
        self.owners: Sequence[str] = ("ada",)
        self.sent: list[Sent] = []
        self._waiting: list[TicketRef] = []
        self._looks = Looks()

    # --- Aftermath ------------------------------------------------------------------------------

    def begin(self, config: Config | None = None, limits: Mapping[str, WriteLimits] | None = None) -> None:
        """Another process begins, on the ledger that is there. `limits` are on writes; a driven clock has none."""
        self.config = config or self.config
        self.program = compose(
            self.config,
            watcher=self._looks,
            clock=self.company.clock,
            enqueue=self._waiting.append,
            limits=limits,
        )

    def restart(self, config: Config | None = None, limits: Mapping[str, WriteLimits] | None = None) -> None:
        """The process ends and another one begins; nothing but the ledger is left of it."""
        self.program.close()
        self.begin(config, limits)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Webhooks come in within the block."""
        web = WebServer("127.0.0.1", 0)
        try:
            web.start(Web(self.program, Readiness(self.program, lambda: True, list), lambda: None).app)
            subscribe(self.company, web.url)
            yield
        finally:
            web.stop()
            for name in self.company.world.sites:
                for hook in self.company.courier.subscriptions(name):
                    self.company.courier.unsubscribe(hook.id)

    def settle(self) -> int:
        """Do what is due until nothing is; how many looks that took."""
        before = self._looks.number
        for _ in range(_ROUNDS_MAX):
            assert self.company.wait_idle(PATIENCE_S)
            if not self.program.scheduler.tick():
                return self._looks.number - before
            while self._waiting:
                self.program.look(self._waiting.pop(0))
        raise AssertionError("something is due again and again")

    def poll(self) -> None:
        """Let it hear of what changed; the clock is moved so far that every place is due."""
        self.pass_time(self.config.poll_every)
        self.program.poller.poll_due()

    def spend(self, work: Callable[[], int]) -> Spent:
        """What some work costs that gives its looks."""
        self.noted.take()
        points = self._points()
        looks = work()
        self.sent = self.noted.take()
        writes = sum(one.is_write for one in self.sent)
        free = sum(one.status == 304 for one in self.sent)
        return Spent(len(self.sent) - writes, free, self._points() - points, writes, looks)

    def next_due(self) -> dt.datetime | None:
        """The next moment at which something is to be looked at."""
        ledger = self.program.ledger
        return min((at for at in (ledger.cases.next_wake(), ledger.inbox.next_due()) if at), default=None)

    def is_closed(self) -> bool:
        """Whether every case was let go."""
        return all(row.phase == "closed" for row in self.program.ledger.cases.all())

    def refs(self, role: str) -> list[TicketRef]:
        """Tickets of that role, of every case."""
        ledger = self.program.ledger
        rows = (row for case in ledger.cases.all() for row in ledger.cases.tickets(case.root))
        return [row.ref for row in rows if row.role == role]

    # --- time and people ------------------------------------------------------------------------

    def pass_time(self, span: dt.timedelta) -> None:
        self.company.clock.advance(span)

    def site(self, tracker: str) -> Site:
        return self.company.world.sites[tracker]

    def report(self, person: str, place: Place, title: str, *labels: str) -> TicketState:
        """Open a ticket that its reporter owns."""
        return self.site(place.tracker).open_ticket(
            person,
            place.container,
            title,
            self._text(place.tracker, "Since nine."),
            labels=labels,
            assignees=(person,),
        )

    def say(self, person: str, ref: TicketRef, text: str) -> None:
        self.site(ref.tracker).comment_on(person, ref.key, self._text(ref.tracker, text))

    def end(self, person: str, ref: TicketRef) -> None:
        """Close a ticket, as its tracker does that."""
        self.site(ref.tracker).close(person, ref.key)

    def comments_of_ours(self, tracker: str) -> int:
        """How many stand on all of its tickets."""
        tickets = list(self.site(tracker).tickets.values())
        return sum(comment.author == OUR_ACCOUNT for ticket in tickets for comment in ticket.comments)

    def _text(self, tracker: str, text: str) -> Any:
        site = self.site(tracker)
        return stored_text(site.kind, site.edition, text)

    def _points(self) -> int:
        told = github_api(self.company).limits.overview(OUR_ACCOUNT)
        return int(told["resources"]["graphql"]["used"])


@contextmanager
def driven(
    folder: Path, layout: Layout, *, more: str = "", more_people: Sequence[str] = (), listens: bool = True
) -> Iterator[Driven]:
    """A rebuilt program on an empty company, with further lines in its configuration. Without `listens` no webhook
    comes."""
    with running_company(jira=layout.edition, more_people=more_people) as (company, noted):
        for place in layout.places:
            if place.container not in company.world.sites[place.tracker].places:
                company.world.sites[place.tracker].add_place(place.container)
        path = written_config(
            company, folder, change=lambda text: layout.configured(text) + more, more_people=more_people
        )
        it = Driven(company, noted, load_config(path, os.environ), layout)
        it.owners = more_people or it.owners
        it.begin()
        try:
            assert it.program.check().is_good
            it.program.poller.poll_due()
            it.program.rebuild()
            if listens:
                with it.listening():
                    yield it
            else:
                yield it
        finally:
            it.program.close()
