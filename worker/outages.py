"""Says once that a store which this process lives by went away, and once that it is back: the ledger, the queue.

Several threads meet an outage at the same moment and again every few seconds; for whoever reads the log it is one. A
traceback would tell nothing about it, so there is none.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping

import redis
import structlog
from dramatiq.errors import BrokerConnectionError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from worker.clock import stopwatch_s
from worker.ledger.trouble import cause_in_words

LEDGER, QUEUE = "ledger", "queue"
#: How long ago somebody may have asked who is told now that a store is away.
_ASKED_BEFORE_S = 1.0
_MEANWHILE = {LEDGER: "what was under way is done again when it is back", QUEUE: "hints wait in the ledger"}

_log = structlog.get_logger(__name__)


class Outages:
    """`where` maps a store to its address in words, for the log. Thread-safe."""

    def __init__(self, where: Mapping[str, str] | None = None) -> None:
        self._where = dict(where or {})
        self._lock = threading.Lock()
        self._away_since_s: dict[str, float] = {}
        self._back_since_s: dict[str, float] = {}

    def away(self, store: str, problem: str, *, asked_s: float | None = None) -> None:
        """Somebody could not reach it. `asked_s` is when they asked, by the stopwatch: who asked before it was back and
        was told only now, tells nothing new. Who does not know may have asked a moment ago."""
        asked_s = stopwatch_s() - _ASKED_BEFORE_S if asked_s is None else asked_s
        with self._lock:
            is_old = asked_s < self._back_since_s.get(store, -math.inf)
            if is_old or store in self._away_since_s:
                return
            self._away_since_s[store] = stopwatch_s()
        where = {"at": self._where[store]} if store in self._where else {}
        _log.warning(f"the {store} is away; {_MEANWHILE[store]}", problem=problem, **where)

    def is_away(self, store: str) -> bool:
        with self._lock:
            return store in self._away_since_s

    def back(self, store: str, *, asked_s: float | None = None) -> None:
        """Somebody reached it. Who asked before it went away, by the stopwatch, proves nothing."""
        with self._lock:
            since_s = self._away_since_s.get(store)
            if since_s is None or (asked_s is not None and asked_s < since_s):
                return
            del self._away_since_s[store]
            self._back_since_s[store] = stopwatch_s()
        _log.info(f"the {store} is back", after_s=round(stopwatch_s() - since_s))


def store_that_is_away(error: BaseException) -> str:
    """The store that an error says cannot be reached, or nothing: then it may be a mistake of ours."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return LEDGER
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return LEDGER
    if isinstance(error, BrokerConnectionError | redis.ConnectionError | redis.TimeoutError):
        return QUEUE
    return ""


def problem_in_words(error: BaseException) -> str:
    """What is wrong, for the log; of the ledger in our words, since a driver's may hold its whole address (P11)."""
    return cause_in_words(error) if store_that_is_away(error) == LEDGER else str(error)
