"""What an earlier process left in the middle when it was killed: taken over at once where nobody else can be at it.

The lock on the data folder proves that the process before is gone, and with the ledger in that folder nobody else holds
a case. Yet a request that it sent in its last moments may still arrive, so such a case waits until its lease runs out,
as anywhere else: by then the request has arrived or never will, and is read back rather than sent again (P3).
"""

from __future__ import annotations

import datetime as dt

from worker.config import Config
from worker.parts.part import Tell
from worker.phrases import counted
from worker.program import Program
from worker.reconcile import LEASE


class TakingOver:
    """For `aftermath run`, once its data folder is locked and before anything of its own looks at a case."""

    def __init__(self, program: Program, tell: Tell) -> None:
        self._program = program
        self._tell = tell

    def start(self) -> None:
        """Raises sqlalchemy.exc.SQLAlchemyError."""
        ledger, now = self._program.ledger, self._program.clock.now()
        held = ledger.cases.leases(now)
        if not is_alone(self._program.config):
            self._tell_held(held, "unless whoever holds them is at work")
            return
        unanswered = ledger.effects.under_way(now - LEASE)
        free = held.keys() - unanswered
        ledger.cases.end_leases(free)
        ledger.inbox.unclaim(now)
        if free:
            self._tell(f"taking over {counted(len(free), 'case')} that an earlier process left in the middle")
        late = {root: until for root, until in held.items() if root in unanswered}
        self._tell_held(late, "when what was being written as it ended has certainly arrived")

    def _tell_held(self, held: dict[str, dt.datetime], why: str) -> None:
        if held:
            last = max(held.values()).astimezone(self._program.policy().calendar.zone)
            self._tell(f"taking over {counted(len(held), 'case')} of an earlier process at {last:%H:%M:%S}, {why}")

    def ask_to_stop(self) -> None:
        """Nothing goes on by itself."""

    def stop(self) -> None:
        """Nothing is held."""


def is_alone(config: Config) -> bool:
    """Whether the lock on the data folder keeps everybody else from the ledger: it lies in that folder."""
    return config.ledger_url == f"sqlite:///{config.data / 'aftermath.db'}"
