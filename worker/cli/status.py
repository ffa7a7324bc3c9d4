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
    look_words,
    read_config,
    tell_presence,
    told_errors,
    warn_of_policy,
)
from worker.logs import Mask
from worker.program import compose
from worker.status import Status, read_status
from worker.trouble_lines import trouble_lines


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Show each case with its phase and next look, and everything that is in trouble.

    Exits with 1 when something needs a person.
    """
    settings = read_config(config, asks_trackers=False)
    mask = Mask(settings.secrets)
    teller = Teller(mask)
    with told_errors(settings):
        program = compose(settings, needs_policy=False)
        try:
            status, zone = read_status(program), program.policy().calendar.zone
        finally:
            program.close()
    warn_of_policy(status.policy_problem, mask)
    if as_data:
        teller.json(as_json(status) | {"needs_person": status.needs_person})
    else:
        _show(teller, status, zone)
    if status.needs_person:
        raise typer.Exit(NOT_GOOD)


def _show(teller: Teller, status: Status, zone: dt.tzinfo) -> None:
    tell_presence(teller, status.presence)
    if status.unfilled:
        teller.line(status.unfilled)
    for case in status.cases:
        generation = f", generation {case.generation}" if case.generation > 1 else ""
        look = look_words(case.next_look, zone)
        teller.line(f"{case.failure}  {case.title}  ({case.phase}{generation}; {look})")
    if status.brake:
        teller.line(f"The brake holds everything new: {status.brake}. `aftermath resume` lifts it.", "bold red")
    troubles = trouble_lines(status.troubles, zone)
    for trouble in troubles:
        teller.line(trouble.text, "red" if trouble.needs_person else "yellow")
    active = sum(case.phase == "active" for case in status.cases)
    waiting = " Something waits to be looked at." if status.waiting_hints else ""
    teller.line(f"{counted(len(status.cases), 'case')}, {active} active, {len(troubles)} in trouble.{waiting}", "bold")
