"""How a look at a case ends: what it found and when to look again is stored, and what nobody wants any more let go.

After trouble the next look waits longer each time, or as long as the tracker asks. Nothing here asks a tracker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from connectors.errors import TrackerError
from rules.decision import Decision
from rules.effects import Notify
from rules.lifecycle import standing_of
from rules.policy import Policy
from worker.clock import Clock
from worker.gather import Gathered
from worker.ledger import Ledger
from worker.lesson_keeping import keep_lessons
from worker.mending import to_mend
from worker.obeyed import note_obeyed
from worker.outstanding import Outstanding, Shown
from worker.recognise import Recogniser
from worker.steps import Step, Watcher
from worker.waits import asks_for_patience, patience

#: What a person has to mend is looked at again so often at least, since no tracker tells of a right that was given
#: back: sooner where people's commands wait for it.
TO_MEND_SOON, TO_MEND_WAIT = dt.timedelta(hours=4), dt.timedelta(days=1)
#: A tracker that asked for patience so often in a row is more than busy.
ASKED_TOO_OFTEN = 5
#: Of a private message whose sender ended in the middle of sending it.
NOT_KNOWN = (
    "it is not known whether a private message arrived, since its sender was ended; it is not sent a second time"
)


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
        case, now, problem = gathered.case, self._clock.now(), "; ".join(to_mend(gathered, decision))
        standing = standing_of(case, self._policy().failure_labels)
        if problem:
            again_at = now + (TO_MEND_SOON if gathered.notes else TO_MEND_WAIT)
            wake_at = min(wake_at or again_at, again_at)
        self._recogniser.open_cases_among(case.tickets[1:])
        self._supersede(gathered, decision, left)
        self._show_doubtful_letters(gathered, decision)
        keep_lessons(self._ledger, self._policy(), case, now)
        note_obeyed(self._ledger, case)
        self._ledger.cases.settle(
            root,
            token,
            now,
            began_with=began_with,
            wake_at=wake_at,
            title=case.failure.title,
            generation=standing.generation,
            phase=standing.phase.value,
            problem=problem,
            attempts=0,
            severity=self._policy().severities.of(case.failure.labels, case.failure.priority),
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

    def _show_doubtful_letters(self, gathered: Gathered, decision: Decision) -> None:
        """A private message that was recorded as sent when the look began, under the lease, has no sender any more:
        it ended before it could say what came of it. Nobody sends it again, so a person is told (P7)."""
        wanted = {effect.key for effect in decision.effects}
        for row in gathered.rows.values():
            if row.kind == Notify.kind and row.state == "sent" and not row.problem and row.key in wanted:
                self._ledger.effects.leave_in_doubt(row.key, NOT_KNOWN)

    def settle_gone(self, root: str, token: str, began_with: dt.datetime | None) -> None:
        """The failure was deleted or hidden from us: looked at once a day, and shown on `status`."""
        now = self._clock.now()
        problem = (
            "the failure's ticket is gone, or our account may no longer read it: put it back, or give the account its "
            "rights again, and the case goes on"
        )
        again_at = now + dt.timedelta(days=1)
        self._ledger.cases.settle(root, token, now, began_with=began_with, wake_at=again_at, problem=problem)

    def settle_trouble(self, root: str, token: str, error: TrackerError, began_with: dt.datetime | None) -> None:
        """A tracker could not be read. Where it only asked for patience that is the tracker's affair (`status` says
        so once), and no trouble of each case that waits for it.

        A wake-up that is earlier than the next try is kept: what is to be read back by then, or what somebody said
        `retry` to meanwhile, waits for no longer patience than it was given.
        """
        row = self._ledger.cases.get(root)
        attempts = row.attempts if row else 0
        now = self._clock.now()
        read_back_at = [row.not_before for row in self._ledger.effects.of(root).values() if row.state == "sent"]
        known = (at for at in (began_with, *read_back_at) if at and at > now)
        wake_at = min((now + patience(error, attempts), *known))
        values: dict[str, Any] = {"wake_at": wake_at, "attempts": attempts + 1}
        if not asks_for_patience(error) or attempts + 1 >= ASKED_TOO_OFTEN:
            values["problem"] = str(error)
        self._ledger.cases.settle(root, token, now, began_with=began_with, **values)
