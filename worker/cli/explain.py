"""`aftermath explain REF`: what a case waits for, what comes next, why it is quiet; with `--all` rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from connectors.errors import Gone
from rules.refs import TicketRef
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    fail,
    read_config,
    told_errors,
)
from worker.explaining import Explained, explain
from worker.logs import Mask
from worker.phrases import counted
from worker.planning import compose_as_it_stands


def command(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A ticket, such as github:acme/shop#7 or jira:OPS-12.")],
    every_rule: Annotated[bool, typer.Option("--all", help="Every rule, with what it asked and saw.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Say what a ticket's case waits for, what Aftermath does next and when, and why it is quiet until then.

    Exits with 1 when the ticket belongs to no case.
    """
    settings = read_config(config)
    try:
        ticket = TicketRef.parse(ref)
    except ValueError as error:
        fail(str(error))
    if ticket.tracker not in settings.trackers:
        fail(f'There is no tracker "{ticket.tracker}" in the configuration; there is {", ".join(settings.trackers)}.')
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose_as_it_stands(settings)
        try:
            explained = explain(program, ticket)
        except Gone as error:
            fail(f"{ticket} is not there, or our account may not read it: {error}", NOT_GOOD)
        finally:
            program.close()
        labels = program.policy().failure_labels
    if as_data:
        teller.json(explained)
    for one in () if as_data else explained:
        _show(teller, one, every_rule=every_rule)
    if not explained:
        fail(f"{ticket} belongs to no case: it carries none of the labels {', '.join(labels)}.", NOT_GOOD)


def _show(teller: Teller, explained: Explained, *, every_rule: bool) -> None:
    case = explained.case
    teller.line(f"{case.failure}  {case.title}  ({case.phase})", "bold")
    to_do = [f"{effect.what} on {effect.ticket}: {effect.why}" for effect in case.effects if not effect.held]
    _list(teller, "It waits for", explained.waits)
    _list(teller, "To do now", to_do)
    _list(teller, "Next, if nothing happens", [f"{one.when}  {one.what}" for one in explained.coming])
    _list(teller, "Quiet, because", explained.quiet)
    if not (to_do or explained.coming):
        teller.line("  Only news on its tickets can change this.")
    if every_rule:
        _list(teller, "Rule by rule", explained.sentences)
    else:
        silent = sum(not reason.is_met for reason in explained.reasons)
        told = f"{counted(silent, 'rule')} had nothing to say. " if silent else ""
        teller.line(f"  {told}--all shows every rule, with what it asked and saw.", "dim")


def _list(teller: Teller, heading: str, entries: Sequence[str]) -> None:
    if entries:
        teller.line(f"  {heading}")
        for entry in entries:
            teller.item("-", [entry], indent=4)
