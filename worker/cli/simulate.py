"""`aftermath simulate`: weeks of trouble in a second, as often as you like, and whether every promise held."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from worker.cli.telling import GOOD, NOT_GOOD, JsonOption, Teller
from worker.simulation.campaign import STORY_LINES_MAX, Campaign, simulate
from worker.simulation.history import History


def command(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many histories.")] = 100,
    first: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 1,
    as_data: JsonOption = False,
) -> None:
    """Simulate companies, people and every fault of networks, queues, workers and databases, one seed a history.

    Exit code 1 when anything was missing, twice or late at the end of any history.
    """
    teller = Teller()
    is_shown = sys.stderr.isatty() and not as_data
    campaign = simulate(range(first, first + seeds), _progress(seeds) if is_shown else _nothing)
    if is_shown:
        sys.stderr.write("\n")
    if as_data:
        teller.json(campaign.as_data())
    else:
        _tell(teller, campaign)
    raise typer.Exit(NOT_GOOD if campaign.violations else GOOD)


def _progress(seeds: int) -> Callable[[Campaign], None]:
    def told(campaign: Campaign) -> None:
        found = f", {campaign.violations} violations" if campaign.violations else ""
        sys.stderr.write(f"\r{campaign.histories} of {seeds} histories{found} ")
        sys.stderr.flush()

    return told


def _nothing(campaign: Campaign) -> None:
    """Tell nothing on the way."""


def _tell(teller: Teller, campaign: Campaign) -> None:
    for history in campaign.failing:
        _tell_history(teller, history)
    days, faults = round(campaign.simulated_days), sum(campaign.faults.values())
    teller.line(f"{campaign.histories} histories, {campaign.cases} cases, {days} days in {campaign.wall_s:.0f} s")
    teller.line(f"{faults} faults: {_in_words(campaign.faults)}")
    teller.line(f"{sum(campaign.effects.values())} things written: {_in_words(campaign.effects)}")
    if campaign.violations:
        teller.line(f"{campaign.violations} violations in {len(campaign.failing)} histories", "bold red")
    else:
        teller.line("Nothing missing, nothing twice, no clock late.", "bold green")


def _tell_history(teller: Teller, history: History) -> None:
    teller.line(f"Seed {history.seed}", "bold")
    left_out = len(history.story) - STORY_LINES_MAX
    if left_out > 0:
        teller.line(f"  … {left_out} earlier lines")
    for line in history.story[-STORY_LINES_MAX:]:
        teller.line(f"  {line}", "dim")
    for violation in history.violations:
        teller.line(f"  {violation.what}: {violation.ticket} {violation.sentence}", "red")
    teller.line(f"  again: aftermath simulate --seeds 1 --from {history.seed}")
    teller.line()


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))
