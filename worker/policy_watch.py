"""Wakes the cases when another policy comes into force: by an edited file, or by a start with other files.

Without it a case would hear of a new rule at its next wake-up, which may be weeks away. All are woken, spread over
some minutes, so that the trackers are not asked about everything at once. Nothing that was said is said again:
what was done is taken away from what the new policy wants as it is at every look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from worker.clock import Clock
from worker.ledger import Ledger
from worker.phrases import counted

#: Every process reads the files by itself, about once a second: none wakes a case before all have.
HEAD_START = dt.timedelta(seconds=10)
#: All active cases are woken within so long after that, evenly: with 600 of them that is one a second.
SPREAD = dt.timedelta(minutes=10)


class InForce(Protocol):
    """What tells which policy is in force."""

    @property
    def digest(self) -> str: ...


class PolicyWatch:
    """`installation` is whose ledger row remembers which policy was in force last, over restarts too."""

    def __init__(self, ledger: Ledger, policy: InForce, clock: Clock, installation: str) -> None:
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._installation = installation
        self._heeded = ""

    def look(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Wake the cases where the policy in force is a new one; `tell` is given a line for people then.

        Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away; the next look does it then.
        """
        digest = self._policy.digest
        if digest == self._heeded:
            return
        begin = self._clock.now() + HEAD_START
        woken = self._ledger.installation.heed_policy(self._installation, digest, begin, SPREAD)
        self._heeded = digest
        if woken is not None:
            minutes = int(SPREAD.total_seconds() // 60)
            cases = counted(woken, "active case")
            tell(f"a new policy is in force; {cases} looked at again within {minutes} minutes, and nothing said twice")
