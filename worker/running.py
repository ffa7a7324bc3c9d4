"""Runs a whole Aftermath in one process: queue, ledger, web, workers, scheduler, polling (`aftermath run`).

Usable in-process too: `with Running(config) as running: …`. A tracker that is away does not keep it from
starting: it is healthy, says that it is not ready, and tries again. What a person has to put right does.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from connectors.errors import TrackerError
from rules.refs import TicketRef
from worker.checking import Checked
from worker.clock import Clock, stopwatch_s
from worker.clock_following import SandboxClockReader
from worker.config import Config
from worker.loops import Loop
from worker.program import Program, compose
from worker.queueing import RedisQueue
from worker.readiness import Readiness
from worker.steps import Watcher
from worker.valkey import EmbeddedValkey, ValkeyError
from worker.web import Web
from worker.web_server import WebServer

#: How often what is due is looked for. A webhook is queued at once; this is the wait of a wake-up.
TICK_S = 0.2
#: How often the poller looks whose turn it is, and whether the policy's files changed.
POLL_LOOK_S = 1.0
#: How long after a tracker was away at the start it is asked again.
CHECK_AGAIN_S = 5.0
SWEEP_OUT_EVERY = dt.timedelta(hours=1)
#: What stopping may take: looks under way end first, then everything else. Together below ten seconds.
LOOKS_END_S = 6.0
LOOPS_END_S = 1.0
VALKEY_STOP_S = 2.0

_log = structlog.get_logger(__name__)


class StartError(Exception):
    """Aftermath cannot start until a person puts something right. The text says what, in sentences."""


class Running:
    """One running Aftermath. `tell` is given a line for people as each part has started.

    `start` raises StartError, PolicyError, PeopleError and LedgerUnreachable, and leaves nothing running then.
    """

    program: Program

    def __init__(
        self,
        config: Config,
        *,
        watcher: Watcher | None = None,
        clock: Clock | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._config = config
        self._watcher = watcher
        self._given_clock = clock
        self._tell = tell
        self._closers: list[Callable[[], object]] = []
        self._ticking = threading.Lock()
        self._checked = Checked()
        self._check_again_s = 0.0
        self._swept_at: dt.datetime | None = None
        self._valkey: EmbeddedValkey | None = None
        self._queue: RedisQueue
        self._web: WebServer
        self._scheduling = Loop("scheduler", TICK_S, self._tick)
        self._polling = Loop("poller", POLL_LOOK_S, self._poll)

    # --- start and stop -------------------------------------------------------------------------

    def start(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End in order: nothing new, looks under way to their present effect, then what they needed."""
        while self._closers:
            closer = self._closers.pop()
            try:
                closer()
            except Exception:  # noqa: BLE001 - every part is stopped, whatever the one before it did
                _log.exception("a part did not stop cleanly")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _start(self) -> None:
        self._start_queue()
        self.program = compose(self._config, watcher=self._watcher, clock=self._given_clock, enqueue=self._enqueue)
        self._closers.append(self.program.close)
        self._tell(f"policy {self.program.policy().name}, {len(self.program.policy().rules)} rules")
        self._start_checked()
        self._start_web()
        self._closers.append(self._end_looks)
        self._queue.start_workers(self.program.look, self._config.workers)
        self._tell(f"{self._config.workers} worker threads")
        for loop in (self._scheduling, self._polling):
            loop.start()
            self._closers.append(loop.ask_to_stop)
        every = int(self._config.poll_every.total_seconds())
        self._tell(f"watching {', '.join(map(str, self._config.watch))}, polled every {every} s")

    def _start_queue(self) -> None:
        config = self._config
        url = config.queue_url
        if not url:
            self._valkey = EmbeddedValkey(config.data / "valkey", stop_timeout_s=VALKEY_STOP_S)
            self._start_valkey(self._valkey)
            self._closers.append(self._valkey.stop)
            url = self._valkey.url
        self._queue = RedisQueue(url, config.installation)
        self._closers.append(self._queue.close)
        if config.queue_url and not self._queue.is_up():
            self._tell("the queue does not answer yet; hints wait in the ledger meanwhile")
        else:
            self._tell(f"queue: {'the Redis at queue:' if config.queue_url else 'a Valkey of our own'}")

    def _start_valkey(self, valkey: EmbeddedValkey) -> None:
        try:
            valkey.start()
        except ValkeyError as error:
            raise StartError(str(error)) from None

    def _start_checked(self) -> None:
        self._checked = self.program.check()
        if self._checked.wrong:
            raise StartError("\n".join(self._checked.wrong))
        for name, account in self._checked.accounts.items():
            self._tell(f"writing on {name} as {account}")
        for sentence in self._checked.away:
            self._tell(f"{sentence} It is asked again every {CHECK_AGAIN_S:.0f} s.")

    def _start_web(self) -> None:
        config = self._config
        try:
            self._web = WebServer(config.host, config.port)
        except OSError as error:
            raise StartError(
                f"Nothing can listen on {config.host}:{config.port} ({error.strerror}): "
                f"is another Aftermath running? Otherwise change `listen:` in the configuration."
            ) from None
        readiness = Readiness(self.program, self._queue.is_up, self._start_problems)
        self._closers.append(self._web.stop)
        self._web.start(Web(self.program, readiness, self._scheduling.nudge).app)
        self._tell(f"listening on {self._web.url} (/webhooks/…, /healthz, /readyz, /metrics)")

    def _end_looks(self) -> None:
        self.program.stopping.ask()
        self._queue.stop_workers(LOOKS_END_S)
        for loop in (self._scheduling, self._polling):
            loop.join(LOOPS_END_S)
        self.program.stopping.hand_back(self.program.ledger, self.program.clock.now())

    # --- what others ask ------------------------------------------------------------------------

    @property
    def web_url(self) -> str:
        return self._web.url

    def nudge(self) -> None:
        """Look at once for what is due, rather than at the next tick: for who has just driven a sandbox's clock."""
        self._polling.nudge()
        self._scheduling.nudge()

    def is_idle(self) -> bool:
        """Whether nothing is due, queued or being looked at. Raises redis.RedisError when the queue is away."""
        program = self.program
        with self._ticking:
            # In the order in which a hint travels backwards, so that it is met wherever it is.
            if not self._queue.is_empty():
                return False
            clock = program.clock
            # Whoever has just driven a sandbox's clock asks about the moment it stands at now.
            now = clock.fresh() if isinstance(clock, SandboxClockReader) else clock.now()
            wake_at = program.ledger.cases.next_wake()
            return (
                program.is_rebuilt()
                and not program.ledger.cases.is_leased(now)
                and program.ledger.inbox.is_empty(now)
                and (wake_at is None or wake_at > now)
            )

    # --- loops ----------------------------------------------------------------------------------

    def _enqueue(self, ref: TicketRef) -> None:
        self._queue.put(ref)

    def _tick(self) -> None:
        if self.program.is_rebuilt():
            with self._ticking:
                self.program.scheduler.tick()

    def _poll(self) -> None:
        program = self.program
        if program.policy.refresh():
            _log.info("the policy's files changed; the new policy is in force", policy=program.policy().name)
        if self._valkey and not self._polling.is_stopping and not self._queue.is_up():
            self._valkey.start()
        if not self._checked.is_good or not program.is_rebuilt():
            self._come_up()
        if program.is_rebuilt():
            program.poller.poll_due()
            self._scheduling.nudge()
        now = program.clock.now()
        if self._swept_at is None or now - self._swept_at >= SWEEP_OUT_EVERY:
            self._swept_at = now
            program.scheduler.sweep_out()

    def _come_up(self) -> None:
        """Ask again whoever was away, and fill a new ledger once everybody is there."""
        if stopwatch_s() < self._check_again_s:
            return
        if not self._checked.is_good:
            self._checked = self.program.check()
            for sentence in (*self._checked.wrong, *self._checked.away):
                _log.warning("a tracker is not ready", problem=sentence)
        if not self.program.is_rebuilt():
            self._rebuild()
        self._check_again_s = stopwatch_s() + CHECK_AGAIN_S

    def _rebuild(self) -> None:
        # Cursors begin before the listing does: what changes meanwhile is seen by the next poll.
        self.program.poller.poll_due()
        try:
            rebuilt = self.program.rebuild_if_new()
        except TrackerError as error:
            _log.warning("the ledger is not yet filled from the trackers", problem=str(error))
            return
        if rebuilt:
            self._tell(f"read from the trackers: {rebuilt.failures} failures, {rebuilt.tickets} tickets of ours")
            self._scheduling.nudge()

    def _start_problems(self) -> list[str]:
        return [*self._checked.wrong, *self._checked.away]
