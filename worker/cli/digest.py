"""`aftermath digest`: what the weekly digest says, to whom it goes and when. Sends nothing, and asks no tracker."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from worker.cli.telling import DEFAULT_CONFIG, ConfigOption, JsonOption, Teller, as_json, fail, read_config, told_errors
from worker.digest_outlook import DigestOutlook, read_outlook
from worker.logs import Mask
from worker.phrases import moment
from worker.planning import compose_as_it_stands

_OFF = "Nobody gets a weekly digest. Name who does under `digest:` in the people file, by what they may read of."


def command(
    week: Annotated[
        str, typer.Option(metavar="WEEK", help="The week in which it goes, such as 2026-W47; else the next one.")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Show what the weekly digest would say now, to whom, and when the next one goes. Sends nothing.

    Of a week that is past it shows what became of it; what is stuck stands there as it is now.
    """
    settings = read_config(config, asks_trackers=False)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose_as_it_stands(settings)
        try:
            policy, now = program.policy(), program.clock.now()
            outlook = read_outlook(program.ledger, policy, settings.installation, now, week)
        except ValueError as error:
            fail(f"{error}: a week is written as 2026-W47.")
        finally:
            program.close()
    if as_data:
        teller.json(as_json(outlook))
    else:
        _show(teller, outlook, policy.calendar.zone)


def _show(teller: Teller, outlook: DigestOutlook, zone: dt.tzinfo) -> None:
    if not outlook.is_on:
        teller.line(_OFF)
        return
    if not outlook.goes_at:
        teller.line(f"In {outlook.week or 'the coming weeks'} no day is a working day: there is no digest.")
    else:
        begins, goes = _moment(outlook.since, zone), _moment(outlook.goes_at, zone)
        teller.line(f"The digest of {outlook.week}: {goes}, on what came since {begins}.", "bold")
    if outlook.held:
        teller.line(f"The brake holds it, as all that is new: {outlook.held}.", "bold red")
    shown: set[str] = set()
    for one in outlook.readers:
        teller.line(f"{one.reader} (told of {one.told_of} tickets): {one.state}")
        if one.body and one.body not in shown:
            shown.add(one.body)
            teller.block(f"{one.title}\n\n{one.body}")
        elif one.body:
            teller.line("    the same text")
    if outlook.next_at and outlook.next_at != outlook.goes_at:
        teller.line(f"The next one goes {_moment(outlook.next_at, zone)}.")


def _moment(iso: str, zone: dt.tzinfo) -> str:
    return moment(dt.datetime.fromisoformat(iso), zone)
