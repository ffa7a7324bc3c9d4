"""One look at a case: lease, fetch, decide, subtract, admit, apply, wake-up. There is no other way (DESIGN 3).

Each look starts from the present state, so every failure heals the same way: by looking again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.errors import Temporary, TrackerError
from connectors.tracker import Tracker
from rules.admit import Budgets, admit, changes_facts
from rules.decide import decide
from rules.decision import Admission, Decision
from rules.effects import AnyEffect, Keep
from rules.facts import Case, Comment, Ticket
from rules.lifecycle import root_of, standing_of
from rules.policy import Policy
from rules.refs import TicketRef
from worker.apply import Applier, LeaseLost
from worker.brake import Brake
from worker.clock import Clock
from worker.gather import Gathered, Gatherer
from worker.ledger import Ledger
from worker.ledger.inbox import Hint
from worker.outstanding import Outstanding, Shown, outstanding
from worker.recognise import Recogniser
from worker.steps import Step, Watcher

#: How long a case is held without a word; renewed before each effect.
LEASE = dt.timedelta(seconds=90)
#: A look decides again after it did something, so often at most; what is left then is for the next look.
PASSES_MAX = 8
#: Wait before looking again after trouble with a tracker, doubled up to the second.
TROUBLE_WAIT = (dt.timedelta(seconds=30), dt.timedelta(minutes=30))
#: When a case is held by somebody else, its hint waits so long.
BUSY_WAIT = dt.timedelta(seconds=5)


#: The deciding function, as a seam: the simulator's tests hand in broken ones, to see that it finds them.
Decide = Callable[[Policy, Case, dt.datetime], Decision]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a look would do now: for `aftermath plan`, and the first half of every look."""

    gathered: Gathered
    decision: Decision
    outstanding: Outstanding
    admission: Admission


