"""`aftermath check`: whether everything is in place for `run`, and for whatever is not, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from connectors.inspection import Finding, Grade
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    as_json,
    read_config,
    told_errors,
)
from worker.config import Config
from worker.inspecting import Inspection, Section, inspect_files, inspect_tracker
from worker.logs import Mask
from worker.phrases import counted
from worker.planning import compose_as_it_stands
from worker.policy_source import PolicySource

_MARKS = {
    Grade.GOOD: ("✓", "ok", "green"),
    Grade.NOTE: ("!", "note", "yellow"),
    Grade.WRONG: ("✗", "WRONG", "red"),
    Grade.AWAY: ("?", "away", "red"),
}


def command(
    config: ConfigOption = DEFAULT_CONFIG,
    offline: Annotated[bool, typer.Option("--offline", help="Look at the files alone, and ask nobody.")] = False,
    allow_personal_token: Annotated[
        bool, typer.Option("--allow-personal-token", help="Take an account for ours that looks like a person's.")
    ] = False,
    as_data: JsonOption = False,
) -> None:
    """Look over the files, then each tracker: token, rights, places, labels, people, webhooks. Writes nothing.

    Exits with 1 when something is wrong or could not be asked, with 2 when the files cannot be used.
    """
    settings = read_config(config)
    teller = Teller(Mask(settings.secrets))
    sections: list[Section] = []
    with told_errors(settings):
        for section in _sections(settings, config, offline, allow_personal_token):
            sections.append(section)
            if not as_data:
                _show(teller, section)
    inspection = Inspection(tuple(sections))
    if as_data:
        teller.json(as_json(inspection) | {"is_good": inspection.is_good})
    else:
        _sum_up(teller, inspection, offline)
    if not inspection.is_good:
        raise typer.Exit(NOT_GOOD)


def _sections(settings: Config, source: Path, offline: bool, allow_personal_token: bool) -> Iterator[Section]:
    """One after the other, so that there is something to read while the trackers are asked."""
    yield inspect_files(settings, PolicySource(settings)(), source)
    if offline:
        return
    program = compose_as_it_stands(settings)
    try:
        for name in settings.trackers:
            yield inspect_tracker(program, name, source, takes_personal_token=allow_personal_token)
    finally:
        program.close()


def _show(teller: Teller, section: Section) -> None:
    teller.line(f"{section.name}  {section.address}", "bold")
    for finding in section.findings:
        _show_finding(teller, finding)
    teller.line()


def _show_finding(teller: Teller, finding: Finding) -> None:
    sign, word, style = _MARKS[finding.grade]
    told = [finding.found]
    if finding.grade is not Grade.GOOD:
        told += [part for part in (finding.todo, finding.where) if part]
    teller.item(sign if teller.is_terminal else f"{word:<5}", told, style, indent=1)


def _sum_up(teller: Teller, inspection: Inspection, offline: bool) -> None:
    wrong, away = len(inspection.of(Grade.WRONG)), len(inspection.of(Grade.AWAY))
    notes = len(inspection.of(Grade.NOTE))
    told = f", {counted(notes, 'thing')} worth knowing" if notes else ""
    if wrong or away:
        parts = [f"{counted(wrong, 'thing')} to put right"] if wrong else []
        parts += [f"{away} could not be asked"] if away else []
        teller.line(f"{' and '.join(parts)}{told}. Nothing was written.", "bold red")
    elif offline:
        teller.line(f"The files are good{told}. The trackers were not asked.", "bold green")
    else:
        teller.line(f"Everything is in place{told}. Now: aftermath plan", "bold green")
