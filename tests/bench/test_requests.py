"""Requests of a whole case, beside the least that could do it; of looking again; of an idle hour.

A case is played through the real connectors on a company whose clock is driven, with deliveries as they come,
those about our own writes too. What is least is written down at each scene, by these rules:

* A look reads each ticket of the case once, in the fewest requests that the API allows: one on GitHub for all of its
  tickets (fields, comments, history, edits, who reads the repository: GraphQL, up to twenty issues at once, and one
  more for each further hundred of the longest thread; nobody talks so much here). In Jira one for each, and one more
  once we have commented (the markers of comments).
* Everything said, opened, assigned or edited is one write, and so is a link, where the tracker has one: GitHub
  keeps no link to a Jira issue, and Jira keeps one to GitHub. What an answer to a write has told is not read again.
* A text that is kept true (status, plan) is edited once for what has happened together.
* What stays the same for a while (who we are, somebody's rights) was asked before, or is counted where it is first
  needed. Who reads a place is asked once more before something is said where it may be read by others (P14).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, TicketState
from rules.refs import TicketRef
from tests.bench.company import PATIENCE_S, Noted, Sent, by_route, config_for, running_company
from tests.bench.tables import tell
from worker.program import Program, compose
from worker.readiness import Readiness
from worker.sandbox import PROJECT, REPOSITORY, subscribe
from worker.steps import Step
from worker.web import Web
from worker.web_server import WebServer

pytestmark = pytest.mark.bench

FAILURE, ACTION, MORTEM = f"{REPOSITORY}#1", f"{REPOSITORY}#2", f"{PROJECT}-1"
IDLE_HOUR = dt.timedelta(hours=1)
_ROUNDS_MAX = 100


@dataclass(frozen=True)
class Scene:
    """Something that people do, or that time does; and the fewest `reads` and `writes` that answer it, with `why`."""

    name: str
    act: Callable[[Driven], object]
    reads: int
    writes: int
    why: str


class Looks:
    """Counts looks at a case, by the lease that each takes."""

    def __init__(self) -> None:
        self.number = 0

    def reached(self, step: Step, detail: str) -> None:
        self.number += step is Step.LEASED


class Driven:
    """The program without threads: deliveries come over HTTP, and what is due is done when `settle` is called."""

    def __init__(
        self, company: Sandbox, noted: Noted, program: Program, waiting: list[TicketRef], looks: Looks
    ) -> None:
        self.company, self.noted, self.program = company, noted, program
        self._waiting, self._looks = waiting, looks

    @property
    def github(self) -> Site:
        return self.company.world.sites["github"]

    @property
    def jira(self) -> Site:
        return self.company.world.sites["jira"]

    def pass_time(self, span: dt.timedelta) -> None:
        self.company.clock.advance(span)

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

    def is_closed(self) -> bool:
        """Whether every case was let go."""
        return all(row.phase == "closed" for row in self.program.ledger.cases.all())


@contextmanager
def driven(folder: Path) -> Iterator[Driven]:
    """A rebuilt program on an empty company."""
    waiting: list[TicketRef] = []
    with running_company() as (company, noted):
        looks = Looks()
        program = compose(config_for(company, folder), watcher=looks, clock=company.clock, enqueue=waiting.append)
        web = WebServer("127.0.0.1", 0)
        try:
            web.start(Web(program, Readiness(program, lambda: True, list), lambda: None).app)
            subscribe(company, web.url)
            assert program.check().is_good
            program.poller.poll_due()
            program.rebuild()
            noted.take()
            yield Driven(company, noted, program, waiting, looks)
        finally:
            web.stop()
            program.close()


def _fails(it: Driven) -> TicketState:
    return it.github.open_ticket(
        "ada", REPOSITORY, "Checkout is down", "Since nine.", labels=("failure", "sev2"), assignees=("ada",)
    )


def _close_all(it: Driven) -> None:
    it.github.close("ben", ACTION)
    it.github.close("ada", FAILURE)


SCENES = (
    Scene(
        "ada's failure gets its label",
        _fails,
        reads=2,
        writes=5,
        why="read: GitHub 1, audience 1; write: post-mortem, its link, status twice (failure, post-mortem), the ask",
    ),
    Scene(
        "ada speaks up (/ack)",
        lambda it: it.github.comment_on("ada", FAILURE, "/ack We roll back. Next update at noon."),
        reads=4,
        writes=1,
        why="read: GitHub 1, post-mortem 2, ada's rights 1; write: status edited",
    ),
    Scene(
        "ben plans one action (/action)",
        lambda it: it.github.comment_on("ben", FAILURE, "/action Alert when the payment queue grows"),
        reads=4,
        writes=6,
        why="read: GitHub 1, post-mortem 2, ben's rights 1; write: action, 2 links, plan, status edited twice",
    ),
    Scene(
        "the post-mortem is closed",
        lambda it: it.jira.set_status("ada", MORTEM, "Done"),
        reads=3,
        writes=2,
        why="read: GitHub 1, post-mortem 2; write: status edited twice",
    ),
    Scene(
        "the action is overdue and escalates once",
        lambda it: it.pass_time(dt.timedelta(days=31)),
        reads=6,
        writes=1,
        why="read: GitHub 1, post-mortem 2, rights of two, audience; write: one comment to its owner",
    ),
    Scene(
        "action and failure are closed",
        _close_all,
        reads=3,
        writes=3,
        why="read: GitHub 1, post-mortem 2; write: status edited twice, plan edited",
    ),
    Scene(
        "two quiet days: thanks, lesson, the end",
        lambda it: it.pass_time(dt.timedelta(days=2)),
        reads=6,
        writes=3,
        why="read: as above and rights of two, audience; write: thanks, lesson, status edited",
    ),
)


def test_requests_of_a_whole_case_against_the_least_possible(tmp_path: Path) -> None:
    """P9 and the limit of DESIGN 7: what a case costs, scene by scene and route by route; nothing when unchanged."""
    with driven(tmp_path) as it:
        rows, everything = [], []
        for scene in SCENES:
            scene.act(it)
            looks, sent = it.settle(), it.noted.take()
            everything += sent
            rows.append((scene.name, looks, *_against(sent, scene.reads, scene.writes)))
        assert it.is_closed(), "the story was not told to its end"
        _tell_scenes(rows, everything)
        _tell_second_look(it)
        _tell_idle_hour(it)


def _against(sent: list[Sent], reads: int, writes: int) -> tuple[object, ...]:
    written = sum(one.is_write for one in sent)
    free = sum(one.status == 304 for one in sent)
    read = len(sent) - written
    return read, free, reads, read / reads, written, writes, written / writes


def _tell_scenes(rows: list[tuple[object, ...]], everything: list[Sent]) -> None:
    reads, writes = sum(scene.reads for scene in SCENES), sum(scene.writes for scene in SCENES)
    looks = sum(int(str(row[1])) for row in rows)
    tell(
        "Requests of a whole case: failure and action on GitHub, post-mortem in Jira",
        ("scene", "looks", "reads", "of them 304", "least", "ratio", "writes", "least", "ratio"),
        [*rows, ("the whole case", looks, *_against(everything, reads, writes))],
        *(f"least, {scene.name}: {scene.why}" for scene in SCENES),
        "GitHub does not charge for an answer of 304.",
    )
    tell(
        "The same by route",
        ("route", "requests", "of them 304"),
        [(route, number, _free(everything, route)) for route, number in sorted(by_route(everything).items())],
    )


def _free(sent: list[Sent], route: str) -> int:
    return sum(one.route == route and one.status == 304 for one in sent)


def _tell_second_look(it: Driven) -> None:
    """Every ticket is hinted at once more, as by a delivery; nothing has changed."""
    refs = [TicketRef("github", FAILURE), TicketRef("github", ACTION), TicketRef("jira", MORTEM)]
    it.program.ledger.inbox.put(refs, it.program.clock.now())
    looks, sent = it.settle(), it.noted.take()
    assert not any(one.is_write for one in sent), "nothing had changed, and something was written"
    tell(
        f"A second run on unchanged trackers, each ticket hinted at once: looks {looks}, writes 0",
        ("route", "requests", "of them 304", "least (one look)"),
        [(route, number, _free(sent, route), 1) for route, number in sorted(by_route(sent).items())],
    )


def _tell_idle_hour(it: Driven) -> None:
    """An hour in which nothing happens. What the hour before brought once more is not counted."""
    every = it.program.config.poll_every
    for _ in range(IDLE_HOUR // every + 3):
        it.pass_time(every)
        it.program.poller.poll_due()
        it.settle()
    it.noted.take()
    places: Counter[str] = Counter()
    for _ in range(IDLE_HOUR // every):
        it.pass_time(every)
        it.program.poller.poll_due()
        assert it.settle() == 0, "a ticket was looked at although nothing had happened"
        places.update(one.site for one in it.noted.sent)
        sent = it.noted.take()
        assert not any(one.is_write for one in sent)
        places.update(f"{one.site} 304" for one in sent if one.status == 304)
    tell(
        f"An idle hour, polled every {every.total_seconds() / 60:.0f} minutes",
        ("source", "requests", "of them 304", "least", "ratio"),
        [
            (str(place), places[place.tracker], places[f"{place.tracker} 304"], 12, places[place.tracker] / 12)
            for place in it.program.config.places
        ],
    )
