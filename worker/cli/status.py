"""`aftermath status`: how the cases stand and what needs a person. Asks no tracker."""

from __future__ import annotations

import datetime as dt

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
    tell_presence,
    told_errors,
    told_moment,
)
from worker.logs import Mask
from worker.program import compose
from worker.status import Status, Trouble, read_status


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Show each case with its phase and next look, and everything that is in trouble.

    Exits with 1 when something needs a person.
    """
    settings = read_config(config, asks_trackers=False)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose(settings)
        try:
            status, zone = read_status(program), program.policy().calendar.zone
        finally:
            program.close()
    if as_data:
        teller.json(as_json(status) | {"needs_person": status.needs_person})
    else:
        _show(teller, status, zone)
    if status.needs_person:
        raise typer.Exit(NOT_GOOD)


def _show(teller: Teller, status: Status, zone: dt.tzinfo) -> None:
    tell_presence(teller, status.presence)
    if not status.is_rebuilt:
        teller.line(
            "The ledger is not yet filled from the trackers: `aftermath run` does that first, `rebuild` by hand."
        )
    for case in status.cases:
        generation = f", generation {case.generation}" if case.generation > 1 else ""
        look = f"next look {told_moment(case.next_look, zone)}" if case.next_look else "waits for news"
        teller.line(f"{case.failure}  {case.title}  ({case.phase}{generation}; {look})")
    if status.brake:
        teller.line(f"The brake holds everything new: {status.brake}. `aftermath resume` lifts it.", "bold red")
    for trouble in status.troubles:
        _show_trouble(teller, trouble, zone)
    active = sum(case.phase == "active" for case in status.cases)
    waiting = " Something waits to be looked at." if status.waiting_hints else ""
    teller.line(
        f"{counted(len(status.cases), 'case')}, {active} active, {len(status.troubles)} in trouble.{waiting}", "bold"
    )


def _show_trouble(teller: Teller, trouble: Trouble, zone: dt.tzinfo) -> None:
    again = f" Tried again on {told_moment(trouble.again_at, zone)}." if trouble.again_at else ""
    mark = "needs you" if trouble.needs_person else "tried again by itself"
    if trouble.key and trouble.needs_person:
        mark += f": aftermath dead retry {trouble.key}"
    teller.line(
        f"{trouble.what} on {trouble.where}: {trouble.problem}{again} [{mark}]",
        "red" if trouble.needs_person else "yellow",
    )
