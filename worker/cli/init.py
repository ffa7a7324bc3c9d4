"""`aftermath init`: a few questions, each of which an option answers too, and the first files."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from worker.cli.asking import Asking
from worker.cli.telling import Teller, fail
from worker.clock import SystemClock
from worker.config.environment_file import ENVIRONMENT_FILE, environment_beside
from worker.config.file import CONFIG_FILE
from worker.getting_started.answers import (
    GITHUB_TOKEN,
    JIRA_TOKEN,
    AnswerError,
    Answers,
    GitHub,
    Jira,
    checked,
    installation_from,
)
from worker.getting_started.files import configuration_text, example_text, people_text, secret_names
from worker.getting_started.looking import Colleague, fetch_people
from worker.getting_started.writing import taken, write_files, write_secrets
from worker.logs import Mask, set_up_logs
from worker.phrases import counted

PEOPLE_FILE, EXAMPLE_FILE = "people.yaml", ".env.example"
#: One person needs no file that says who is who.
PEOPLE_LEAST = 2


def command(
    github: Annotated[str | None, typer.Option(metavar="OWNER/NAME", help="A GitHub repository.")] = None,
    github_url: Annotated[str, typer.Option(metavar="URL", help="A GitHub server's API; github.com if left out.")] = "",
    github_token_env: Annotated[str, typer.Option(metavar="NAME", help="Variable with its token.")] = GITHUB_TOKEN,
    jira_url: Annotated[str | None, typer.Option(metavar="URL", help="A Jira Cloud site.")] = None,
    jira_project: Annotated[str | None, typer.Option(metavar="KEY", help="Its project, such as OPS.")] = None,
    jira_user: Annotated[str | None, typer.Option(metavar="EMAIL", help="The account that Aftermath is there.")] = None,
    jira_token_env: Annotated[str, typer.Option(metavar="NAME", help="Variable with its token.")] = JIRA_TOKEN,
    jira_type: Annotated[str, typer.Option(metavar="TYPE", help="Issue type of what is opened there.")] = "Task",
    installation: Annotated[str | None, typer.Option(metavar="NAME", help="Stands in markers: choose once.")] = None,
    policy: Annotated[str, typer.Option(metavar="PACK", help="A shipped pack, or a folder.")] = "accountability",
    lead: Annotated[str | None, typer.Option(metavar="ID", help="Named as owner where a failure has none.")] = None,
    from_today: Annotated[
        bool | None, typer.Option("--from-today/--all", help="Leave older failures alone, or take up all.")
    ] = None,
    webhooks: Annotated[bool, typer.Option("--webhooks", help="Make secrets for webhooks, too.")] = False,
    own_account: Annotated[
        bool, typer.Option("--own-account", help="The account is Aftermath's, even if it looks like a person's.")
    ] = False,
    clock: Annotated[str, typer.Option(metavar="URL", help="A sandbox's clock.")] = "",
    folder: Annotated[Path, typer.Option("--folder", "-d", help="Where to write.")] = Path(),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: options, and defaults for the rest.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write the files anew. Secrets in .env stay.")] = False,
) -> None:
    """Write aftermath.yaml, people.yaml and .env for your trackers. Nothing is written to a tracker.

    The least there can be is one GitHub repository and one token: everything then happens in it.
    """
    set_up_logs(())
    _refuse_taken(folder, force)
    asking = Asking(yes)
    answers = Answers(
        installation=installation or "",
        github=_github(asking, github, github_url, github_token_env),
        jira=_jira(asking, jira_url, jira_project, jira_user, jira_token_env, jira_type),
        policy=policy,
        has_webhooks=webhooks,
        owns_account=own_account,
        clock_url=clock,
    )
    proposed = installation or installation_from(
        answers.github.repository if answers.github else "", answers.jira.url if answers.jira else ""
    )
    if installation is None and (answers.github or answers.jira):
        proposed = asking.text("A name for this installation; it stands in markers for good", proposed)
    try:
        answers = checked(replace(answers, installation=proposed))
    except AnswerError as error:
        fail(str(error))
    if from_today is None:
        from_today = asking.whether("Leave failures alone that were labelled before today?")
    if from_today:
        answers = replace(answers, start_on=_today())
    _begin(answers, folder, lead, asking)


def _github(asking: Asking, repository: str | None, url: str, token_name: str) -> GitHub | None:
    if repository is None:
        repository = asking.text("GitHub repository where failures are labelled, as OWNER/NAME (Enter: none)")
    return GitHub(repository, url.rstrip("/"), token_name) if repository else None


def _jira(
    asking: Asking, url: str | None, project: str | None, user: str | None, token_name: str, ticket_type: str
) -> Jira | None:
    if url is None:
        url = asking.text("Jira Cloud site, as https://acme.atlassian.net (Enter: none)")
    if not url:
        return None
    project = asking.text("Its project, such as OPS") if project is None else project
    user = asking.text("E-mail address of Aftermath's account there") if user is None else user
    return Jira(url.rstrip("/"), project, user, token_name, ticket_type)


def _today() -> dt.date:
    return SystemClock().now().date()


def _refuse_taken(folder: Path, force: bool) -> None:
    there = taken(folder, (CONFIG_FILE, PEOPLE_FILE, EXAMPLE_FILE))
    if there and not force:
        names = ", ".join(there)
        fail(f"{folder.resolve()} holds {names}: nothing is overwritten. --force writes anew, --folder elsewhere.")


def _begin(answers: Answers, folder: Path, lead: str | None, asking: Asking) -> None:
    """Look who is there, and write."""
    environ = environment_beside(folder / CONFIG_FILE, os.environ)
    for variable, tracker in answers.variables.items():
        if not environ.get(variable):
            asking.token(variable, tracker)
    environ |= asking.given
    teller = Teller(Mask(tuple(environ[name] for name in answers.variables if environ.get(name))))
    people = fetch_people(answers, environ, SystemClock(), teller.line)
    has_people = len(people) >= PEOPLE_LEAST
    files = {CONFIG_FILE: configuration_text(answers, has_people=has_people), EXAMPLE_FILE: example_text(answers)}
    if has_people:
        files[PEOPLE_FILE] = people_text(people, _lead(people, lead, asking))
    try:
        write_files(folder, files)
        made = [name for name in secret_names(answers) if name not in environ]
        added = write_secrets(folder, made, asking.given)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}.")
    missing = [name for name in answers.variables if not environ.get(name)]
    _tell_next(teller, folder, [*files, *([ENVIRONMENT_FILE] if added else [])], len(people), missing)


def _lead(people: tuple[Colleague, ...], lead: str | None, asking: Asking) -> str:
    ids = [one.id for one in people]
    if lead is None:
        lead = asking.text(f"Who is to own a failure that has no owner: {', '.join(ids[:10])} (Enter: nobody)")
    if lead and lead not in ids:
        fail(f'"{lead}" is nobody who was found: {", ".join(ids)}.')
    return lead


def _tell_next(teller: Teller, folder: Path, written: list[str], people: int, missing: list[str]) -> None:
    teller.line(f"Written into {folder.resolve()}: {', '.join(written)}.", "bold")
    if PEOPLE_FILE in written:
        teller.line(
            f"{PEOPLE_FILE} names {counted(people, 'person', 'people')}; say in it who is whose lead and manager."
        )
    elif missing:
        teller.line(
            "No people file: whoever an issue is assigned to is asked. With a token set, --force looks who is there."
        )
    teller.line(f"Keep {ENVIRONMENT_FILE} safe and out of git: its secret signs everything that Aftermath writes.")
    teller.line()
    steps = [f"cd {folder}"] if folder != Path() else []
    steps += [f"put {', '.join(missing)} into {ENVIRONMENT_FILE}"] if missing else []
    steps += ["aftermath check    is everything in place?", "aftermath plan     what would it write?", "aftermath run"]
    teller.line("Next:", "bold")
    for number, step in enumerate(steps, start=1):
        teller.line(f"  {number}. {step}")
