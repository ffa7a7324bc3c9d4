"""`aftermath plan`: every write that would be made now, and none made (P13)."""

from __future__ import annotations

import typer

from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    as_json,
    counted,
    read_config,
    told_errors,
)
from worker.logs import Mask
from worker.planning import PlannedCase, PlannedEffect, WholePlan, compose_for_planning, plan_all


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Show every write that Aftermath would make now, as it would stand, with its reason and its cost.

    Reads the trackers and writes nothing. Exits with 1 where a case could not be planned.
    """
    settings = read_config(config)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose_for_planning(settings)
        try:
            plan = plan_all(program)
        finally:
            program.close()
    if as_data:
        teller.json(as_json(plan) | {"writes": sum(effect.writes for effect in plan.now)})
    else:
        _show(teller, plan)
    if not plan.is_good:
        raise typer.Exit(NOT_GOOD)


def _show(teller: Teller, plan: WholePlan) -> None:
    for case in plan.cases:
        if case.effects or case.problem:
            _show_case(teller, case)
    for warning in plan.warnings:
        teller.line(warning, "bold")
    writes = sum(effect.writes for effect in plan.now)
    reads = sum(effect.reads for effect in plan.now)
    cases, effects = counted(len(plan.cases), "case"), counted(len(plan.now), "effect")
    teller.line(
        f"{cases}; {effects} now ({writes} writes, {reads} reads), {len(plan.held)} held "
        f"back. Reading all this took {plan.reads_spent} requests. Nothing was written."
    )


def _show_case(teller: Teller, case: PlannedCase) -> None:
    teller.line(f"{case.failure}  {case.title}  ({case.phase})", "bold")
    if case.problem:
        teller.line(f"  cannot be planned: {case.problem}", "red")
    for effect in case.effects:
        _show_effect(teller, effect)
    teller.line()


def _show_effect(teller: Teller, effect: PlannedEffect) -> None:
    title = f': "{effect.title}"' if effect.title else ""
    teller.line(
        f"  {effect.what} on {effect.ticket}{title}"
        if not effect.what.startswith("open")
        else f"  {effect.what} in {effect.ticket}{title}"
    )
    cost = f"{effect.writes} writes" if effect.writes != 1 else "1 write"
    cost += f", {effect.reads} read" if effect.reads else ""
    teller.line(f"    because {effect.why} (rule {effect.rule}; {cost})")
    if effect.held:
        teller.line(f"    held back: {effect.held}" + (f", until {effect.until}" if effect.until else ""), "yellow")
    teller.block(effect.text)
