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

#: A place in the queue for writes holds nobody up after a minute; it is shown among those that wait for so long.
PLACES_KEPT = dt.timedelta(hours=1)


class Scheduler:
    """Queues what is due. Several may run: each step is one transaction that only one of them wins.

    `room` says how many tickets the queue takes now. What waits longer in a full queue than `REQUEUE_AFTER` is due
    again, and without that bound a backlog would be queued anew each minute.
    """

    def __init__(
        self,
        ledger: Ledger,
        enqueue: Callable[[TicketRef], None],
        clock: Clock,
        room: Callable[[], int] = lambda: BATCH_MAX,
    ) -> None:
        self._ledger = ledger
        self._enqueue = enqueue
        self._clock = clock
        self._room = room

    def tick(self) -> int:
        """Queue what is due; how many tickets were queued."""
        now = self._clock.now()
        self._ledger.inbox.ring(now, BATCH_MAX)
        most = min(BATCH_MAX, self._room())
        refs = self._ledger.inbox.claim(now, now + REQUEUE_AFTER, most) if most > 0 else []
        for ref in refs:
            self._enqueue(ref)
        return len(refs)

    def sweep_out(self) -> None:
        """Forget deliveries that nobody will repeat any more, and places that no case came for."""
        now = self._clock.now()
        self._ledger.inbox.forget_deliveries(now - DELIVERIES_KEPT)
        self._ledger.write_budgets.forget_places(now - PLACES_KEPT)
