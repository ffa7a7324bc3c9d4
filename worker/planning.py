"""What Aftermath would do now, without doing any of it (P13): each write as it would stand, why, and its cost.

Reads the trackers and decides as a look would, one step ahead: what follows from these writes (such as the
link to a ticket that is yet to be opened) is decided once they stand. Owners that are to be named count as named,
since they are the ones who are asked. Nothing is written to a tracker. Where
the installation has no filled ledger yet, one in memory takes its place, so that nothing is left behind here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from connectors.errors import Gone, TrackerError
from rules.effects import WriteFile
from rules.facts import Audience
from rules.refs import Place, TicketRef
from worker.brake import Brake
from worker.clock import Clock
from worker.config import Config
from worker.ledger.cases import CaseRow
from worker.ledger.database import open_memory_ledger
from worker.plan import Plan
from worker.planned import PlannedCase, PlannedEffect, planned
from worker.program import Program, compose
from worker.shelving import is_too_wide, too_wide


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests to one tracker."""

    reads: int
    writes: int


@dataclass(frozen=True, slots=True)
class Brakes:
    """What keeps an old backlog from flooding people: failures labelled before `start_at` are left alone, and of new
    comments and tickets, of which `spent` were made within the hour, `sweep_max` may be. `pulled` says why the
    brake holds now, or is empty."""

    start_at: dt.datetime | None
    sweep_max: int
    spent: int
    pulled: str


@dataclass(frozen=True, slots=True)
class WholePlan:
    """Everything, and what planning itself cost in reads. `warnings` are sentences about the whole, `labels` those by
    which the policy knows failures."""

    cases: tuple[PlannedCase, ...]
    reads_spent: int
    brakes: Brakes
    warnings: tuple[str, ...] = field(default=())
    labels: tuple[str, ...] = ("failure",)

    @property
    def now(self) -> list[PlannedEffect]:
        return [effect for case in self.cases for effect in case.effects if not effect.held]

    @property
    def held(self) -> list[PlannedEffect]:
        return [effect for case in self.cases for effect in case.effects if effect.held]

    @property
    def left_alone(self) -> list[PlannedCase]:
        return [case for case in self.cases if case.is_left_alone]

    @property
    def costs(self) -> dict[str, Cost]:
        """What would be sent now, by tracker."""
        trackers = sorted({effect.tracker for effect in self.now})
        of = {name: [effect for effect in self.now if effect.tracker == name] for name in trackers}
        return {name: Cost(sum(e.reads for e in of[name]), sum(e.writes for e in of[name])) for name in trackers}

    @property
    def is_good(self) -> bool:
        return not any(case.problem for case in self.cases)


def compose_as_it_stands(config: Config, clock: Clock | None = None, *, needs_policy: bool = True) -> Program:
    """A program on the installation's ledger where there is one, else on one in memory: nothing is left behind.

    Raises as `compose` does.
    """
    path = Path(config.ledger_url.removeprefix("sqlite:///")) if config.ledger_url.startswith("sqlite:///") else None
    is_there = path is None or path.is_file()
    ledger = None if is_there else open_memory_ledger()
    return compose(config, clock=clock, ledger=ledger, needs_policy=needs_policy)


def plan_all(program: Program, only: TicketRef | None = None) -> WholePlan:
    """The plan for every open case, and for every labelled ticket in the watched places that is no case yet; or for
    those of one ticket.

    A ledger that was never filled is left alone, and one in memory filled in its place. Raises connectors.errors
    where the trackers have to be listed and are away; trouble with one case stays with that case.
    """
    before = program.reads
    if program.is_rebuilt():
        plan = _plan_all(program, only, is_stand_in=False)
    else:
        ledger = open_memory_ledger()
        stand_in = compose(program.config, clock=program.clock, ledger=ledger, trackers=program.trackers)
        stand_in.rebuild()
        plan = _plan_all(stand_in, only, is_stand_in=True)
    return replace(plan, reads_spent=program.reads - before)


