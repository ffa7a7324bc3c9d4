"""`aftermath policy test`: people's own tests of a policy, in simulated time and in real looks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rules.language.problems import DocumentError, Problem
from worker.cli.policy.test_lines import Shown, tell_recorded, tell_result
from worker.cli.telling import (
    DEFAULT_CONFIG,
    GOOD,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    counted,
    fail,
    read_config,
)
from worker.rehearsal.trial.finding import NoTests, TrialSource, trial_sources
from worker.rehearsal.trial.reading import read_trials
from worker.rehearsal.trial.result import TrialResult, try_out
from worker.rehearsal.trial.trials import TrialFile


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Files of tests, folders, policies or packs; left out, those beside the configured policy.",
        ),
    ] = None,
    only: Annotated[str, typer.Option("--only", metavar="WORDS", help="Only tests whose name has these words.")] = "",
    is_recorded: Annotated[
        bool, typer.Option("--record", help="Show what happens in tests that expect nothing yet, to be pasted there.")
    ] = False,
    shows_all: Annotated[bool, typer.Option("--all", help="Show what happened in good tests too.")] = False,
    with_texts: Annotated[
        bool, typer.Option("--texts", help="Show the texts of what is shown; of good tests with --all.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Try a policy on cases of your own: tests/*.yaml or *.test.yaml beside it say what is to happen.

    Weeks pass in less than a second, and what is compared is what Aftermath really does. No tracker is asked, and
    no aftermath.yaml is needed. Exits with 1 when a test fails, or expects nothing yet and is not to be recorded; with
    2 when one cannot be read.
    """
    files = _read(_sources(paths or [], config))
    teller = Teller()
    wanted = [(file, one) for file in files for one in file.trials if only.casefold() in one.name.casefold()]
    if not wanted:
        fail(f"No test has “{only}” in its name.")
    results: list[TrialResult] = []
    shown = ""
    for file, trial in wanted:
        result = try_out(file, trial)
        results.append(result)
        if as_data:
            continue
        if file.file != shown:
            teller.line(file.file, "bold")
            shown = file.file
        tell_result(teller, result, Shown(good=shows_all, texts=with_texts, recorded=is_recorded))
        if is_recorded and trial.expect is None:
            tell_recorded(teller, result)
    is_good = all(one.is_good or (is_recorded and not one.has_failed) for one in results)
    if as_data:
        teller.json({"is_good": is_good, "tests": [one.as_data() for one in results]})
    else:
        if with_texts and not shows_all and all(one.is_good for one in results):
            teller.line("Of good tests --texts shows nothing: --all --texts shows what was said in them.", "yellow")
        _sum_up(teller, results)
    raise typer.Exit(GOOD if is_good else NOT_GOOD)


def _sources(paths: list[str], config: Path) -> list[TrialSource]:
    configured = None
    if not paths and config.is_file():
        configured = read_config(config, asks_trackers=False).policy
    try:
        return trial_sources(paths, configured)
    except NoTests as error:
        fail(str(error))


def _read(sources: list[TrialSource]) -> list[TrialFile]:
    """Every file; ends with 2 and all problems of all of them where there is any."""
    files: list[TrialFile] = []
    problems: dict[Problem, None] = {}
    for source in sources:
        try:
            files.append(read_trials(source))
        except DocumentError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        fail("\n".join(str(problem) for problem in problems))
    return files


def _sum_up(teller: Teller, results: list[TrialResult]) -> None:
    good = sum(one.is_good for one in results)
    failed = sum(one.has_failed for one in results)
    unsaid = len(results) - good - failed
    took = sum(one.took_s for one in results)
    days = sum((one.trial.ends - one.trial.begins).days for one in results)
    told = [f"{good} good"]
    told += [f"{failed} failed"] if failed else []
    told += [f"{unsaid} {'expects' if unsaid == 1 else 'expect'} nothing yet"] if unsaid else []
    style = "bold red" if failed else "bold yellow" if unsaid else "bold green"
    teller.line(f"{counted(len(results), 'test')}: {', '.join(told)}. {counted(days, 'day')} in {took:.1f} s.", style)
