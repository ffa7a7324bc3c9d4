"""A tracker that takes five writes a minute, and sixty cases that all have something to write at ten o'clock.

Over HTTP against the sandbox, through a real queue, with two programs on one ledger; only what is to be written is
given by the test: a label for each case, at which no brake is pulled. The clock is driven: it moves when no look is
under way, so a look that slept for its turn would never end.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
import redis

from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Happening
from connectors.write_limits import Bucket, WriteLimits
from rules.decision import Decision
from rules.effects import AddLabel, Urgency
from rules.facts import Case
from rules.keys import content_digest
from rules.lifecycle import standing_of
from rules.policy import Phase, Policy
from rules.refs import TicketRef
from tests.worker.conftest import START
from worker.clock import stopwatch_s
from worker.config import load_config
from worker.explaining import explain
from worker.ledger.write_budgets import KEPT_AFTER
from worker.program import Program, compose
from worker.queueing import RedisQueue
from worker.reconcile import Reconciler
from worker.sandbox import OUR_ACCOUNT, REPOSITORY
from worker.scheduling import REQUEUE_AFTER, Scheduler
from worker.status import read_status
from worker.valkey import EmbeddedValkey
from worker.write_budget import WriteBudget

CASES, SEVERITIES = 60, (3, 2, 1)
TOLD = "told"
DUE = START + dt.timedelta(hours=1)
SHORT = Bucket(5, 12, "GitHub takes five writes a minute here")
LIMITS = {"github": WriteLimits(SHORT)}
THREADS, PATIENCE_S = 4, 60.0
_ROUNDS_MAX = 2_000


def tell_at_ten(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """Every case wants one label, once the hour has come."""
    case_id = standing_of(case, policy.failure_labels).case
    key = content_digest(case_id)
    urgency = Urgency(policy.severities.of(case.failure.labels))
    told = AddLabel(key=key, case=case_id, rule="r", why="w", ticket=case.failure.ref, label=TOLD, urgency=urgency)
    return Decision(case_id, Phase.ACTIVE, (told,) if now >= DUE else (), (), DUE if now < DUE else None)


class Crew:
    """Two programs on one ledger, and a queue with four threads in front of them."""

    def __init__(self, config_file: Path, company: Sandbox, queue: RedisQueue) -> None:
        self.company, self.queue = company, queue
        self.told: list[tuple[dt.datetime, int, str]] = []
        self.site = company.world.sites["github"]
        # A label that the repository lacks is made once, beside what the budget counts.
        self.site.places[REPOSITORY].labels[TOLD] = "5b7083"
        for number in range(CASES):
            labels = ("failure", f"sev{SEVERITIES[number % 3]}")
            self.site.open_ticket("ada", REPOSITORY, f"Failure {number}", labels=labels)
        config = load_config(config_file, os.environ)
        self.programs = [compose(config, clock=company.clock, limits=LIMITS) for _ in range(2)]
        self._lookers = cycle([self._looker(program) for program in self.programs])
        self.scheduler = Scheduler(self.program.ledger, self._put, company.clock)
        self.program.rebuild()
        self.site.listeners.append(self._heard)
        self._looks, self._under_way = threading.Condition(), 0
        queue.start_workers(self._look_at, THREADS)

    @property
    def program(self) -> Program:
        return self.programs[0]

    def _looker(self, program: Program) -> Reconciler:
        return Reconciler(
            ledger=program.ledger,
            trackers=program.trackers,
            policy=program.policy,
            clock=program.clock,
            watcher=program.metrics,
            installation=program.config.installation,
            tokens=program.stopping.token,
            openings={},
            decide=tell_at_ten,
            budget=WriteBudget(program.ledger.write_budgets, LIMITS),
        )

    def _look_at(self, ref: TicketRef) -> None:
        with self._looks:
            self._under_way += 1
            looker = next(self._lookers)
        try:
            looker.look_at(ref)
        finally:
            with self._looks:
                self._under_way -= 1
                self._looks.notify_all()

    def let_time_pass(self, until: dt.datetime) -> None:
        """Once no look is under way, of which a queue that was emptied knows nothing: what one of them has drawn from
        the budget would reach the tracker later than it was drawn for."""
        with self._looks:
            assert self._looks.wait_for(lambda: not self._under_way, PATIENCE_S), "a look does not end"
            self.company.clock.advance_to(until)

    def _put(self, ref: TicketRef) -> None:
        assert self.queue.put(ref)

    def _heard(self, happening: Happening) -> None:
        """Something reached the tracker."""
        if happening.actor == OUR_ACCOUNT:
            severity = next(one for one in SEVERITIES if f"sev{one}" in happening.ticket.labels)
            self.told.append((happening.at, severity, happening.ticket.key))

    def work_until(self, end: dt.datetime) -> None:
        """Look at all that is due, again and again; then let the clock go on to what comes next."""
        for _ in range(_ROUNDS_MAX):
            if self.scheduler.tick():
                self.let_looks_end()
                continue
            ledger = self.program.ledger
            comes = [at for at in (ledger.cases.next_wake(), ledger.inbox.next_due()) if at]
            if not comes or min(comes) > end:
                self.let_time_pass(end)
                return
            self.let_time_pass(max(min(comes), self.company.clock.now()))
        raise AssertionError("it does not come to rest")

    def let_looks_end(self) -> None:
        deadline = stopwatch_s() + PATIENCE_S
        while not self.queue.is_empty():
            assert stopwatch_s() < deadline, "a look does not end"


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def crew(config_file: Path, company: Sandbox, valkey: EmbeddedValkey) -> Iterator[Crew]:
    queue = RedisQueue(valkey.url, "acme")
    crew = Crew(config_file, company, queue)
    yield crew
    queue.stop_workers(PATIENCE_S)
    queue.close()
    for program in crew.programs:
        program.close()


def assert_within_budget(crew: Crew) -> None:
    """In no stretch of time did more reach the tracker than it takes; and nothing else was sent."""
    moments = [at for at, _, _ in crew.told]
    for first, begin in enumerate(moments):
        for last, end in enumerate(moments[first:], start=first):
            assert last - first + 1 <= SHORT.most_within((end - begin).total_seconds())
    assert crew.company.counts.writes("github", OUR_ACCOUNT) == len(moments)


def assert_each_told_once(crew: Crew) -> None:
    assert set(Counter(key for _, _, key in crew.told).values()) == {1}
    labelled = [ticket for ticket in crew.site.in_place(REPOSITORY) if TOLD in ticket.labels]
    assert len(labelled) == len(crew.told) == CASES


def test_all_is_written_once_the_most_urgent_first_and_never_more_than_the_tracker_takes(crew: Crew) -> None:
    """P3, P6: waiting is a wake-up in the database."""
    crew.work_until(DUE - dt.timedelta(minutes=1))
    assert crew.told == []
    began_s = stopwatch_s()
    crew.work_until(DUE)
    assert len(crew.told) == SHORT.burst
    _tells_who_waits(crew)
    crew.work_until(DUE + dt.timedelta(hours=1))
    took_s = stopwatch_s() - began_s
    assert_each_told_once(crew)
    assert_within_budget(crew)
    severities = [severity for _, severity, _ in crew.told]
    assert severities == sorted(severities), "whatever is graver was written before"
    story_s = (crew.told[-1][0] - DUE).total_seconds()
    assert took_s < story_s, "somebody slept"
    assert story_s <= (CASES - SHORT.burst) * SHORT.every_s + KEPT_AFTER.total_seconds()
    assert read_status(crew.program).troubles == ()


def _tells_who_waits(crew: Crew) -> None:
    """P7, P8: in one line of status, for which nobody has to do anything; and by `explain`, for each case."""
    status = read_status(crew.program)
    (trouble,) = status.troubles
    waiting = CASES - SHORT.burst
    assert trouble.problem.startswith(f"{SHORT.why}: {waiting} cases wait to write there, the most urgent first")
    assert (trouble.where, trouble.needs_person, status.needs_person) == ("github", False, False)
    assert dt.datetime.fromisoformat(trouble.again_at) == DUE + dt.timedelta(seconds=SHORT.every_s)
    wait = crew.program.ledger.write_budgets.waiting(DUE)[0]
    row = crew.program.ledger.cases.get(wait.root)
    assert row is not None
    assert row.wake_at == wait.until
    (explained,) = explain(crew.program, row.failure)
    assert any(line.startswith(SHORT.why) for line in explained.quiet)


def test_a_queue_that_is_emptied_again_and_again_loses_nothing_and_spends_no_more(
    crew: Crew, valkey: EmbeddedValkey
) -> None:
    """P1: what is left of the budget is not in it, and who waits is not either."""
    store = redis.Redis.from_url(valkey.url)
    crew.work_until(DUE - dt.timedelta(minutes=1))
    crew.let_time_pass(DUE)
    for _ in range(5):
        crew.scheduler.tick()
        store.flushall()
        crew.let_looks_end()
        crew.let_time_pass(crew.company.clock.now() + REQUEUE_AFTER / 4)
    crew.work_until(DUE + dt.timedelta(hours=1))
    store.close()
    assert_each_told_once(crew)
    assert_within_budget(crew)