def _plan_all(program: Program, only: TicketRef | None, *, is_stand_in: bool) -> WholePlan:
    cases = (*_plan_known(program, only, is_stand_in), *_plan_new(program, only, is_stand_in))
    limits, ledger = program.policy().limits, program.ledger
    brakes = Brakes(
        start_at=limits.start_at,
        sweep_max=limits.sweep_effects_max,
        spent=Brake(ledger).spent(program.clock.now()),
        pulled=ledger.installation.brake(),
    )
    new = sum(effect.is_new and not effect.held for case in cases for effect in case.effects)
    return WholePlan(cases, 0, brakes, tuple(_warnings(brakes, new)), program.policy().failure_labels)


def _warnings(brakes: Brakes, new: int) -> Iterator[str]:
    if brakes.pulled:
        yield f"The brake holds: {brakes.pulled}. `aftermath resume` lifts it."
    if new + brakes.spent >= brakes.sweep_max:
        yield (
            f"{new} new comments and tickets reach the cap of {brakes.sweep_max} an hour: the brake would hold. "
            f"`limits.start_at` leaves older failures alone."
        )


def _plan_known(program: Program, only: TicketRef | None, is_stand_in: bool) -> Iterator[PlannedCase]:
    meant = program.ledger.cases.roots_of(only) if only else None
    # However many cases have a lesson left to be written, their repository is asked about once.
    readers_now = cache(lambda place: program.trackers[place.tracker].audience(place, is_anew=True))
    for row in program.ledger.cases.all():
        if row.phase == "closed" and not _owes_lesson(program, row):
            continue
        if meant is not None and row.root not in meant:
            continue
        try:
            plan = program.reconciler.planner.plan(row.root)
        except TrackerError as error:
            yield PlannedCase(str(row.failure), row.title, row.phase, (), str(error))
            continue
        if plan is not None:
            plan = program.reconciler.planner.with_owners(plan)
            refused = _refused(plan, readers_now)
            yield planned(
                plan,
                program.config.trackers,
                is_stand_in=is_stand_in,
                refused=refused,
                openings=program.config.openings,
            )


def _refused(plan: Plan, readers_now: Callable[[Place], Audience]) -> dict[str, str]:
    """Lessons that would not be written, since more people read their repository (P14). A tracker that does not answer
    refuses nothing: it is asked again before anything is written."""
    files = [effect for effect in plan.admission.admitted if isinstance(effect, WriteFile)]
    try:
        wide = [effect for effect in files if is_too_wide(effect, readers_now)]
    except TrackerError:
        return {}
    return {effect.key: too_wide(effect.place) for effect in wide}


def _owes_lesson(program: Program, row: CaseRow) -> bool:
    """Whether a case that was let go has a lesson left to be written to the repository, so far as the ledger knows."""
    if program.config.lessons is None:
        return False
    effects = program.ledger.effects.of(row.root).values()
    done = sum(effect.kind == WriteFile.kind and effect.state in ("confirmed", "dropped") for effect in effects)
    return done < row.generation


def _plan_new(program: Program, only: TicketRef | None, is_stand_in: bool) -> Iterator[PlannedCase]:
    for ref in _unknown_failures(program):
        if only and ref != only:
            continue
        try:
            ticket = program.trackers[ref.tracker].fetch_ticket(ref)
        except Gone:
            continue
        except TrackerError as error:
            yield PlannedCase(str(ref), "", "active", (), str(error))
            continue
        if not program.ledger.cases.roots_of(ticket.ref):
            plan = program.reconciler.planner.with_owners(program.reconciler.planner.plan_for(ticket))
            yield planned(plan, program.config.trackers, is_stand_in=is_stand_in, openings=program.config.openings)


def _unknown_failures(program: Program) -> list[TicketRef]:
    found: dict[TicketRef, None] = {}
    for place in program.config.watch:
        for label in program.policy().failure_labels:
            for one in program.trackers[place.tracker].labelled(place, label):
                if not program.ledger.cases.roots_of(one.ref):
                    found[one.ref] = None
    return list(found)
