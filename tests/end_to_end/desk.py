"""One Aftermath in this process, composed from an office's configuration files.

Everything is the program's own: both vendors' clients over HTTP, webhooks, polling, ledger. Only the queue is left
out: what is due is looked at here, one ticket after another, so that a story takes seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from rules.refs import Place, TicketRef
from tests.end_to_end.office import WEBHOOK_SECRET, Office
from tests.worker.process import PATIENCE_S
from worker.config import Config
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import open_memory_ledger
from worker.program import Program, compose
from worker.readiness import Readiness
from worker.web import Web
from worker.web_server import WebServer

_ROUNDS_MAX = 400


class Desk(Office):
    """An office at which one person could do Aftermath's work. `program` is there while it is open."""

    program: Program
    _config: Config

    @contextmanager
    def open(self) -> Iterator[Desk]:
        """Everything is up and running within the block."""
        self._waiting: list[TicketRef] = []
        with ExitStack() as leaving:
            leaving.enter_context(self.sandbox)
            self._config = self.write_config()
            self._compose()
            leaving.callback(self._close)
            if not self.is_polling:
                web = WebServer("127.0.0.1", 0)
                leaving.callback(web.stop)
                web.start(Web(self.program, self._readiness(), lambda: None).app)
                for name in self.world.sites:
                    self.sandbox.courier.subscribe(
                        name, self.world.sites[name].kind, f"{web.url}/webhooks/{name}", secret=WEBHOOK_SECRET
                    )
            yield self

    # --- Aftermath ------------------------------------------------------------------------------

    def settle(self) -> None:
        for _ in range(_ROUNDS_MAX):
            assert self.sandbox.wait_idle(PATIENCE_S), "a delivery does not arrive"
            self.program.account_watch.look()
            self.program.policy_watch.look()
            self.program.poller.poll_due()
            if not self.program.scheduler.tick():
                return
            while self._waiting:
                self.program.look(self._waiting.pop(0))
        raise AssertionError(f"something is due again and again at {self.clock.now()}")

    def next_due(self) -> dt.datetime | None:
        ledger = self.program.ledger
        return min((at for at in (ledger.cases.next_wake(), ledger.inbox.next_due()) if at), default=None)

    def configure(self, **changes: Any) -> None:
        """Another configuration, from the next time on that Aftermath begins."""
        self._config = replace(self._config, **changes)

    def rewrite(self, old: Place, new: Place) -> None:
        """Write another name for a place into the configuration, and begin again with it and the ledger that is."""
        config = self._config
        routed = {
            "post_mortems": new if config.post_mortems == old else config.post_mortems,
            "actions": new if config.actions == old else config.actions,
        }
        self.configure(watch=tuple(new if place == old else place for place in config.watch), **routed)
        self.program = compose(self._config, clock=self.clock, ledger=self.program.ledger, enqueue=self._waiting.append)

    def lose_the_database(self) -> None:
        """An empty one takes its place, and is rebuilt from the trackers. Only where nothing comes by webhook."""
        assert self.is_polling
        self.program.close()
        self._compose()

    @property
    def writes(self) -> int:
        """Requests of ours that were meant to change something, so far."""
        return sum(meter.writes for meter in self.program.meters.values())

    def problems(self) -> list[str]:
        cases = [case.problem for case in self.program.ledger.cases.all() if case.problem]
        return cases + [row.problem for row in self._rows() if row.problem and row.state != "confirmed"]

    def _rows(self) -> list[Any]:
        cases, effects = self.program.ledger.cases, self.program.ledger.effects
        return [row for case in cases.all() for row in effects.of(case.root).values()]

    def _close(self) -> None:
        self.program.close()

    def _compose(self) -> None:
        self.program = compose(self._config, clock=self.clock, ledger=self._new_ledger(), enqueue=self._waiting.append)
        checked = self.program.check()
        assert checked.is_good, checked
        for place in self._config.places:  # where polling begins, before the listing: nothing falls between
            self.program.poller.poll(place)
        self.program.rebuild()

    def _new_ledger(self) -> Ledger:
        # Deliveries come in on a thread of their own, which a database in memory is not for.
        return open_memory_ledger() if self.is_polling else open_ledger(f"sqlite:///{self.folder / 'ledger.db'}")

    def _readiness(self) -> Readiness:
        return Readiness(self.program, lambda: True, list)
