"""The whole program on a sandbox, over HTTP, worked by hand: nothing runs beside the test, and nothing has to be waited
for."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.sandbox.server import Sandbox
from rules.refs import TicketRef
from worker.config import load_config
from worker.program import compose


class Aftermath:
    """The whole program on the sandbox, over HTTP, worked by hand: it looks when something is due."""

    def __init__(self, config_file: Path, company: Sandbox) -> None:
        self.company = company
        self.config = load_config(config_file, os.environ)
        self._queue: list[TicketRef] = []
        self.program = compose(self.config, clock=company.clock, enqueue=self._queue.append)
        self.program.rebuild_if_new()

    def settle(self) -> None:
        """Poll, and look until nothing is due any more."""
        self.program.poller.poll_due(at_once=True)
        while self.program.scheduler.tick():
            while self._queue:
                self.program.look(self._queue.pop(0))

    def pass_until(self, end: dt.datetime) -> None:
        """Let time pass, awake whenever a case wants it."""
        self.settle()
        while (wake := self._next()) and wake <= end:
            self.company.clock.advance_to(max(wake, self.company.clock.now()))
            self.settle()
        self.company.clock.advance_to(end)

    def _next(self) -> dt.datetime | None:
        ledger = self.program.ledger
        return min((at for at in (ledger.cases.next_wake(), ledger.inbox.next_due()) if at), default=None)


@contextmanager
def working(config_file: Path, company: Sandbox) -> Iterator[Aftermath]:
    aftermath = Aftermath(config_file, company)
    try:
        yield aftermath
    finally:
        aftermath.program.close()
