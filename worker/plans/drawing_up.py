"""A plan drawn up to be shown: with what it is held against, the last one or that of another policy, and then kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.refs import TicketRef
from worker.logs import Mask
from worker.phrases import moment
from worker.planning import WholePlan, plan_all
from worker.plans.changes import PlanChanges, changes_between
from worker.plans.keeping import keep, load_memory
from worker.plans.other_policy import plan_both
from worker.plans.remembered import RememberedPlan, remembered
from worker.plans.store import ALONE, BEFORE_RUN, may_keep
from worker.program import Program


@dataclass(frozen=True, slots=True)
class Compared:
    """A plan against another one: the last that was different, or `by_policy` that of the configured policy. Without
    `changes` there is none to compare with, and `why_none` says why the next one has none either, or is empty."""

    changes: PlanChanges | None
    by_policy: bool = False
    why_none: str = ""

    def against(self, zone: dt.tzinfo, now: dt.datetime) -> str:
        """What it is compared with, such as `the plan of 09:12`."""
        if self.by_policy:
            return "the configured policy"
        at = dt.datetime.fromisoformat(self.changes.since) if self.changes else now
        is_today = at.astimezone(zone).date() == now.astimezone(zone).date()
        return f"the plan of {f'{at.astimezone(zone):%H:%M}' if is_today else moment(at, zone)}"


@dataclass(frozen=True, slots=True)
class DrawnUp:
    """A plan, what it is compared with, and in a sentence why it could not be kept for the next one, or nothing."""

    plan: WholePlan
    compared: Compared
    now: dt.datetime
    zone: dt.tzinfo
    why_not_kept: str = ""


def drawn_up(program: Program, other: Program | None = None, only: TicketRef | None = None) -> DrawnUp:
    """The plan of `other`, held against the configured one's, or without it this program's, held against the last.

    A plan for one ticket alone is neither kept nor compared. Raises as `plan_all` does.
    """
    now, zone = program.clock.now(), (other or program).policy().calendar.zone
    if other is not None:
        mine, theirs = plan_both(program, other, only)
        changes = changes_between(_remembered(mine, program, now), _remembered(theirs, other, now))
        return DrawnUp(theirs, Compared(changes, by_policy=True), now, zone)
    plan = plan_all(program, only)
    if only is not None:
        return DrawnUp(plan, Compared(None, why_none=ALONE), now, zone)
    this, memory = _remembered(plan, program, now), load_memory(program.config)
    has_ledger = program.is_rebuilt()
    why_not = keep(program.config, memory.with_plan(this), has_ledger=has_ledger)
    why_none = "" if may_keep(program.config, has_ledger=has_ledger) else BEFORE_RUN
    return DrawnUp(plan, Compared(memory.changes_to(this), why_none=why_none), now, zone, why_not)


def _remembered(plan: WholePlan, program: Program, now: dt.datetime) -> RememberedPlan:
    config = program.config
    return remembered(plan, now.isoformat(), program.policy.digest, config.secret, Mask(config.secrets))
