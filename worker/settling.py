"""How a look at a case ends: what it found and when to look again is stored, and what nobody wants any more let go.

After trouble the next look waits longer each time, or as long as the tracker asks. Nothing here asks a tracker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from connectors.errors import Temporary, TrackerError
from connectors.patience import asked_wait
from rules.decision import Decision
from rules.lifecycle import standing_of
from rules.policy import Policy
from rules.refs import TicketRef
from worker.clock import Clock
from worker.gather import Gathered
from worker.ledger import Ledger
from worker.outstanding import Outstanding, Shown
from worker.recognise import Recogniser
from worker.steps import Step, Watcher

#: Wait before looking again after trouble with a tracker, doubled up to the second: short enough that one more blip
#: at the end of an outage does not cost an hour.
TROUBLE_WAIT = (dt.timedelta(seconds=30), dt.timedelta(minutes=10))
#: A tracker that asked for patience so often in a row is more than busy.
ASKED_TOO_OFTEN = 5


class Settler:
    """Stores what a look gave, as long as the case is still held with the look's token."""

    def __init__(
        self, ledger: Ledger, recogniser: Recogniser, policy: Callable[[], Policy], clock: Clock, watcher: Watcher
    ) -> None:
        self._ledger = ledger
        self._recogniser = recogniser
        self._policy = policy
        self._clock = clock
        self._watcher = watcher

    def settle(
        self,
        root: str,
        token: str,
        gathered: Gathered,
        decision: Decision,
        left: Outstanding,
        wake_at: dt.datetime | None,
        began_with: dt.datetime | None,
    ) -> None:
        """The look ended well; `began_with` is the wake-up that stood when it began."""
        case = gathered.case
        standing = standing_of(case, self._policy().failure_labels)
        self._recogniser.open_cases_among(case.tickets[1:])
        self._supersede(gathered, decision, left)
        self._ledger.cases.settle(
            root,
            token,
            self._clock.now(),
            began_with=began_with,
            wake_at=wake_at,
            title=case.failure.title,
            generation=standing.generation,
            phase=standing.phase.value,
            problem="; ".join((*_gone_sentence(gathered.gone), *gathered.notes)),
            attempts=0,
        )
        self._watcher.reached(Step.SETTLED, root)

    def _supersede(self, gathered: Gathered, decision: Decision, left: Outstanding) -> None:
        """What waited for another try and is wanted no longer is let go: `status` asks nobody to mend it."""
        wanted = {effect.key for effect in decision.effects} | {row.key for row in left.doubtful}
        unwanted = [row for row in gathered.rows.values() if row.state != "confirmed" and row.key not in wanted]
        shown = Shown(gathered.case)
        for row in unwanted:
            stands = shown.result_of(row.key)
            if row.state == "sent" and stands:
                self._ledger.effects.confirm(row.key, self._clock.now(), stands)
        self._ledger.effects.supersede(row.key for row in unwanted if row.state != "superseded")

    def settle_gone(self, root: str, token: str) -> None:
        """The failure was deleted or hidden from us: looked at once a day, and shown on `status`."""
        now = self._clock.now()
        problem = "the failure's ticket is gone, or our account may no longer read it"
        self._ledger.cases.settle(root, token, now, wake_at=now + dt.timedelta(days=1), problem=problem)

    def settle_trouble(self, root: str, token: str, error: TrackerError) -> None:
        """A tracker could not be read. Where it only asked for patience that is the tracker's affair (`status` says
        so once), and no trouble of each case that waits for it."""
        row = self._ledger.cases.get(root)
        attempts = row.attempts if row else 0
        now = self._clock.now()
        wake_at = now + patience(error, attempts)
        values: dict[str, Any] = {"wake_at": wake_at, "attempts": attempts + 1}
        if not asks_for_patience(error) or attempts + 1 >= ASKED_TOO_OFTEN:
            values["problem"] = str(error)
        self._ledger.cases.settle(root, token, now, **values)


def asks_for_patience(error: TrackerError) -> bool:
    """Whether the tracker itself named a time: a rate limit, or a server that is being serviced."""
    return isinstance(error, Temporary) and bool(error.retry_after_s)


def patience(error: TrackerError, attempts: int) -> dt.timedelta:
    """How long to wait after trouble: as long as the tracker asks, and longer each time."""
    asked = asked_wait(error) if isinstance(error, Temporary) else None
    return max(_backoff(attempts), asked or dt.timedelta(0))


def _backoff(attempts: int) -> dt.timedelta:
    first, longest = TROUBLE_WAIT
    doublings: int = 1 << min(attempts, 10)
    return min(longest, first * doublings)


def _gone_sentence(gone: tuple[TicketRef, ...]) -> tuple[str, ...]:
    if not gone:
        return ()
    return (f"no longer there, or hidden from our account: {', '.join(map(str, gone))}",)
