"""What Aftermath would do now, without doing any of it (P13): each write as it would stand, why, and its cost.

Reads the trackers and decides as a look would, one step ahead: what follows from these writes (such as the
link to a ticket that is yet to be opened) is decided once they stand. Nothing is written to a tracker. Where
the installation has no filled ledger yet, one in memory takes its place, so that nothing is left behind here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import Gone, TrackerError
from rules.effects import AddLabel, AnyEffect, Assign, CloseTwin, Keep, LinkTickets, OpenTicket, RetractComment, Say
from rules.refs import TicketRef
from worker.brake import Brake
from worker.clock import Clock
from worker.config import Config, TrackerSettings
from worker.ledger.database import open_memory_ledger
from worker.program import Program, compose
from worker.reconcile import Plan

_MENTION = re.compile(r"\[([^\]\n]*)\]\(mention:([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """One write. `text` is the body as it would stand, or empty; `reads` and `writes` are requests.

    `held` says why it would wait, empty where it would be done now; `until` when to ask again, ISO or empty.
    """

    what: str
    ticket: str
    title: str
    text: str
    rule: str
    why: str
    reads: int
    writes: int
    held: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """One failure. `problem` says why nothing could be planned for it."""

    failure: str
    title: str
    phase: str
    effects: tuple[PlannedEffect, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WholePlan:
    """Everything, and what planning itself cost in reads. `warnings` are sentences about the whole."""

    cases: tuple[PlannedCase, ...]
    reads_spent: int
    warnings: tuple[str, ...] = ()

    @property
    def now(self) -> list[PlannedEffect]:
        return [effect for case in self.cases for effect in case.effects if not effect.held]

    @property
    def held(self) -> list[PlannedEffect]:
        return [effect for case in self.cases for effect in case.effects if effect.held]

    @property
    def is_good(self) -> bool:
        return not any(case.problem for case in self.cases)


def compose_for_planning(config: Config, clock: Clock | None = None) -> Program:
    """A program on the installation's ledger where that is filled, else on one in memory, filled from the trackers.

    Raises as `compose` does, and connectors.errors where the trackers have to be read and are away.
    """
    path = Path(config.ledger_url.removeprefix("sqlite:///")) if config.ledger_url.startswith("sqlite:///") else None
    if path is None or path.is_file():
        program = compose(config, clock=clock)
        if program.is_rebuilt():
            return program
        program.close()
    program = compose(config, clock=clock, ledger=open_memory_ledger())
    program.rebuild()
    return program


def plan_all(program: Program) -> WholePlan:
    """The plan for every open case, and for every labelled ticket in the watched places that is no case yet.

    Raises connectors.errors where a watched place cannot be listed; trouble with one case stays with that case.
    """
    before = _reads(program)
    cases = [*_plan_known(program), *_plan_new(program)]
    now = program.clock.now()
    whole = WholePlan(tuple(cases), 0)
    events = sum(effect.what.startswith(("comment", "open")) for effect in whole.now)
    limits = program.policy().limits
    warnings = []
    if reason := program.ledger.cases.brake():
        warnings.append(f"The brake holds: {reason}. `aftermath resume` lifts it.")
    if events + Brake(program.ledger).spent(now) >= limits.sweep_effects_max:
        warnings.append(
            f"{events} new comments and tickets reach the cap of {limits.sweep_effects_max} an hour: the brake "
            f"would hold. `limits.start_at` leaves older failures alone."
        )
    return WholePlan(tuple(cases), _reads(program) - before, tuple(warnings))


def _plan_known(program: Program) -> Iterator[PlannedCase]:
    for row in program.ledger.cases.all():
        if row.phase == "closed":
            continue
        try:
            plan = program.reconciler.plan(row.root)
        except TrackerError as error:
            yield PlannedCase(str(row.failure), row.title, row.phase, (), str(error))
            continue
        if plan is not None:
            yield planned(plan, program.config.trackers)


def _plan_new(program: Program) -> Iterator[PlannedCase]:
    for ref in _unknown_failures(program):
        try:
            ticket = program.trackers[ref.tracker].fetch_ticket(ref)
        except Gone:
            continue
        except TrackerError as error:
            yield PlannedCase(str(ref), "", "active", (), str(error))
            continue
        if not program.ledger.cases.roots_of(ticket.ref):
            yield planned(program.reconciler.plan_for(ticket), program.config.trackers)


def _unknown_failures(program: Program) -> list[TicketRef]:
    found: dict[TicketRef, None] = {}
    for place in program.config.watch:
        for label in program.policy().failure_labels:
            for one in program.trackers[place.tracker].labelled(place, label):
                if not program.ledger.cases.roots_of(one.ref):
                    found[one.ref] = None
    return list(found)


def planned(plan: Plan, trackers: Mapping[str, TrackerSettings]) -> PlannedCase:
    """One case's plan as it is shown."""
    failure = plan.gathered.case.failure
    effects = [_planned_effect(effect, trackers) for effect in plan.admission.admitted]
    effects += [
        _planned_effect(held.effect, trackers, held.why, held.until.isoformat() if held.until else "")
        for held in plan.admission.held
    ]
    return PlannedCase(str(failure.ref), failure.title, plan.decision.phase.value, tuple(effects))


def _planned_effect(
    effect: AnyEffect, trackers: Mapping[str, TrackerSettings], held: str = "", until: str = ""
) -> PlannedEffect:
    what, title, text = _shown(effect)
    reads, writes = _cost(effect)
    where = effect.place if isinstance(effect, OpenTicket) else effect.ticket
    text = as_it_would_stand(text, by_login=trackers[where.tracker].kind == "github")
    return PlannedEffect(what, str(where), title, text, effect.rule, effect.why, reads, writes, held, until)


def _shown(effect: AnyEffect) -> tuple[str, str, str]:
    """What is done, in words; a title; a body."""
    match effect:
        case OpenTicket():
            return f"open {_a(effect.role)}", effect.title, effect.body
        case Say():
            return f"comment ({effect.text})", "", effect.body
        case Keep():
            return f"keep the {effect.slot} comment", "", effect.body
        case AddLabel():
            return f'add the label "{effect.label}"', "", ""
        case Assign():
            return f"assign {effect.account}", "", ""
        case LinkTickets():
            return f"link to {effect.target} ({effect.relation})", effect.title, ""
        case RetractComment():
            return "take a doubled comment of ours out of sight", "", ""
        case CloseTwin():
            return f"close our doubled ticket, a duplicate of {effect.original}", "", ""


def _cost(effect: AnyEffect) -> tuple[int, int]:
    """Reads and writes that the effect takes when all goes well; a tracker may want one more for a new label."""
    match effect:
        case OpenTicket():
            return 1, 1
        case CloseTwin():
            return 0, 2
        case _:
            return 0, 1


def as_it_would_stand(body: str, *, by_login: bool) -> str:
    """A body with its mentions as a reader sees them: GitHub shows the login, Jira the name."""
    return _MENTION.sub(lambda found: f"@{found[2] if by_login else found[1] or found[2]}", body)


def _a(role: str) -> str:
    return f"an {role}" if role[:1] in "aeiou" else f"a {role}"


def _reads(program: Program) -> int:
    return sum(meter.reads for meter in program.meters.values())
