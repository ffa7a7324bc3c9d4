"""The plan of another policy than the configured one, beside that one's: trackers are asked once for both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rules.refs import TicketRef
from worker.planning import WholePlan, plan_all
from worker.program import Program, compose
from worker.rehearsal.future import overlays_of
from worker.rehearsal.ledger_copy import copy_of


def with_policy(program: Program, policy: Path) -> Program:
    """The same installation under another policy: with a copy of its ledger, and trackers that are read once and never
    written to. Raises PolicyError."""
    config = replace(program.config, policy=policy)
    return compose(
        config,
        clock=program.clock,
        ledger=copy_of(program.ledger),
        trackers=overlays_of(program, program.clock.now),
    )


@contextmanager
def as_configured(program: Program, other: Program) -> Iterator[Program]:
    """The program under its own policy, on the trackers of `other`, which `with_policy` made: what the one has read the
    other need not read again."""
    configured = compose(program.config, clock=program.clock, ledger=copy_of(program.ledger), trackers=other.trackers)
    try:
        yield configured
    finally:
        configured.ledger.close()


def plan_both(program: Program, other: Program, only: TicketRef | None = None) -> tuple[WholePlan, WholePlan]:
    """The plan of the configured policy and that of `other`, from the same reads."""
    before = program.reads
    with as_configured(program, other) as configured:
        plans = plan_all(configured, only), plan_all(other, only)
    spent = program.reads - before
    return replace(plans[0], reads_spent=spent), replace(plans[1], reads_spent=spent)
