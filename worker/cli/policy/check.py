"""`aftermath policy check`: whether a policy is good, with every problem as the loader tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from rules.label_spelling import labels_in_capitals
from rules.language.people_file import load_people
from rules.language.policy_file import load_policy
from rules.language.problems import DocumentError, Problem
from rules.policy import People, Policy
from worker.cli.policy.which import PolicyArgument, named_or_here, people_beside, policy_named
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    counted,
    fail,
    read_config,
)
from worker.logs import Mask
from worker.passed_templates import silent_notes
from worker.shown_paths import shown_path, shown_policy


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is looked at. Without `environ` nobody has a private channel, and no variable has to be set."""

    policy: Path
    people: Path | None
    environ: Mapping[str, str] | None
    mask: Mask | None


def command(
    named: PolicyArgument = "",
    people: Annotated[
        Path | None,
        typer.Option(
            "--people", metavar="FILE", help="Look at this people file too; else at a people.yaml beside the policy."
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """See whether a policy is good. Every problem is told with file, line and column, and what is allowed there.

    Exits with 1 when anything is wrong with it. With POLICY given no aftermath.yaml is needed.
    """
    asked = _asked(named, people, config)
    policy, problems = _look(asked)
    hints = _hints(policy) if policy else []
    teller = Teller(asked.mask)
    if as_data:
        teller.json(_as_data(asked, policy, problems) | {"hints": hints})
    else:
        for problem in problems:
            _tell(teller, problem)
        for hint in hints:
            teller.line(hint, "yellow")
        teller.line(_verdict(policy, problems), "bold red" if problems else "bold green")
    if problems:
        raise typer.Exit(NOT_GOOD)


def _asked(named: str, people: Path | None, config: Path) -> _Asked:
    if people is not None and not people.is_file():
        fail(f"There is no file {people}.")
    if named := named_or_here(named, config):
        policy = policy_named(named)
        return _Asked(policy, people or people_beside(policy), None, None)
    settings = read_config(config, asks_trackers=False)
    return _Asked(settings.policy, people or settings.people, settings.environ, Mask(settings.secrets))


def _look(asked: _Asked) -> tuple[Policy | None, list[Problem]]:
    """The policy, as far as it can be used, and everything that is wrong with it and with its people file."""
    known: People | None = None  # without a people file nobody can be named, and the loader says so
    problems: list[Problem] = []
    try:
        if asked.people:
            known = load_people(asked.people, asked.environ, shown_as=shown_path(asked.people))
    except DocumentError as error:
        problems.extend(error.problems)
    try:
        return load_policy(asked.policy, people=known, shown_as=shown_policy(asked.policy)), problems
    except DocumentError as error:
        problems.extend(error.problems)
    return None, problems


def _hints(policy: Policy) -> list[str]:
    """What is right, and may mean less than it seems to."""
    capitals = [
        f'The {whose} asks for the label "{label}", and finds it only where it is written in these capitals: '
        f'"{label.casefold()}" finds it in capitals or not.'
        for whose, label in labels_in_capitals(policy)
    ]
    return [*capitals, *(f"{one.found} {one.todo}" for one in silent_notes(policy))]


def _tell(teller: Teller, problem: Problem) -> None:
    """The problem as it tells itself, with what to look at first in colour: its place, and the caret."""
    first, *rest = str(problem).splitlines()
    where = f"{problem.file}:{problem.line}:{problem.column}:"
    teller.parts((where, "bold"), (first.removeprefix(where), ""))
    for line in rest:
        before, caret = (line[:-1], "^") if line.endswith("^") else (line, "")
        teller.parts((before, ""), (caret, "bold red"))


def _verdict(policy: Policy | None, problems: list[Problem]) -> str:
    if problems or policy is None:
        return f"Not good: {counted(len(problems), 'problem')}."
    rules = {rule.id: rule for rule in policy.rules}  # one that holds in several phases is there once for each
    ladders = sum(rule.ladder is not None for rule in rules.values())
    return (
        f"{policy.name} is good: {counted(len(rules), 'rule')}, {counted(ladders, 'ladder')}, "
        f"{counted(len(policy.templates.names()), 'template')}."
    )


def _as_data(asked: _Asked, policy: Policy | None, problems: list[Problem]) -> dict[str, object]:
    return {
        "policy": str(asked.policy),
        "people": str(asked.people) if asked.people else None,
        "is_good": not problems,
        "name": policy.name if policy else None,
        "rules": list(dict.fromkeys(rule.id for rule in policy.rules)) if policy else [],
        "problems": problems,
    }
