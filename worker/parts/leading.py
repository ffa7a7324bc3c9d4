"""Who of several schedulers is at work, and who stands by. Nothing is ever wrong because two believe to lead.

The leader renews its row in the ledger every two seconds; ten seconds after its last word another one takes it.
So a scheduler that died is followed within a quarter of a minute, and one that stops in order hands over at once.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import uuid

import structlog

from worker.clock import Clock
from worker.ledger import Ledger
from worker.loops import Loop
from worker.outages import Outages

LEAD = dt.timedelta(seconds=10)
RENEW_EVERY_S = 2.0
#: The row that schedulers contend for.
LEADERSHIP = "scheduler"
_JOIN_S = 1.0

_log = structlog.get_logger(__name__)


class AlwaysLeading:
    """For a process that is alone by its lock on the data folder."""

    is_leading = True
    is_alone = True

    def start(self) -> None:
        """There is nobody to ask."""

    def ask_to_stop(self) -> None:
        """Nobody waits for it."""

    def stop(self) -> None:
        """Nothing was taken."""


class Leading:
    """One scheduler's claim to lead. Thread-safe: what it knows is one moment, until which it leads."""

    is_alone = False

    def __init__(self, ledger: Ledger, clock: Clock, outages: Outages | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._until: dt.datetime | None = None
        self._was_leading = False
        self._loop = Loop("leadership", RENEW_EVERY_S, self.take, outages)

    @property
    def is_leading(self) -> bool:
        """Whether this process leads now, as far as it knows; false as soon as its time ran out unrenewed."""
        return self._until is not None and self._clock.now() < self._until

    def take(self) -> bool:
        """Renew, or take over where nobody leads; whether this process leads."""
        now = self._clock.now()
        until = now + LEAD
        self._until = until if self._ledger.leaderships.take(LEADERSHIP, self._holder, now, until) else None
        is_leading = self._until is not None
        if is_leading != self._was_leading:
            self._was_leading = is_leading
            _log.info("this scheduler is at work" if is_leading else "another scheduler is at work; this one stands by")
        return is_leading

    def start(self) -> None:
        self.take()
        self._loop.start()

    def ask_to_stop(self) -> None:
        self._loop.ask_to_stop()

    def stop(self) -> None:
        """Hand back, so that the next one need not wait. Raises sqlalchemy.exc.SQLAlchemyError."""
        self.ask_to_stop()
        self._loop.join(_JOIN_S)
        if self._until is not None:
            self._until = None
            self._ledger.leaderships.hand_back(LEADERSHIP, self._holder)


AnyLeading = Leading | AlwaysLeading