class Reconciler:
    """Looks at tickets and brings their cases to where the policy wants them."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        policy: Callable[[], Policy],
        clock: Clock,
        watcher: Watcher,
        installation: str,
        tokens: Callable[[], str],
        ticket_types: Mapping[str, str],
        decide: Decide = decide,
    ) -> None:
        self._decide = decide
        self._ledger = ledger
        self._trackers = trackers
        self._policy = policy
        self._clock = clock
        self._watcher = watcher
        self._installation = installation
        self._tokens = tokens
        self._recogniser = Recogniser(ledger, trackers, policy, clock)
        self._brake = Brake(ledger)
        self._applier = Applier(ledger, trackers, clock, watcher, self._local_day, ticket_types)

    # --- looking at a ticket --------------------------------------------------------------------

    def look_at(self, ref: TicketRef) -> None:
        """Look at every case the ticket belongs to, opening one where it is a failure nobody knew of.

        Never raises for a tracker's trouble: that is recorded, and the hint waits (P7).
        """
        now = self._clock.now()
        hint = self._ledger.inbox.get(ref)
        if not self._ledger.cases.is_rebuilt(self._installation):
            again_at, why = now + BUSY_WAIT, "the ledger is not rebuilt yet"
            self._ledger.inbox.postpone(ref, again_at, why, of=hint, is_trouble=False)
            return
        try:
            known = self._recogniser.recognise(ref)
        except TrackerError as error:
            again_at = now + _patience(error, hint.attempts if hint else 0)
            self._ledger.inbox.postpone(ref, again_at, str(error), of=hint)
            return
        heard = {ref: hint} if hint else {}
        looks = [self._look(root, known.met, heard) for root in known.roots]
        if not all(looks):
            self._ledger.inbox.postpone(ref, self._clock.now() + BUSY_WAIT, of=hint, is_trouble=False)
        elif len(known.roots) == 1:
            self._answer(heard, list(known.roots))
        elif hint:
            self._ledger.inbox.done(hint)

    def _answer(self, heard: Mapping[TicketRef, Hint], roots: list[str]) -> None:
        """End the hints that stood before the case was last fetched: one look answers for all its tickets."""
        for ref, hint in heard.items():
            if self._ledger.cases.roots_of(ref) == roots:
                self._ledger.inbox.done(hint)

    def _hear(self, root: str, met: Ticket | None, heard: dict[TicketRef, Hint]) -> None:
        """Note the hints on a case's tickets, before they are fetched: a later one moves its number, and stays.
        A ticket that was met was fetched already; only the hint that led to it is answered."""
        for row in self._ledger.cases.tickets(root):
            hint = self._ledger.inbox.get(row.ref) if met is None or met.ref != row.ref else None
            if hint:
                heard[row.ref] = hint

    # --- looking at a case ----------------------------------------------------------------------

    def _look(self, root: str, met: Ticket | None, heard: dict[TicketRef, Hint]) -> bool:
        """One look under the lease; False when somebody else holds the case. `met` is a ticket of it that was
        fetched just now."""
        now, token = self._clock.now(), self._tokens()
        if not self._ledger.cases.lease(root, token, now, now + LEASE):
            return False
        self._watcher.reached(Step.LEASED, root)
        try:
            self._work(root, token, met, heard)
        except LeaseLost:
            return False
        except TrackerError as error:
            self._settle_trouble(root, token, error)
        self._ledger.cases.release(root, token)
        self._watcher.reached(Step.RELEASED, root)
        return True

    def _work(self, root: str, token: str, met: Ticket | None, heard: dict[TicketRef, Hint]) -> None:
        waits: list[dt.datetime] = []
        plan: Plan | None = None
        row = self._ledger.cases.get(root)
        began_with = row.wake_at if row else None
        for _ in range(PASSES_MAX):
            self._hear(root, met, heard)
            plan, met = self.plan(root, met, lambda: self._hold(root, token)), None
            if plan is None:
                self._settle_gone(root, token)
                return
            self._watcher.reached(Step.DECIDED, root)
            waits = [at for at in (plan.decision.wake_at, plan.outstanding.waits, plan.admission.wake_at) if at]
            did_something, again = self._apply_all(root, token, plan)
            waits += again
            if not did_something:
                break
        else:
            waits.append(self._clock.now())
        assert plan is not None
        self._settle(root, token, plan, min(waits, default=None), began_with)

    def plan(self, root: str, met: Ticket | None = None, still_ours: Callable[[], None] = lambda: None) -> Plan | None:
        """Fetch (all but `met`) and decide, and do nothing. None when the failure's ticket is gone.

        Raises connectors.errors.
        """
        policy = self._policy()
        gatherer = Gatherer(self._ledger, self._trackers, policy.failure_labels, policy.routing)
        gathered = gatherer.gather(root, self._clock.now(), met, still_ours)
        if gathered is None:
            return None
        self._watcher.reached(Step.FETCHED, root)
        return self._plan(policy, gathered)

    def plan_for(self, ticket: Ticket) -> Plan:
        """What a first look at a failure that the ledger does not know would do."""
        case = Case(root=root_of(ticket), failure=ticket)
        return self._plan(self._policy(), Gathered(case, {}))

    def _plan(self, policy: Policy, gathered: Gathered) -> Plan:
        now = self._clock.now()
        decision = self._decide(policy, gathered.case, now)
        left = outstanding(decision.effects, gathered.case, gathered.rows, now)
        budgets = Budgets(
            limits=policy.limits,
            calendar=policy.calendar,
            mentioned_today=self._ledger.effects.mentioned_on(self._local_day(now)),
            sweep_effects=self._brake.spent(now),
            is_braked=self._brake.is_on(),
            standing=frozenset(Shown(gathered.case).comments),
        )
        return Plan(gathered, decision, left, admit(left.todo, budgets, now))

    def _apply_all(self, root: str, token: str, plan: Plan) -> tuple[bool, list[dt.datetime]]:
        """Apply what is admitted, in order. Whether anything was done, and when what waits may go on.

        What changes the facts comes first, and the case is then decided again: a ticket opened is linked in all that is
        said, an owner named is the one who is asked.
        """
        now = self._clock.now()
        if plan.outstanding.adopted:
            self._ledger.effects.adopt(plan.outstanding.adopted, dict(plan.outstanding.results), now)
        admitted = plan.admission.admitted
        if not admitted:
            return False, []
        self._ledger.effects.intend(admitted, now)
        self._watcher.reached(Step.INTENDED, root)
        shown = Shown(plan.gathered.case)
        did_something, facts_changed, again = False, False, []
        for effect in admitted:
            if facts_changed and not changes_facts(effect):
                break
            outcome = self._applier.apply(
                effect,
                plan.gathered.rows.get(effect.key),
                _standing_comment(effect, shown),
                lambda: self._renew(root, token),
            )
            did_something = did_something or outcome.done
            facts_changed = facts_changed or (outcome.done and changes_facts(effect))
            if outcome.again_at:
                again.append(outcome.again_at)
            if outcome.stops:
                return False, again  # the tracker asks for patience: the next request would hear the same
        self._brake.look(self._policy().limits, self._clock.now())
        return did_something, again

    def _hold(self, root: str, token: str) -> None:
        if not self._renew(root, token):
            raise LeaseLost

    def _renew(self, root: str, token: str) -> bool:
        now = self._clock.now()
        return self._ledger.cases.renew(root, token, now, now + LEASE)

    def _settle(
        self, root: str, token: str, plan: Plan, wake_at: dt.datetime | None, began_with: dt.datetime | None
    ) -> None:
        case = plan.gathered.case
        standing = standing_of(case, self._policy().failure_labels)
        self._recogniser.open_cases_among(case.tickets[1:])
        self._supersede(plan)
        self._ledger.cases.settle(
            root,
            token,
            self._clock.now(),
            began_with=began_with,
            wake_at=wake_at,
            title=case.failure.title,
            generation=standing.generation,
            phase=standing.phase.value,
            problem="; ".join((*_gone_sentence(plan.gathered.gone), *plan.gathered.notes)),
            attempts=0,
        )
        self._watcher.reached(Step.SETTLED, root)

    def _supersede(self, plan: Plan) -> None:
        """What waited for another try and is wanted no longer is let go: `status` asks nobody to mend it."""
        wanted = {effect.key for effect in plan.decision.effects}
        unwanted = [row for row in plan.gathered.rows.values() if row.state != "confirmed" and row.key not in wanted]
        shown = Shown(plan.gathered.case)
        for row in unwanted:
            stands = shown.result_of(row.key)
            if row.state == "sent" and stands:
                self._ledger.effects.confirm(row.key, self._clock.now(), stands)
        self._ledger.effects.supersede(row.key for row in unwanted if row.state != "superseded")

    def _settle_gone(self, root: str, token: str) -> None:
        """The failure was deleted or hidden from us: looked at once a day, and shown on `status`."""
        now = self._clock.now()
        problem = "the failure's ticket is gone, or our account may no longer read it"
        self._ledger.cases.settle(root, token, now, wake_at=now + dt.timedelta(days=1), problem=problem)

    def _settle_trouble(self, root: str, token: str, error: TrackerError) -> None:
        row = self._ledger.cases.get(root)
        attempts = row.attempts if row else 0
        now = self._clock.now()
        wake_at = now + _patience(error, attempts)
        self._ledger.cases.settle(root, token, now, wake_at=wake_at, problem=str(error), attempts=attempts + 1)

    def _local_day(self, at: dt.datetime) -> str:
        return self._policy().calendar.local_date(at).isoformat()


def _patience(error: TrackerError, attempts: int) -> dt.timedelta:
    """How long to wait after trouble: as long as the tracker asks, and longer each time."""
    asked_s = error.retry_after_s if isinstance(error, Temporary) else None
    return max(_backoff(attempts), dt.timedelta(seconds=asked_s or 0))


def _backoff(attempts: int) -> dt.timedelta:
    first, longest = TROUBLE_WAIT
    doublings: int = 1 << min(attempts, 10)
    return min(longest, first * doublings)


def _standing_comment(effect: AnyEffect, shown: Shown) -> Comment | None:
    return shown.comments.get(effect.key) if isinstance(effect, Keep) else None


def _gone_sentence(gone: tuple[TicketRef, ...]) -> tuple[str, ...]:
    if not gone:
        return ()
    return (f"no longer there, or hidden from our account: {', '.join(map(str, gone))}",)
