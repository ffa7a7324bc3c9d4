"""`aftermath simulate`: weeks of trouble in a second, as often as you like, and whether every promise held."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from worker.cli.telling import GOOD, NOT_GOOD, JsonOption, Teller, fail
from worker.ledger.trouble import cause_in_words, ledger_in_words
from worker.logs import set_up_logs
from worker.phrases import counted
from worker.simulation.campaign import STORY_LINES_MAX, Campaign, simulate
from worker.simulation.history import History
from worker.simulation.stored_ledgers import NoServer, ledgers_of_one_history, server_at


def command(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many histories.")] = 100,
    first: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 1,
    ledger: Annotated[
        str,
        typer.Option(
            "--ledger",
            envvar="AFTERMATH_SIMULATED_LEDGER",
            metavar="postgresql://…",
            help="Keep the ledgers there, each history's in a schema of its own, and not in memory.",
        ),
    ] = "",
    as_data: JsonOption = False,
) -> None:
    """Simulate companies, people and every fault of networks, queues, workers and databases, one seed a history.

    Exit code 1 when anything was missing, twice or late at the end of any history.
    """
    teller = Teller()
    set_up_logs((), level="ERROR")  # what goes wrong on the way is meant to
    server = _server(ledger) if ledger else None
    is_shown = sys.stderr.isatty() and not as_data
    campaign = simulate(range(first, first + seeds), _progress(seeds) if is_shown else _nothing, server)
    if is_shown:
        sys.stderr.write("\n")
    if as_data:
        teller.json(campaign.as_data())
    else:
        _tell(teller, campaign, is_stored=server is not None)
    raise typer.Exit(NOT_GOOD if campaign.violations else GOOD)


def _server(address: str) -> URL:
    """The server that the ledgers are kept on, found to be one. Ends with 2 where it cannot be used."""
    try:
        server = server_at(address)
        with ledgers_of_one_history(server):
            return server
    except NoServer as error:
        fail(str(error))
    except ModuleNotFoundError:
        fail("--ledger needs the driver for PostgreSQL: install aftermath[postgres].")
    except SQLAlchemyError as error:
        fail(f"--ledger cannot be used: {ledger_in_words(address)}.\n  {cause_in_words(error)}")


def _progress(seeds: int) -> Callable[[Campaign], None]:
    def told(campaign: Campaign) -> None:
        found = f", {counted(campaign.violations, 'violation')}" if campaign.violations else ""
        sys.stderr.write(f"\r{campaign.histories} of {_histories(seeds)}{found} ")
        sys.stderr.flush()

    return told


def _nothing(campaign: Campaign) -> None:
    """Tell nothing on the way."""


def _tell(teller: Teller, campaign: Campaign, *, is_stored: bool) -> None:
    for history in campaign.failing:
        _tell_history(teller, history, is_stored=is_stored)
    days, faults = round(campaign.simulated_days), sum(campaign.faults.values())
    lived = f"{_histories(campaign.histories)}, {counted(campaign.cases, 'case')}, {counted(days, 'day')}"
    teller.line(f"{lived} in {campaign.wall_s:.0f} s")
    teller.line(f"{counted(len(campaign.layouts), 'layout')}: {_in_words(campaign.layouts)}")
    teller.line(f"{counted(faults, 'fault')}: {_in_words(campaign.faults)}")
    written = counted(sum(campaign.effects.values()), "thing")
    teller.line(f"{written} written: {_in_words(campaign.effects)}")
    if campaign.violations:
        violations = counted(campaign.violations, "violation")
        teller.line(f"{violations} in {_histories(len(campaign.failing))}", "bold red")
    else:
        teller.line("Nothing missing, nothing twice, no clock late.", "bold green")


def _tell_history(teller: Teller, history: History, *, is_stored: bool) -> None:
    teller.line(f"Seed {history.seed} ({history.layout})", "bold")
    left_out = len(history.story) - STORY_LINES_MAX
    if left_out > 0:
        teller.line(f"  … {left_out} earlier lines")
    for line in history.story[-STORY_LINES_MAX:]:
        teller.line(f"  {line}", "dim")
    for violation in history.violations:
        teller.line(f"  {violation.what}: {violation.ticket} {violation.sentence}", "red")
    stored = " --ledger …" if is_stored else ""  # an address may hold a password
    teller.line(f"  again: aftermath simulate --seeds 1 --from {history.seed}{stored}")
    teller.line()


def _histories(number: int) -> str:
    return counted(number, "history", "histories")


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))
