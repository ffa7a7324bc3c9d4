"""`aftermath digest`: what the weekly digest says, to whom it goes and when. Sends nothing, and asks no tracker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer

from rules.texts import names_in_a_row
from worker.cli.telling import DEFAULT_CONFIG, ConfigOption, JsonOption, Teller, as_json, fail, read_config, told_errors
from worker.digest_outlook import UNTOLD, DigestOutlook, ReaderOutlook, read_outlook
from worker.logs import Mask
from worker.phrases import moment
from worker.planning import compose_as_it_stands

_OFF = "Nobody gets a weekly digest. Name who does under `digest:` in the people file, by what they may read of."

_UNTOLD = (
    "What became of each letter is kept under the installation's secret alone, and `secret` is not set here: run this "
    "where the worker runs, or with its variables."
)
#: So many failures that are left out are named.
_LEFT_OUT_MAX = 5


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
            has_secret = bool(settings.secret)
            outlook = read_outlook(program.ledger, policy, settings.installation, now, week, has_secret=has_secret)
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
        teller.line(f"The brake holds it, as all that is new: {outlook.held}. `aftermath resume` lifts it.", "bold red")
    if outlook.left_out:
        failures = names_in_a_row(outlook.left_out[:_LEFT_OUT_MAX])
        more = len(outlook.left_out) - _LEFT_OUT_MAX
        named = f"{failures} and {more} more" if more > 0 else failures
        teller.line(f"Left out, until it can be read again: {named}. `aftermath status` says why.", "yellow")
    for told_of in dict.fromkeys(one.told_of for one in outlook.readers):
        _show_readers(teller, told_of, [one for one in outlook.readers if one.told_of == told_of])
    if any(one.state == UNTOLD for one in outlook.readers):
        teller.line(_UNTOLD, "yellow")
    if outlook.next_at and outlook.next_at != outlook.goes_at:
        teller.line(f"The next one goes {_moment(outlook.next_at, zone)}.")


def _show_readers(teller: Teller, told_of: str, readers: Sequence[ReaderOutlook]) -> None:
    """All who may read of the same tickets, and below them the text, which is the same for them all."""
    teller.line(f"Told of {told_of} tickets:", "bold")
    for one in readers:
        teller.line(f"  {one.reader}: {one.state}")
    text = next((one for one in readers if one.body), None)
    if text:
        teller.line("  What it would say now:")
        teller.block(f"{text.title}\n\n{text.body}")


def _moment(iso: str, zone: dt.tzinfo) -> str:
    return moment(dt.datetime.fromisoformat(iso), zone)
