"""The real looks under a clock that is set: from wake-up to wake-up, with a ledger and trackers that nobody else sees.

Everything that decides, admits and writes is what `run` has. What is left out is what lies around it: the queue, other
processes, and limits on how fast is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import update

from connectors.errors import TrackerError
from connectors.tracker import Tracker
from rules.decide import decide
from rules.decision import Decision, Reason
from rules.effects import AnyEffect
from rules.facts import Case
from rules.policy import Policy
from rules.refs import TicketRef
from rules.templates import TemplateRenderError
from worker.ledger import Ledger
from worker.ledger.schema import cases
from worker.perform import STOOD_ALREADY, Openings
from worker.reconcile import Reconciler
from worker.rehearsal.clock import SetClock
from worker.rehearsal.happening import Told, happening_of
from worker.rehearsal.no_post import NoPost
from worker.scheduling import Scheduler
from worker.steps import NoWatcher

#: More ticks at one moment, or moments in one stretch of time, than any policy brings about.
TICKS_MAX, MOMENTS_MAX = 200, 20_000
#: A wake-up that does not move on is passed over by so much.
_STEP = dt.timedelta(seconds=1)
#: Of a tracker that asks for patience nothing is noted with each case.
NO_ANSWER = "a tracker of its tickets does not answer now: ask again in a while."


class DoesNotSettle(Exception):
    """Aftermath went round in circles. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What kept cases from being looked at: they are left out from then on. `roots` are those that are known."""

    at: dt.datetime
    ticket: TicketRef
    sentence: str
    roots: tuple[str, ...] = ()


class Machine:
    """One installation of Aftermath in memory. Every effect that is done is told to `told`."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        policy: Callable[[], Policy],
        clock: SetClock,
        installation: str,
        openings: Openings,
        told: Told,
    ) -> None:
        self.ledger = ledger
        self.clock = clock
        self.troubles: list[Trouble] = []
        self._policy = policy
        self._told = told
        self._reasons: dict[tuple[str, TicketRef], Reason] = {}
        self._looks = 0
        self.reconciler = Reconciler(
            ledger=ledger,
            trackers=trackers,
            policy=policy,
            clock=clock,
            watcher=NoWatcher(),
            installation=installation,
            tokens=self._token,
            openings=openings,
            decide=self._decide,
            on_done=self._done,
            channel=NoPost(),
        )
        self._scheduler = Scheduler(ledger, self._look, clock)

    def settle(self) -> None:
        """Do all that there is to do now. Raises DoesNotSettle."""
        for _ in range(TICKS_MAX):
            if not self._scheduler.tick():
                return
        raise DoesNotSettle(f"Aftermath does not come to rest at {self.clock.at:%Y-%m-%d %H:%M} UTC.")

    def pass_until(self, end: dt.datetime) -> None:
        """Let time go by; Aftermath is woken whenever it wants to be. Raises DoesNotSettle."""
        for _ in range(MOMENTS_MAX):
            self.settle()
            wakes = [at for at in (self.ledger.cases.next_wake(), self.ledger.inbox.next_due()) if at]
            if not wakes or min(wakes) > end:
                self.clock.at = max(self.clock.at, end)
                return
            self.clock.at = max(self.clock.at + _STEP, min(wakes))
        raise DoesNotSettle(f"Aftermath still wakes up at {self.clock.at:%Y-%m-%d %H:%M} UTC, too often to go on.")

    # --- for the real parts ---------------------------------------------------------------------

    def _token(self) -> str:
        self._looks += 1
        return f"look-{self._looks}"

    def _decide(self, policy: Policy, case: Case, now: dt.datetime) -> Decision:
        decision = decide(policy, case, now)
        self._reasons = {(reason.rule, reason.ticket): reason for reason in decision.reasons if reason.is_met}
        return decision

    def _done(self, effect: AnyEffect, result: str) -> None:
        if result != STOOD_ALREADY:
            reason = self._reasons.get((effect.rule, getattr(effect, "ticket", None)))  # type: ignore[arg-type]
            self._told(happening_of(effect, result, self.clock.at, self._policy(), reason))

    def _look(self, ref: TicketRef) -> None:
        try:
            self.reconciler.look_at(ref)
        except (TrackerError, TemplateRenderError) as error:
            self._leave_out(ref, str(error))
            return
        if (hint := self.ledger.inbox.get(ref)) and hint.problem:
            self._leave_out(ref, hint.problem)
        for root in self.ledger.cases.roots_of(ref):
            row = self.ledger.cases.get(root)
            if row and row.attempts:  # a tracker could not be read: it would be asked again and again
                self._leave_out(ref, row.problem or NO_ANSWER)

    def _leave_out(self, ref: TicketRef, why: str) -> None:
        """A case in trouble waits for a person, or for a tracker, and neither comes in a rehearsal."""
        roots = self.ledger.cases.roots_of(ref)
        self.troubles.append(Trouble(self.clock.at, ref, why, tuple(roots)))
        if hint := self.ledger.inbox.get(ref):
            self.ledger.inbox.done(hint)
        with self.ledger.engine.begin() as db:
            db.execute(update(cases).where(cases.c.root.in_(roots)).values(wake_at=None))
