"""`aftermath explain REF`: what a case waits for, what comes next, why it is quiet; with `--all` rule by rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer

from connectors.errors import Gone
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    fail,
    look_words,
    read_config,
    told_errors,
)
from worker.explaining import Explained, explain, why_no_case
from worker.logs import Mask
from worker.phrases import counted
from worker.planning import compose_as_it_stands
from worker.referring import NotOneTicket, ticket_meant
from worker.verdicts import RuleVerdict


def command(
    ref: Annotated[
        str, typer.Argument(metavar="REF", help="A ticket: its address in the browser, github:acme/shop#7, OPS-12, #7.")
    ],
    every_rule: Annotated[bool, typer.Option("--all", help="Every rule, with what it asked and saw.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Say what a ticket's case waits for, what Aftermath does next and when, and why it is quiet until then.

    Exits with 1 when the ticket belongs to no case.
    """
    settings = read_config(config)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose_as_it_stands(settings)
        try:
            ticket = ticket_meant(ref, settings, program.ledger.cases.roots_of)
            explained = explain(program, ticket)
            why_none = "" if explained else why_no_case(program, ticket)
        except NotOneTicket as error:
            fail(str(error))
        except Gone as error:
            fail(f"{ticket} is not there, or our account may not read it: {error}", NOT_GOOD)
        finally:
            program.close()
        zone = program.policy().calendar.zone
    if as_data:
        teller.json(explained)
    for one in () if as_data else explained:
        _show(teller, one, zone, every_rule=every_rule)
    if not explained:
        fail(why_none, NOT_GOOD)


def _show(teller: Teller, explained: Explained, zone: dt.tzinfo, *, every_rule: bool) -> None:
    case = explained.case
    look = f"; {look_words(explained.next_look, zone)}" if explained.next_look else ""
    teller.line(f"{case.failure}  {case.title}  ({case.phase}{look})", "bold")
    if explained.override:
        teller.line(f"  override: {explained.override}")
    to_do = [f"{effect.what} on {effect.ticket}: {effect.why}" for effect in case.effects if not effect.held]
    _list(teller, "It waits for", explained.waits)
    _list(teller, "To do now", to_do)
    _list(teller, "Next, if nothing happens", [f"{one.when}  {one.what}" for one in explained.coming])
    _list(teller, "Quiet, because", explained.quiet)
    if not (to_do or explained.coming or explained.next_look):
        teller.line("  Only news on its tickets can change this.")
    if every_rule:
        _show_rules(teller, "Rules that apply", [one for one in explained.verdicts if one.speaks])
        _show_rules(teller, "Rules that do not apply", [one for one in explained.verdicts if not one.speaks])
    else:
        silent = sum(not reason.is_met for reason in explained.reasons)
        told = f"{counted(silent, 'rule')} had nothing to say. " if silent else ""
        teller.line(f"  {told}--all shows every rule, with what it asked and saw.", "dim")


def _list(teller: Teller, heading: str, entries: Sequence[str]) -> None:
    if entries:
        teller.line(f"  {heading}")
        for entry in entries:
            teller.item("-", [entry], indent=4)


def _show_rules(teller: Teller, heading: str, verdicts: Sequence[RuleVerdict]) -> None:
    """Each below its name: what it is, asks and saw, one below the other and wrapped to the terminal."""
    if verdicts:
        teller.line(f"  {heading}", "bold")
    for verdict in verdicts:
        teller.line(f"    {verdict.rule}  on {verdict.ticket}")
        for word, told in verdict.parts:
            teller.item(f"{word:<5}", [told], "dim", indent=6)
