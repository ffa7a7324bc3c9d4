"""`aftermath explain REF`: why a case stands where it does, rule by rule."""

from __future__ import annotations

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
from worker.program import compose


def command(
    ref: Annotated[str, typer.Argument(metavar="REF", help="A ticket, such as github:acme/shop#7 or jira:OPS-12.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Say of each rule what it asked, what it saw, where its clock stands and what comes next.

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
        program = compose(settings)
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
        _show(teller, one)
    if not explained:
        fail(f"{ticket} belongs to no case: it carries none of the labels {', '.join(labels)}.", NOT_GOOD)


def _show(teller: Teller, explained: Explained) -> None:
    case = explained.case
    teller.line(f"{case.failure}  {case.title}  ({case.phase})", "bold")
    for sentence in explained.sentences:
        teller.line(f"  - {sentence}")
    for effect in case.effects:
        held = f" Held back: {effect.held}." if effect.held else ""
        teller.line(f"  To do now: {effect.what} on {effect.ticket}, because {effect.why}.{held}")
    look = (
        f"The next look is at {explained.next_look}."
        if explained.next_look
        else "Only news on its tickets can change this."
    )
    teller.line(f"  {look}")
