"""`aftermath status`: how the cases stand and what needs a person. Asks no tracker."""

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
from worker.program import compose
from worker.status import Status, read_status


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Show each case with its phase and next look, and everything that is in trouble.

    Exits with 1 when something needs a person.
    """
    settings = read_config(config)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose(settings)
        try:
            status = read_status(program)
        finally:
            program.close()
    if as_data:
        teller.json(as_json(status) | {"needs_person": status.needs_person})
    else:
        _show(teller, status)
    if status.needs_person:
        raise typer.Exit(NOT_GOOD)


def _show(teller: Teller, status: Status) -> None:
    if not status.is_rebuilt:
        teller.line(
            "The ledger is not yet filled from the trackers: `aftermath run` does that first, `rebuild` by hand."
        )
    for case in status.cases:
        generation = f", generation {case.generation}" if case.generation > 1 else ""
        look = f"next look {case.next_look}" if case.next_look else "waits for news"
        teller.line(f"{case.failure}  {case.title}  ({case.phase}{generation}; {look})")
    if status.brake:
        teller.line(f"The brake holds everything new: {status.brake}. `aftermath resume` lifts it.", "bold red")
    for trouble in status.troubles:
        again = f" Tried again at {trouble.again_at}." if trouble.again_at else ""
        mark = "needs you" if trouble.needs_person else "tried again by itself"
        if trouble.key and trouble.needs_person:
            mark += f": aftermath dead retry {trouble.key}"
        teller.line(
            f"{trouble.what} on {trouble.where}: {trouble.problem}{again} [{mark}]",
            "red" if trouble.needs_person else "yellow",
        )
    active = sum(case.phase == "active" for case in status.cases)
    waiting = " Something waits to be looked at." if status.waiting_hints else ""
    teller.line(
        f"{counted(len(status.cases), 'case')}, {active} active, {len(status.troubles)} in trouble.{waiting}", "bold"
    )
