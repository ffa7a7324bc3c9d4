"""The scheduler at work: queues what is due, polls, asks for failed deliveries again, sends the weekly digest, fills a
new ledger, forgets what is old. Only while it leads.

Every step of it is safe beside another scheduler's; leading saves the requests and the turns of the others.
"""

from __future__ import annotations

import datetime as dt
import threading

import structlog

from connectors.errors import TrackerError
from worker.clock import stopwatch_s
from worker.loops import Loop
from worker.parts.leading import AnyLeading
from worker.parts.part import Tell
from worker.parts.tracker_check import ASK_AGAIN_S, ASK_AGAIN_S_MAX, TrackerCheck
from worker.parts.tracker_news import TrackerNews
from worker.phrases import in_minutes
from worker.program import Program

#: How often what is due is looked for. A webhook to this process is queued at once; this is a wake-up's wait.
TICK_S = 0.2
#: How often the poller looks whose turn it is.
POLL_LOOK_S = 1.0
#: How often it is asked whether a digest is to be sent. Each turn sends one, so that stopping waits for no more.
DIGEST_LOOK_S = 1.0
#: How often it is looked whether it is time to ask what a webhook could not bring.
REDELIVERY_LOOK_S = 2.0
#: How often it is asked whether an account of the people file is to be looked at: each is once a day.
ACCOUNT_LOOK_S = 10.0
SWEEP_OUT_EVERY = dt.timedelta(hours=1)
_JOIN_S = 1.0

_log = structlog.get_logger(__name__)


class Timekeeping:
    """`ticking` is held for each tick: who holds it sees no ticket on its way from ledger to queue."""

    def __init__(
        self, program: Program, check: TrackerCheck, leading: AnyLeading, news: TrackerNews, tell: Tell
    ) -> None:
        self._program = program
        self._check = check
        self._leading = leading
        self._news = news
        self._tell = tell
        self._swept_at: dt.datetime | None = None
        self._has_polled = False
        self._rebuild_wait_s, self._rebuild_again_s = ASK_AGAIN_S, 0.0
        self.ticking = threading.Lock()
        self._ticks = Loop("scheduler", TICK_S, self._tick, program.outages)
        self._polls = Loop("poller", POLL_LOOK_S, self._poll, program.outages)
        self._digests = Loop("digest", DIGEST_LOOK_S, self._post_digest, program.outages)
        self._redeliveries = Loop("redelivery", REDELIVERY_LOOK_S, self._ask_again, program.outages)
        self._accounts = Loop("accounts", ACCOUNT_LOOK_S, self._look_at_accounts, program.outages)

    def start(self) -> None:
        self._ticks.start()
        self._polls.start()
        self._digests.start()
        self._redeliveries.start()
        self._accounts.start()
        config = self._program.config
        every = in_minutes(config.poll_every)
        self._tell(f"watching {', '.join(map(str, config.watch))}, polled every {every}")
        if not self._leading.is_leading:
            self._tell("another scheduler is at work; this one stands by, and takes over when it ends")

    def nudge(self) -> None:
        """Look at once for what changed and for what is due. Returns at once."""
        self._polls.nudge()
        self.hurry()

    def hurry(self) -> None:
        """Queue at once what is due: something new waits. Returns at once."""
        self._ticks.nudge()

    def ask_to_stop(self) -> None:
        self._ticks.ask_to_stop()
        self._polls.ask_to_stop()
        self._digests.ask_to_stop()
        self._redeliveries.ask_to_stop()
        self._accounts.ask_to_stop()

    def stop(self) -> None:
        self.ask_to_stop()
        for loop in (self._ticks, self._polls, self._digests, self._redeliveries, self._accounts):
            loop.join(_JOIN_S)

    # --- what is done again and again -----------------------------------------------------------

    def _tick(self) -> None:
        if self._leading.is_leading and self._program.is_rebuilt():
            with self.ticking:
                self._program.scheduler.tick()

    def _poll(self) -> None:
        program = self._program
        if not self._leading.is_leading:
            self._has_polled = False
            return
        if not program.is_rebuilt():
            self._rebuild()
        if program.is_rebuilt():
            program.policy_watch.look(self._tell)
            self._poll_due()
            self._report_polls()
            self.hurry()
        now = program.clock.now()
        if self._swept_at is None or now - self._swept_at >= SWEEP_OUT_EVERY:
            self._swept_at = now
            program.scheduler.sweep_out()
            program.digest_post.sweep_out()
            program.redeliverer.sweep_out()

    def _poll_due(self) -> None:
        """Who has just begun to lead asks at once, whenever the last one did: somebody may be waiting for it, and what
        did not change costs one conditional request."""
        self._program.poller.poll_due(at_once=not self._has_polled)
        self._has_polled = True

    def _post_digest(self) -> None:
        program = self._program
        if self._leading.is_leading and program.is_rebuilt() and program.digest_post.post_one():
            self._digests.nudge()

    def _ask_again(self) -> None:
        program = self._program
        if self._leading.is_leading and program.is_rebuilt():
            program.redeliverer.ask_due()

    def _look_at_accounts(self) -> None:
        if self._leading.is_leading and self._program.is_rebuilt():
            self._program.account_watch.look()

    def _report_polls(self) -> None:
        problems: dict[str, str] = {}
        for place, problem in self._program.ledger.inbox.poll_problems().items():
            problems.setdefault(place.partition(":")[0], f"{place}: {problem}")
        self._news.report("polls", problems)

    def _rebuild(self) -> None:
        """Fill a new ledger, once every tracker is there."""
        if self._check.problems or stopwatch_s() < self._rebuild_again_s:
            return
        # Cursors begin before the listing does: what changes meanwhile is seen by the next poll.
        self._poll_due()
        try:
            rebuilt = self._program.rebuild_if_new()
        except TrackerError as error:
            _log.warning("the ledger is not yet filled from the trackers", problem=str(error))
            self._rebuild_again_s = stopwatch_s() + self._rebuild_wait_s
            self._rebuild_wait_s = min(ASK_AGAIN_S_MAX, self._rebuild_wait_s * 2)
            return
        if rebuilt:
            self._tell(f"read from the trackers: {rebuilt}")
