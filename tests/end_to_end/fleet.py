"""One Aftermath as many processes: webs, workers and schedulers of their own, on Valkey and PostgreSQL.

Nothing of it runs here. Whether everything is at rest is read from queue and ledger, as an operator would.
"""

from __future__ import annotations

import datetime as dt
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import redis

from connectors.sandbox.faults import Fault
from tests.end_to_end.directions import Direction
from tests.end_to_end.office import POLL_EVERY, WEBHOOK_SECRET, Office
from tests.worker.process import PATIENCE_S, Process
from worker.clock import stopwatch_s
from worker.ledger import Ledger, open_ledger
from worker.queueing import RedisQueue
from worker.reconcile import LEASE
from worker.valkey import EmbeddedValkey

_LISTENING = re.compile(r"http://127\.0\.0\.1:\d+")
#: A hint that nobody has touched for so long, in real seconds, waits for time to pass: its worker was killed, or its
#: tracker asked for patience. Far more than a scheduler or a worker needs to get to it.
_STANDSTILL_S = 4.0
_LOOK_EVERY_S = 0.02
_BEFORE = dt.timedelta(minutes=1)


class Fleet(Office):
    """Two processes of each role. `workers` may be killed, stopped and joined by more while it is open."""

    workers: list[Process]
    ledger: Ledger

    def __init__(self, direction: Direction, folder: Path, *, ledger_url: str, is_polling: bool) -> None:
        super().__init__(direction, folder, is_polling=is_polling)
        self._ledger_url = ledger_url

    @contextmanager
    def open(self) -> Iterator[Fleet]:
        """Everything is up and running within the block."""
        with ExitStack() as self._leaving:
            self._leaving.enter_context(self.sandbox)
            valkey = EmbeddedValkey(self.folder / "valkey")
            self._leaving.callback(valkey.stop)
            valkey.start()
            config = self.write_config(
                f"queue: '{valkey.url}'",
                f"ledger: '{self._ledger_url}'",
                f"clock: {self.sandbox.url()}/_sandbox/clock",
                "listen: 127.0.0.1:0",
            )
            self.ledger = open_ledger(config.ledger_url)
            self._leaving.callback(self.ledger.close)
            self._valkey = valkey
            self._places = config.places
            self._queue = RedisQueue(valkey.url, config.installation)
            self._leaving.callback(self._queue.close)
            for role in ("scheduler", "scheduler", "web", "web"):
                process = self._start(role)
                if role == "web" and not self.is_polling:
                    self._subscribe(process)
            self.workers = []
            for _ in range(2):
                self.add_worker()
            self._until(lambda: self.ledger.installation.is_rebuilt(config.installation), "the ledger was never filled")
            yield self

    # --- Aftermath ------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until nothing is due, queued or looked at, and nothing was written while that was found out."""
        self._until(self._is_at_rest, f"it never came to rest at {self.clock.now()}")

    def next_due(self) -> dt.datetime | None:
        return min((at for at in (self.ledger.cases.next_wake(), self.ledger.inbox.next_due()) if at), default=None)

    def problems(self) -> list[str]:
        effects = [row for case in self.ledger.cases.all() for row in self.ledger.effects.of(case.root).values()]
        cases = [case.problem for case in self.ledger.cases.all() if case.problem]
        return cases + [row.problem for row in effects if row.problem and row.state != "confirmed"]

    def add_worker(self) -> None:
        self.workers.append(self._start("worker"))

    def kill_a_worker_at(self, moment: dt.datetime, fault: Fault) -> None:
        """Let a worker die by SIGKILL while its comment that meets the fault is written and not answered, and the
        queue with it. The other one holds still meanwhile, so that it is plain which of them dies."""
        self.pass_until(moment - _BEFORE)
        dying, other = self.workers
        other.signal(signal.SIGSTOP)
        said = self._said()
        self.sandbox.faults.add(fault)
        self.clock.advance_to(moment)
        self._until(lambda: self._said() > said, "nothing was ever said")
        assert self.sandbox.faults.fired
        dying.signal(signal.SIGKILL)
        assert dying.wait() == -signal.SIGKILL
        self.empty_the_queue()
        other.signal(signal.SIGCONT)
        self.workers.remove(dying)
        self.add_worker()
        self.clock.advance(LEASE + _BEFORE)  # nobody may touch the dead one's case before

    def empty_the_queue(self) -> None:
        """As when Redis was lost: whatever was under way in it is gone."""
        with redis.Redis.from_url(self._valkey.url) as client:
            client.flushall()

    def _said(self) -> int:
        """How many comments of ours stand on all tickets."""
        return sum(len(self.ours(ref)) for ref, _ in self.tickets())

    # --- inside ---------------------------------------------------------------------------------

    def _start(self, role: str) -> Process:
        process = Process(role, "--config", self.folder / "aftermath.yaml")
        self._leaving.enter_context(process)
        process.wait_for(f"{role} is running")
        return process

    def _subscribe(self, web: Process) -> None:
        """Both webs hear of everything, so that each delivery comes twice."""
        found = _LISTENING.search(web.text)
        assert found, web.text
        for name, site in self.world.sites.items():
            self.sandbox.courier.subscribe(name, site.kind, f"{found[0]}/webhooks/{name}", secret=WEBHOOK_SECRET)

    def _is_at_rest(self) -> bool:
        before, now = self.sandbox.counts.writes(), self.clock.now()
        wake_at = self.ledger.cases.next_wake()
        return (
            self.sandbox.wait_idle(PATIENCE_S)
            and (wake_at is None or wake_at > now)
            and self._is_polled(now)
            and self._is_inbox_at_rest()
            and self._queue.is_empty()
            and not self.ledger.cases.is_leased(now)
            and self.sandbox.counts.writes() == before
        )

    def _is_polled(self, now: dt.datetime) -> bool:
        """Whether no place is due to be polled. What a poll finds is in the inbox as soon as this can be seen."""
        polled = [self.ledger.inbox.cursor(str(place))[1] for place in self._places]
        return not self.is_polling or all(at and at + POLL_EVERY > now for at in polled)

    def _is_inbox_at_rest(self) -> bool:
        """No hint is left; or those that are wait for time to pass, since nobody has touched them for a while."""
        inbox, since_s = self.ledger.inbox, stopwatch_s()
        seen = (inbox.next_due(), inbox.waiting_since())
        while not inbox.is_empty():
            if (inbox.next_due(), inbox.waiting_since()) != seen:
                return False
            if stopwatch_s() - since_s > _STANDSTILL_S:
                return inbox.is_empty(self.clock.now())
            threading.Event().wait(_LOOK_EVERY_S)
        return True

    @staticmethod
    def _until(is_so: Callable[[], bool], otherwise: str) -> None:
        deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
        while not is_so():
            assert stopwatch_s() < deadline, otherwise
            pause.wait(_LOOK_EVERY_S)
