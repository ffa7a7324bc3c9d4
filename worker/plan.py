"""What a look at a case would do now: fetch, decide, subtract, admit. Nothing is written, so anybody may ask.

Every look begins with it, and `plan` and `explain` are nothing else: what they show is what a look would do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.tracker import Tracker
from rules.admit import Budgets, admit
from rules.decision import Admission, Decision
from rules.effects import Assign
from rules.facts import Actor, Case, Ticket
from rules.policy import People, Policy
from worker.brake import Brake
from worker.clock import Clock
from worker.gather import Gathered, Gatherer
from worker.ledger import Ledger
from worker.loud_edits import edited_aloud
from worker.mention_days import MentionDays
from worker.merge_targets import MergeTargets
from worker.outstanding import Outstanding, Shown, outstanding
from worker.passed_over import PassedOver
from worker.rights import TrustMemory
from worker.steps import Step, Watcher

#: The deciding function, as a seam: the simulator's tests hand in broken ones, to see that it finds them.
Decide = Callable[[Policy, Case, dt.datetime], Decision]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a look would do now: for `aftermath plan`, and the first half of every look."""

    gathered: Gathered
    decision: Decision
    outstanding: Outstanding
    admission: Admission


class Planner:
    """Plans for cases, by the policy in force."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        policy: Callable[[], Policy],
        clock: Clock,
        watcher: Watcher,
        installation: str,
        decide: Decide,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._policy = policy
        self._clock = clock
        self._watcher = watcher
        self._installation = installation
        self._decide = decide
        self._brake = Brake(ledger)
        self._trust = TrustMemory()
        self._passed_over = PassedOver()
        self._merge_targets = MergeTargets(trackers)

    def plan(self, root: str, met: Ticket | None = None, still_ours: Callable[[], None] = lambda: None) -> Plan | None:
        """Fetch (all but `met`) and decide, and do nothing. None when the failure's ticket is gone.

        Raises connectors.errors.
        """
        policy = self._policy()
        gathered = self._gatherer(policy).gather(root, self._clock.now(), met, still_ours)
        if gathered is None:
            return None
        self._watcher.reached(Step.FETCHED, root)
        return self._plan(policy, gathered)

    def plan_for(self, ticket: Ticket) -> Plan:
        """What a first look at a failure that the ledger does not know would do. Raises connectors.errors."""
        policy = self._policy()
        gatherer = self._gatherer(policy)
        public, unseen = gatherer.public_places()
        case = replace(gatherer.first_look(ticket, self._clock.now()), public_places=public)
        return self._plan(policy, Gathered(case, {}, notes=tuple(unseen.values()), unseen=frozenset(unseen)))

    def with_owners(self, plan: Plan) -> Plan:
        """The plan as it goes on once the owners that it names are named, as a look goes on: whoever is named is the
        one who gets the ticket and is asked. Nothing is fetched for it."""
        named = [one for one in plan.admission.admitted if isinstance(one, Assign) and not one.is_asked]
        if not named:
            return plan
        policy = self._policy()
        owned = replace(plan.gathered, case=_owned(plan.gathered.case, named, policy.people))
        after = self._plan(policy, owned)
        keys = {one.key for one in named}
        rest = [one for one in after.admission.admitted if one.key not in keys]
        return replace(after, admission=replace(after.admission, admitted=(*named, *rest)))

    def _gatherer(self, policy: Policy) -> Gatherer:
        return Gatherer(
            self._ledger,
            self._trackers,
            policy.failure_labels,
            policy.routing,
            self._trust,
            self._passed_over,
            self._merge_targets,
            policy.item_words,
        )

    def _plan(self, policy: Policy, gathered: Gathered) -> Plan:
        now = self._clock.now()
        decision = self._decide(policy, gathered.case, now)
        filled_at = self._ledger.installation.rebuilt_at(self._installation)
        days = MentionDays(policy, now)
        left = outstanding(decision.effects, gathered.case, gathered.rows, now, filled_at)
        budgets = Budgets(
            limits=policy.limits,
            calendar=policy.calendar,
            calendars=policy.calendars,
            mentioned_today=days.spent(self._ledger.effects.mentioned_on),
            booked=self._ledger.bookings.of(gathered.case.root, days.earliest),
            under_way=frozenset(row.key for row in gathered.rows.values() if row.state == "sent"),
            sweep_effects=self._brake.spent(now),
            is_braked=self._brake.is_on(),
            standing=frozenset(Shown(gathered.case).comments),
            edited_aloud=edited_aloud(gathered.case, self._trackers),
        )
        return Plan(gathered, decision, left, admit(left.todo, budgets, now))


def _owned(case: Case, named: Sequence[Assign], people: People) -> Case:
    """The case as it is once everybody `named` is assigned."""

    def owned(ticket: Ticket) -> Ticket:
        accounts = [one.account for one in named if one.ticket == ticket.ref]
        owners = [Actor(account, people.by_account(ticket.ref.tracker, account).name) for account in accounts]
        return replace(ticket, assignees=(*ticket.assignees, *owners))

    return replace(
        case,
        failure=owned(case.failure),
        post_mortem=owned(case.post_mortem) if case.post_mortem else None,
        actions=tuple(replace(action, ticket=owned(action.ticket)) for action in case.actions),
    )
