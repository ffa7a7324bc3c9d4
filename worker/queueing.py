"""The queue between noticing and looking: Dramatiq on Redis or Valkey. Only a ticket's address travels in it.

It may be emptied or lost at any moment (P1): a hint stays in the database until a look has ended, and is
queued again when none did. So nothing here retries, and a message twice delivered does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerConnectionError
from dramatiq.middleware import Retries, TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

from rules.refs import TicketRef
from worker.clock import stopwatch_s
from worker.outages import QUEUE, Outages, store_that_is_away

_QUEUE = "looks"
#: A broker that is silent for so long is taken for dead, and its messages go to another.
HEARTBEAT_TIMEOUT_MS = 30_000
#: Out of a million commands, so many look for dead brokers: all. With less, a killed worker's messages wait
#: for a quarter of an hour.
MAINTENANCE_CHANCE = 1_000_000
#: A look takes seconds; one that takes this long hangs, and ends wherever it is. Its effects are read back (P3).
LOOK_TIME_LIMIT_MS = 600_000
#: How long an idle worker sleeps at most before it asks the queue again: what a message may wait.
IDLE_WAKE_MS = 50
#: After a failure the queue is left alone for so long, so that many hints do not wait for a dead one in a row.
REST_AFTER_FAILURE_S = 1.0
#: So many tickets wait in the queue at most, the others in the ledger: a worker takes seconds for each, and what
#: waits longer than a minute is queued a second time.
QUEUED_MAX = 500
_TIMEOUT_S = 5.0
#: Dramatiq's loggers that speak of a queue that cannot be reached, some with a traceback.
_TELLING_OF_OUTAGES = [
    *(f"dramatiq.worker.ConsumerThread({name})" for name in (_QUEUE, f"{_QUEUE}.DQ")),
    "dramatiq.worker.WorkerThread",
    "dramatiq.worker.Worker",
]

Look = Callable[[TicketRef], None]


class RedisQueue:
    """One installation's queue. `installation` keeps several apart on one Redis. Thread-safe."""

    def __init__(
        self,
        url: str,
        installation: str,
        *,
        heartbeat_timeout_ms: int = HEARTBEAT_TIMEOUT_MS,
        outages: Outages | None = None,
    ) -> None:
        self._outages = outages or Outages()
        self._client = redis.Redis.from_url(
            url, socket_connect_timeout=_TIMEOUT_S, socket_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 1)
        )
        self._broker = RedisBroker(  # type: ignore[no-untyped-call]
            client=self._client,
            namespace=f"aftermath-{installation}",
            heartbeat_timeout=heartbeat_timeout_ms,
            maintenance_chance=MAINTENANCE_CHANCE,
            middleware=[TimeLimit(), Retries(max_retries=0)],
        )
        self._look: Look | None = None
        self._actor = self._declare()
        self._worker: dramatiq.Worker | None = None
        self._rests_until_s = 0.0

    def put(self, ref: TicketRef) -> bool:
        """Queue a ticket, full or not. False when the queue is away: its hint is due again in a minute."""
        if stopwatch_s() < self._rests_until_s:
            return False
        try:
            self._actor.send(ref.tracker, ref.key)
        except (redis.RedisError, BrokerConnectionError) as error:
            self._rest(error)
            return False
        self._outages.back(QUEUE)
        return True

    def room(self) -> int:
        """How many more tickets it takes now; none while it is away, so that their hints stay due."""
        if stopwatch_s() < self._rests_until_s:
            return 0
        try:
            queued = int(self._broker.do_qsize(_QUEUE))
        except redis.RedisError as error:
            self._rest(error)
            return 0
        self._outages.back(QUEUE)
        return max(0, QUEUED_MAX - queued)

    def start_workers(self, look: Look, threads: int) -> None:
        """Begin to look at what is queued, on so many threads of this process."""
        self._look = look
        for name in _TELLING_OF_OUTAGES:
            logging.getLogger(name).addFilter(self._filter)
        self._worker = dramatiq.Worker(self._broker, worker_threads=threads, worker_timeout=IDLE_WAKE_MS)
        self._worker.start()

    def stop_workers(self, timeout_s: float) -> None:
        """Begin no further look and wait for those under way; what was fetched ahead goes back."""
        if self._worker:
            self._worker.stop(timeout=int(timeout_s * 1000))
            self._worker = None
            for name in _TELLING_OF_OUTAGES:
                logging.getLogger(name).removeFilter(self._filter)

    def is_up(self) -> bool:
        try:
            is_up = bool(self._client.ping())
        except redis.RedisError as error:
            self._outages.away(QUEUE, str(error))
            return False
        self._outages.back(QUEUE)
        return is_up

    def is_empty(self) -> bool:
        """Whether nothing is queued or being looked at. Raises redis.RedisError when the queue is away."""
        return not self._broker.do_qsize(_QUEUE)

    def close(self) -> None:
        self._broker.close()
        self._client.close()

    def _rest(self, error: Exception) -> None:
        self._rests_until_s = stopwatch_s() + REST_AFTER_FAILURE_S
        self._outages.away(QUEUE, str(error))

    def _filter(self, record: logging.LogRecord) -> bool:
        """Whether dramatiq says anything but that the queue cannot be reached, which it repeats every three seconds."""
        said = [*(record.args if isinstance(record.args, tuple) else ()), (record.exc_info or (None, None))[1]]
        error = next((one for one in said if isinstance(one, Exception) and store_that_is_away(one) == QUEUE), None)
        if error:
            self._outages.away(QUEUE, str(error))
        return error is None

    def _declare(self) -> dramatiq.Actor[[str, str], None]:
        @dramatiq.actor(
            broker=self._broker, actor_name="look", queue_name=_QUEUE, max_retries=0, time_limit=LOOK_TIME_LIMIT_MS
        )
        def look(tracker: str, key: str) -> None:
            if self._look:
                self._look(TicketRef(tracker, key))

        return look
