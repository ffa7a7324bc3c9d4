"""One look at a case: lease, fetch, decide, subtract, admit, apply, wake-up. There is no other way (DESIGN 3).

Each look starts from the present state, so every failure heals the same way: by looking again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from connectors.errors import TrackerError
from connectors.tracker import Tracker
from rules.admit import LAST_TURN, OPENING_TURN, turn_of
from rules.decide import decide
from rules.decision import Held
from rules.effects import AnyEffect, Keep, Say
from rules.facts import Comment, Ticket
from rules.policy import Policy
from rules.refs import TicketRef
from worker.apply import Applier, LeaseLost
from worker.audiences import AskedAnew
from worker.brake import Brake
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.inbox import Hint
from worker.news_taking import NewsTaker
from worker.outstanding import Shown
from worker.perform import Openings, Performer
from worker.plan import Decide, Plan, Planner
from worker.private_channel import NoChannel, PrivateChannel
from worker.recognise import Recogniser
from worker.settling import Settler
from worker.steps import Step, Watcher
from worker.waits import patience
from worker.write_budget import Cost, WriteBudget, cost_of, tracker_of

#: How long a case is held without a word; renewed before each request. Longer than a read may take with its tries,
#: and short enough for the case of a worker that died to be in other hands within a minute.
LEASE = dt.timedelta(seconds=50)
#: A look decides again after it did something, so often at most; what is left then is for the next look.
PASSES_MAX = 8
#: What is as grave as this is looked at with the last requests that a tracker allows.
GRAVE = 2
#: When a case is held by somebody else, its hint waits so long.
BUSY_WAIT = dt.timedelta(seconds=5)


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
        openings: Openings,
        decide: Decide = decide,
        on_done: Callable[[AnyEffect, str], None] = lambda _effect, _result: None,
        channel: PrivateChannel | None = None,
        budget: WriteBudget | None = None,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._policy = policy
        self._clock = clock
        self._watcher = watcher
        self._installation = installation
        self._tokens = tokens
        self._recogniser = Recogniser(ledger, trackers, policy, clock)
        self._news = NewsTaker(ledger, policy, clock)
        self._settler = Settler(ledger, self._recogniser, policy, clock, watcher)
        self._brake = Brake(ledger)
        self._budget = budget or WriteBudget(ledger.write_budgets, {})
        #: What a look would do, for whoever only asks.
        self.planner = Planner(ledger, trackers, policy, clock, watcher, installation, decide)
        self._applier = Applier(
            ledger,
            trackers,
            Performer(trackers, openings, channel or NoChannel(), self._addresses_of),
            clock,
            watcher,
            lambda at, person: self._policy().local_day(at, person),
            self._budget,
            lambda: self._policy().limits.mentions_per_day,
            on_done,
        )

    # --- looking at a ticket --------------------------------------------------------------------

    def look_at(self, ref: TicketRef) -> None:
        """Look at every case the ticket belongs to, opening one where it is a failure nobody knew of.

        Never raises for a tracker's trouble: that is recorded, and the hint waits (P7).
        """
        now = self._clock.now()
        hint = self._ledger.inbox.get(ref)
        if not self._ledger.installation.is_rebuilt(self._installation):
            again_at, why = now + BUSY_WAIT, "the ledger is not rebuilt yet"
            self._ledger.inbox.postpone(ref, again_at, why, of=hint, is_trouble=False)
            return
        if rests_until := self._rests_until(ref, now):
            self._ledger.inbox.postpone(ref, rests_until, of=hint, is_trouble=False)
            return
        try:
            known = self._recogniser.recognise(ref)
        except TrackerError as error:
            again_at = now + patience(error, hint.attempts if hint else 0)
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

    def _rests_until(self, ref: TicketRef, now: dt.datetime) -> dt.datetime | None:
        """When every tracker that a look at this ticket would ask may be asked, where one asked for patience; or is
        spared, and the look can wait for that."""
        resting, spared = self._ledger.patience.resting(now), self._ledger.patience.sparing(now)
        if not resting and not spared:
            return None
        roots = self._ledger.cases.roots_of(ref)
        asked = {ref.tracker, *(row.ref.tracker for root in roots for row in self._ledger.cases.tickets(root))}
        rests = resting if self._cannot_wait(roots) else [*resting, *spared]
        return max((rest.until for rest in rests if rest.tracker in asked), default=None)

    def _cannot_wait(self, roots: Sequence[str]) -> bool:
        """Whether one of the cases is grave, or may be: of what was never looked at nobody knows."""
        cases = [self._ledger.cases.get(root) for root in roots]
        return not roots or any(case is None or case.severity <= GRAVE for case in cases)

    def _answer(self, heard: Mapping[TicketRef, Hint], roots: list[str]) -> None:
        """End the hints that stood before the case was last fetched: one look answers for all its tickets."""
        for ref, hint in heard.items():
            if list(self._recogniser.roots_with_case(ref)) == roots:
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
        row = self._ledger.cases.get(root)
        began_with = row.wake_at if row else None
        try:
            self._work(root, token, met, heard, began_with)
        except LeaseLost:
            return False
        except TrackerError as error:
            self._news.doubt(root, token, error)
            self._settler.settle_trouble(root, token, error, began_with)
        self._ledger.cases.release(root, token)
        self._watcher.reached(Step.RELEASED, root)
        return True

    def _work(
        self, root: str, token: str, met: Ticket | None, heard: dict[TicketRef, Hint], began_with: dt.datetime | None
    ) -> None:
        waits: list[dt.datetime] = []
        plan: Plan | None = None
        spared: list[Held] = []
        readers = AskedAnew(self._trackers)
        for _ in range(PASSES_MAX):
            self._hear(root, met, heard)
            plan, met = self.planner.plan(root, met, lambda: self._hold(root, token)), None
            if plan is None:
                self._news.forget(root, token)
                self._settler.settle_gone(root, token, began_with)
                return
            self._watcher.reached(Step.DECIDED, root)
            if readers.has_changed(plan):
                continue  # what would have been said was meant for others
            waits = [at for at in (plan.decision.wake_at, plan.outstanding.waits, plan.admission.wake_at) if at]
            did_something, again = self._apply_all(root, token, plan)
            spared += plan.admission.spared
            waits += again
            if not did_something:
                break
        else:
            waits.append(self._clock.now())
        assert plan is not None
        wake_at = min(waits, default=None)
        self._news.take(root, token, plan, spared)
        self._settler.settle(root, token, plan.gathered, plan.decision, plan.outstanding, wake_at, began_with)

    def _apply_all(self, root: str, token: str, plan: Plan) -> tuple[bool, list[dt.datetime]]:
        """Apply what is admitted, in order. Whether anything was done, and when what waits may go on.

        What changes the facts comes first, and the case is then decided again: a ticket opened is linked in all that is
        said, an owner named is the one who is asked.
        """
        now = self._clock.now()
        if plan.outstanding.adopted:
            self._ledger.effects.adopt(plan.outstanding.adopted, dict(plan.outstanding.results), now)
        admitted = plan.admission.admitted
        if admitted:
            self._ledger.effects.intend(admitted, now)
            self._watcher.reached(Step.INTENDED, root)
        for held in plan.admission.held:
            if held.booking and isinstance(held.effect, Say):
                self._ledger.bookings.book(held.effect, held.booking, now)
        try:
            return self._apply_admitted(root, token, plan)
        finally:
            # However it ended: what went out counts, and what is held for too much must be held until a person says.
            if admitted or plan.admission.held:
                self._brake.look(self._policy().limits, self._clock.now())

    def _apply_admitted(self, root: str, token: str, plan: Plan) -> tuple[bool, list[dt.datetime]]:
        shown = Shown(plan.gathered.case)
        again: list[dt.datetime] = []
        did_something, stops = self._read_back(root, token, plan, again)
        if stops:
            return False, again
        turn = OPENING_TURN if did_something else LAST_TURN
        waiting: set[str] = set()
        for number, effect in enumerate(plan.admission.admitted):
            if turn_of(effect) > turn:
                break
            if tracker_of(effect) in waiting:
                continue
            outcome = self._applier.apply(
                effect,
                plan.gathered.rows.get(effect.key),
                _standing_comment(effect, shown),
                lambda: self._renew(root, token),
                _rest(plan.admission.admitted[number:], shown),
            )
            did_something = did_something or outcome.done
            if outcome.done or outcome.waits:  # what would link a ticket waits for it
                turn = min(turn, turn_of(effect))
            if outcome.waits:
                waiting.add(tracker_of(effect))
            if outcome.again_at:
                again.append(outcome.again_at)
            if outcome.stops:
                return False, again  # the tracker asks for patience: the next request would hear the same
        if not waiting:
            self._budget.leave(root)
        # What waits, waits: fetching the case once more now would change nothing for it.
        return did_something and not (waiting and turn == LAST_TURN), again

    def _read_back(self, root: str, token: str, plan: Plan, again: list[dt.datetime]) -> tuple[bool, bool]:
        """Read back what may have been opened and nobody wants any more: whether a ticket turned up, and whether its
        tracker asks for patience. When to look again goes into `again`."""
        turned_up = False
        for row in plan.outstanding.read_back:
            outcome = self._applier.read_back(row, lambda: self._renew(root, token))
            turned_up = turned_up or outcome.done
            if outcome.again_at:
                again.append(outcome.again_at)
            if outcome.stops:
                return turned_up, True
        return turned_up, False

    def _hold(self, root: str, token: str) -> None:
        if not self._renew(root, token):
            raise LeaseLost

    def _renew(self, root: str, token: str) -> bool:
        now = self._clock.now()
        return self._ledger.cases.renew(root, token, now, now + LEASE)

    def _addresses_of(self, person_id: str) -> tuple[str, ...]:
        """Where somebody is reached privately, as the people file in force says."""
        person = self._policy().people.get(person_id)
        return person.notify if person else ()


def _rest(effects: Sequence[AnyEffect], shown: Shown) -> list[Cost]:
    """What those after the first would cost that are written to the same tracker."""
    first, *others = effects
    mine = (one for one in others if tracker_of(one) == tracker_of(first))
    return [cost_of(one, _standing_comment(one, shown) is not None) for one in mine]


def _standing_comment(effect: AnyEffect, shown: Shown) -> Comment | None:
    return shown.comments.get(effect.key) if isinstance(effect, Keep) else None
