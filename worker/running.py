"""Runs Aftermath in a role: everything in one process (`aftermath run`), or one of web, worker and scheduler.

Here the parts are put together (`worker.parts`), started in order and stopped in the opposite one; what each does
is its own affair. Usable in-process too: `with Running(config) as running: …`. A tracker that is away does not
keep it from starting: it is healthy, says that it is not ready, and tries again. What a person has to put right does
the first time (`worker.parts.tracker_check`).
"""

from __future__ import annotations

from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

import structlog

from rules.refs import TicketRef
from worker.clock import Clock
from worker.clock_following import SandboxClockReader
from worker.config import Config
from worker.ledger.trouble import ledger_in_words
from worker.outages import LEDGER, QUEUE, Outages, problem_in_words, store_that_is_away
from worker.parts.brake_watch import BrakeWatch
from worker.parts.configuration_file import ConfigurationFile
from worker.parts.data_folder import DataFolder
from worker.parts.leading import AlwaysLeading, AnyLeading, Leading
from worker.parts.looking import Looking
from worker.parts.part import Part, StartError, Tell
from worker.parts.policy_files import PolicyFiles
from worker.parts.queue_store import QueueStore
from worker.parts.taking_over import TakingOver
from worker.parts.timekeeping import Timekeeping
from worker.parts.tracker_check import TrackerCheck
from worker.parts.tracker_news import TrackerNews
from worker.parts.upkeep import Upkeep
from worker.parts.web_side import WebSide
from worker.program import Program, compose
from worker.readiness import Readiness
from worker.roles import RUN, Role
from worker.steps import Watcher

__all__ = ["Running", "StartError"]

_log = structlog.get_logger(__name__)

P = TypeVar("P", bound=Part)


class _Opened:
    """The program as a part: it only has to be closed, after everything that uses it."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def start(self) -> None:
        """It was opened by composing it."""

    def ask_to_stop(self) -> None:
        """It does nothing by itself."""

    def stop(self) -> None:
        self._program.close()


def _stores(config: Config) -> dict[str, str]:
    """Where the stores are that a process lives by, without a password."""
    queue = urlsplit(config.queue_url)
    return {LEDGER: ledger_in_words(config.ledger_url), QUEUE: queue.netloc.rpartition("@")[2] or queue.path}


class Running:
    """One running Aftermath. `tell` is given a line for people as each part has started and for each thing that was
    written; `warn` what must be heard even where everything else is quiet (as `tell` unless it is given).

    `start` raises StartError, PolicyError, PeopleError and LedgerUnreachable, and leaves nothing running then.
    """

    program: Program

    def __init__(
        self,
        config: Config,
        *,
        role: Role = RUN,
        watcher: Watcher | None = None,
        clock: Clock | None = None,
        tell: Tell = lambda _: None,
        warn: Tell | None = None,
    ) -> None:
        self._config = config
        self._role = role
        self._watcher = watcher
        self._given_clock = clock
        self._tell = tell
        self._warn = warn or tell
        self._parts: list[Part] = []
        self._outages = Outages(_stores(config))
        self._store = QueueStore(config, tell, self._outages)
        self._web: WebSide
        self._timekeeping: Timekeeping | None = None

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
        for part in reversed(self._parts):
            part.ask_to_stop()
        while self._parts:
            part = self._parts.pop()
            try:
                part.stop()
            except Exception as error:  # noqa: BLE001 - every part is stopped, whatever the one before it did
                if store := store_that_is_away(error):
                    self._outages.away(store, problem_in_words(error))
                else:
                    _log.exception("a part did not stop cleanly", part=type(part).__name__)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _start(self) -> None:
        role = self._role
        if missing := role.missing(self._config):
            raise StartError(missing)
        if not role.is_shared:
            self._add(DataFolder(self._config.data))
        if role.asks_trackers:
            self._add(self._store)
        self.program = program = compose(
            self._config,
            watcher=self._watcher,
            clock=self._given_clock,
            enqueue=self._enqueue,
            room=self._room,
            tell=self._tell,
            outages=self._outages,
        )
        self._add(_Opened(program))
        if not role.is_shared:
            self._add(TakingOver(program, self._tell))
        # A rule that holds in several phases is there once for each.
        rules = {rule.id for rule in program.policy().rules}
        self._tell(f"policy {program.policy().name}, {len(rules)} rules")
        news = TrackerNews()
        check = TrackerCheck(program.check, program.trackers, news, self._tell, self._warn, program.is_rebuilt)
        if role.asks_trackers:
            self._add(check)
        leading: AnyLeading = (
            Leading(program.ledger, program.clock, self._outages) if role.is_shared else AlwaysLeading()
        )
        self._start_web(check, leading)
        if role.looks:
            self._add(Looking(program, self._store, self._tell))
        if role.schedules:
            self._add(leading)
            self._timekeeping = self._add(Timekeeping(program, check, leading, news, self._tell))
        brake = BrakeWatch(program.ledger, self._warn, self._tell).look
        chores = (self._store.keep_up, check.ask_again, brake, program.account_watch.keep_following)
        files = PolicyFiles(program.policy, self._warn, self._tell)
        configuration = ConfigurationFile(program.config.file, self._warn)
        self._add(Upkeep(program, files.look, configuration.look, *(chores if role.asks_trackers else ())))

    def _start_web(self, check: TrackerCheck, leading: AnyLeading) -> None:
        program, role = self.program, self._role
        readiness = Readiness(
            program,
            self._is_queue_up,
            lambda: check.away,
            role=role,
            is_leading=lambda: leading.is_leading,
            what_is_wrong=lambda: check.wrong,
        )
        self._web = self._add(WebSide(program, readiness, self._hurry, self._tell, takes_webhooks=role.takes_webhooks))

    def _add(self, part: P) -> P:
        """Start a part. One that fails to is stopped like the others, for what it had got hold of."""
        self._parts.append(part)
        part.start()
        return part

    def _enqueue(self, ref: TicketRef) -> None:
        self._store.queue.put(ref)

    def _room(self) -> int:
        return self._store.queue.room()

    def _is_queue_up(self) -> bool:
        return self._store.queue.is_up()

    def _hurry(self) -> None:
        if self._timekeeping:
            self._timekeeping.hurry()

    # --- what others ask ------------------------------------------------------------------------

    @property
    def web_url(self) -> str:
        return self._web.url

    def nudge(self) -> None:
        """Look at once for what is due, rather than at the next tick: for who has just driven a sandbox's clock."""
        if self._timekeeping:
            self._timekeeping.nudge()

    def is_idle(self) -> bool:
        """Whether nothing is due, queued or being looked at, in a process that does everything. Raises
        redis.RedisError when the queue is away."""
        assert self._timekeeping
        program = self.program
        with self._timekeeping.ticking:
            # In the order in which a hint travels backwards, so that it is met wherever it is.
            if not self._store.queue.is_empty():
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
