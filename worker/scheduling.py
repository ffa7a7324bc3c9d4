"""The scheduler's tick: wake-ups that have come become hints, hints that wait are queued. Holds no state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rules.refs import TicketRef
from worker.clock import Clock
from worker.ledger import Ledger

#: A queued hint that nobody finished is queued again after so long: the queue may have lost it.
REQUEUE_AFTER = dt.timedelta(seconds=60)
#: So much is moved in one tick: a backlog is worked off over several, and no transaction grows large.
BATCH_MAX = 500
#: Deliveries are remembered for so long, to tell a repeated one.
DELIVERIES_KEPT = dt.timedelta(days=7)


class Scheduler:
    """Queues what is due. Several may run: each step is one transaction that only one of them wins."""

    def __init__(self, ledger: Ledger, enqueue: Callable[[TicketRef], None], clock: Clock) -> None:
        self._ledger = ledger
        self._enqueue = enqueue
        self._clock = clock

    def tick(self) -> int:
        """Queue what is due; how many tickets were queued."""
        now = self._clock.now()
        self._ledger.inbox.ring(now, BATCH_MAX)
        refs = self._ledger.inbox.claim(now, now + REQUEUE_AFTER, BATCH_MAX)
        for ref in refs:
            self._enqueue(ref)
        return len(refs)

    def sweep_out(self) -> None:
        """Forget deliveries that nobody will repeat any more."""
        self._ledger.inbox.forget_deliveries(self._clock.now() - DELIVERIES_KEPT)
