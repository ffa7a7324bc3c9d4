"""`aftermath init`: a few questions, each of which an option answers too, and the first files."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from rules.texts import names_in_a_row
from worker.cli.asking import Asking
from worker.cli.first_webhooks import first_webhooks
from worker.cli.jira_questions import JiraOptions, ask_jira
from worker.cli.telling import Teller, fail
from worker.cli.whereabouts import Whereabouts
from worker.clock import SystemClock
from worker.config.environment_file import ENVIRONMENT_FILE, environment_beside, read_environment
from worker.config.file import CONFIG_FILE
from worker.getting_started.answers import (
    GITHUB_TOKEN,
    JIRA_TOKEN,
    LISTEN,
    AnswerError,
    Answers,
    GitHub,
    checked,
    installation_from,
)
from worker.getting_started.files import configuration_text, example_text, people_text, secret_names
from worker.getting_started.looking import Colleague
from worker.getting_started.writing import taken, write_files, write_secrets
from worker.logs import Mask, set_up_logs
from worker.phrases import counted
from worker.webhooks import PublicUrlError, checked_public_url

PEOPLE_FILE, EXAMPLE_FILE = "people.yaml", ".env.example"
#: One person needs no file that says who is who.
PEOPLE_LEAST = 2


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options say of what is written; None where a question is asked. `typed` are the trackers whose place is
    asked for too, and `public_url` is where webhooks are to lead."""

    lead: str | None
    manager: str | None
    keeps_tokens: bool | None
    anyway: bool
    typed: frozenset[str]
    public_url: str = ""


def command(
    github: Annotated[str | None, typer.Option(metavar="OWNER/NAME", help="A GitHub repository.")] = None,
    github_url: Annotated[str, typer.Option(metavar="URL", help="A GitHub server's API; github.com if left out.")] = "",
    github_token_env: Annotated[str, typer.Option(metavar="NAME", help="Variable with its token.")] = GITHUB_TOKEN,
    github_app: Annotated[str, typer.Option(metavar="ID", help="A GitHub App in place of a token.")] = "",
    github_app_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The App's private key, a .pem file.")
    ] = None,
    jira_url: Annotated[str | None, typer.Option(metavar="URL", help="A Jira site.")] = None,
    jira_kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="cloud or data-center; told by the URL where it is Atlassian's.")
    ] = None,
    jira_site: Annotated[
        str | None, typer.Option(metavar="URL", help="Where people look, if the URL is Atlassian's gateway.")
    ] = None,
    jira_project: Annotated[str | None, typer.Option(metavar="KEY", help="Its project, such as OPS.")] = None,
    jira_user: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Our account there; none for a personal access token.")
    ] = None,
    jira_token_env: Annotated[str, typer.Option(metavar="NAME", help="Variable with its token.")] = JIRA_TOKEN,
    jira_type: Annotated[str, typer.Option(metavar="TYPE", help="Issue type of what is opened there.")] = "Task",
    installation: Annotated[str | None, typer.Option(metavar="NAME", help="Stands in markers: choose once.")] = None,
    policy: Annotated[str, typer.Option(metavar="PACK", help="A shipped pack, or a folder.")] = "accountability",
    lead: Annotated[str | None, typer.Option(metavar="ID", help="Named as owner where a failure has none.")] = None,
    manager: Annotated[
        str | None, typer.Option(metavar="ID", help="Asked last, when owner and lead are silent.")
    ] = None,
    from_today: Annotated[
        bool | None, typer.Option("--from-today/--all", help="Leave older failures alone, or take up all.")
    ] = None,
    webhooks: Annotated[
        bool, typer.Option("--webhooks", help="Make secrets for webhooks, and install them or say how.")
    ] = False,
    public_url: Annotated[
        str, typer.Option("--public-url", metavar="URL", help="Where trackers reach us: webhooks are installed to it.")
    ] = "",
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where webhooks come in.")] = LISTEN,
    own_account: Annotated[
        bool, typer.Option("--own-account", help="The account is Aftermath's, even if it looks like a person's.")
    ] = False,
    keep_tokens: Annotated[
        bool | None, typer.Option("--keep-tokens/--no-tokens", help="Keep in .env what only this terminal knows.")
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Write the files though a place is not found.")] = False,
    clock: Annotated[str, typer.Option(metavar="URL", help="A sandbox's clock.")] = "",
    folder: Annotated[Path, typer.Option("--folder", "-d", metavar="FOLDER", help="Where to write.")] = Path(),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: options, and defaults for the rest.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write the files anew. Secrets in .env stay.")] = False,
) -> None:
    """Write aftermath.yaml, people.yaml and .env for your trackers. Nothing is written to a tracker, but
    for its webhook where --public-url names an address.

    The least there can be is one GitHub repository and one token: everything then happens in it.
    """
    set_up_logs(())
    _refuse_taken(folder, force)
    asking = Asking(yes)
    named = {"github": github, "jira": jira_project}
    answers = Answers(
        installation=installation or "",
        github=_with_app(_github(asking, github, github_url, github_token_env), github_app, github_app_key),
        jira=ask_jira(
            asking,
            JiraOptions(jira_url, jira_project, jira_user, jira_kind, jira_site, jira_token_env, jira_type),
        ),
        policy=policy,
        has_webhooks=webhooks,
        owns_account=own_account,
        clock_url=clock,
        listen=listen,
    )
    proposed = installation or installation_from(
        answers.github.repository if answers.github else "",
        (answers.jira.site or answers.jira.url) if answers.jira else "",
        answers.jira.project if answers.jira else "",
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
    typed = frozenset(name for name, given in named.items() if given is None)
    _begin(answers, folder, asking, Wishes(lead, manager, keep_tokens, anyway, typed, _public(public_url)))


def _github(asking: Asking, repository: str | None, url: str, token_name: str) -> GitHub | None:
    if repository is None:
        repository = asking.text("GitHub repository where failures are labelled, as OWNER/NAME (Enter: none)")
    return GitHub(repository, url.rstrip("/"), token_name) if repository else None


def _with_app(github: GitHub | None, app: str, key: Path | None) -> GitHub | None:
    return replace(github, app=app, app_key=str(key.expanduser().resolve()) if key else "") if github else None


def _public(url: str) -> str:
    try:
        return checked_public_url(url) if url else ""
    except PublicUrlError as error:
        fail(str(error))


def _today() -> dt.date:
    return SystemClock().now().date()


def _refuse_taken(folder: Path, force: bool) -> None:
    there = taken(folder, (CONFIG_FILE, PEOPLE_FILE, EXAMPLE_FILE))
    if there and not force:
        names = ", ".join(there)
        fail(f"{folder.resolve()} holds {names}: nothing is overwritten. --force writes anew, --folder elsewhere.")


def _begin(answers: Answers, folder: Path, asking: Asking, wishes: Wishes) -> None:
    """Look who is there, and write."""
    environ = environment_beside(folder / CONFIG_FILE, os.environ)
    for variable, tracker in answers.variables.items():
        if not environ.get(variable):
            asking.token(variable, tracker)
    environ |= asking.given
    teller = Teller(Mask(tuple(environ[name] for name in answers.variables if environ.get(name))))
    whereabouts = Whereabouts(asking, teller, typed=wishes.typed, anyway=wishes.anyway)
    answers, looked = whereabouts.look(answers, environ, SystemClock())
    people = looked.people
    has_people = len(people) >= PEOPLE_LEAST
    files = {CONFIG_FILE: configuration_text(answers, has_people=has_people), EXAMPLE_FILE: example_text(answers)}
    if has_people:
        lead, manager = _above(people, wishes, asking)
        files[PEOPLE_FILE] = people_text(people, lead, manager)
    refused = {one.place.tracker for one in looked.unanswered if one.is_refused}
    useless = [name for name, tracker in answers.variables.items() if tracker in refused]
    kept = _kept(answers, folder, asking, wishes.keeps_tokens, but=useless)
    try:
        write_files(folder, files)
        made = [name for name in secret_names(answers) if name not in environ]
        added = write_secrets(folder, made, kept)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}.")
    missing = [name for name in answers.variables if not environ.get(name) or name in useless]
    held = [name for name in added if name in kept]
    if answers.has_webhooks:
        known = environment_beside(folder / CONFIG_FILE, os.environ) | asking.given
        first_webhooks(teller, folder, known, wishes.public_url)
    has_to_install = answers.has_webhooks and not wishes.public_url
    _tell_next(
        teller, folder, [*files, *([ENVIRONMENT_FILE] if added else [])], len(people), missing, held, has_to_install
    )


def _kept(
    answers: Answers, folder: Path, asking: Asking, keeps_tokens: bool | None, *, but: Sequence[str]
) -> dict[str, str]:
    """What is kept in `.env`: what was typed, and the values that this terminal knows and the next one would not, if
    they are to be. `but` are variables whose tokens nobody takes: one that is kept stays there."""
    typed = {name: value for name, value in asking.given.items() if name not in but}
    wanted = [name for name in (*answers.variables, *secret_names(answers)) if name not in but]
    known = read_environment(folder / ENVIRONMENT_FILE)
    here = {name: os.environ[name] for name in wanted if os.environ.get(name) and name not in known}
    here = {name: value for name, value in here.items() if value.isprintable()}
    if not here:
        return typed
    it = "them" if len(here) > 1 else "it"
    names = names_in_a_row(list(here))
    question = f"Only this terminal knows {names}. Keep {it} in {ENVIRONMENT_FILE}, for every terminal?"
    is_wanted = asking.whether(question) if keeps_tokens is None else keeps_tokens
    return here | typed if is_wanted else typed


def _above(people: tuple[Colleague, ...], wishes: Wishes, asking: Asking) -> tuple[str, str]:
    """Ids of the lead and the manager, each empty where there is none."""
    ids = [one.id for one in people]
    lead, manager = wishes.lead, wishes.manager
    if lead is None:
        lead = asking.text(f"Who is to own a failure that has no owner: {', '.join(ids[:10])} (Enter: nobody)")
    _refuse_stranger(lead, ids)
    if manager is None:
        manager = asking.text("Who is asked last, when owner and lead do not answer (Enter: nobody)")
    _refuse_stranger(manager, ids)
    return lead, manager


def _refuse_stranger(person: str, ids: list[str]) -> None:
    if person and person not in ids:
        fail(f'"{person}" is nobody who was found: {", ".join(ids)}.')


def _tell_next(
    teller: Teller,
    folder: Path,
    written: list[str],
    people: int,
    missing: list[str],
    held: list[str],
    has_to_install: bool,
) -> None:
    teller.line(f"Written into {folder.resolve()}: {', '.join(written)}.", "bold")
    if PEOPLE_FILE in written:
        found = counted(people, "person", "people")
        teller.line(f"{PEOPLE_FILE} names {found}; look through it: it says who is whose lead and manager.")
    elif missing:
        teller.line(
            "No people file: whoever an issue is assigned to is asked. With a token, --force looks who is there."
        )
    teller.line(f"Keep {ENVIRONMENT_FILE} safe and out of git: its secret signs everything that Aftermath writes.")
    if held:
        teller.line(f"It holds {names_in_a_row(held)} too, for every terminal; only you can read it.")
    teller.line()
    steps = [f"cd {folder}"] if folder != Path() else []
    steps += [f"put {', '.join(missing)} into {ENVIRONMENT_FILE}"] if missing else []
    stale = [name for name in missing if os.environ.get(name)]
    steps += [f"unset {' '.join(stale)}    what this terminal exports comes before {ENVIRONMENT_FILE}"] if stale else []
    steps += ["aftermath check    is everything in place?", "aftermath plan     what would it write?", "aftermath run"]
    steps += ["aftermath webhooks --public-url https://your-host    installs the webhooks"] if has_to_install else []
    teller.line("Next:", "bold")
    for number, step in enumerate(steps, start=1):
        teller.line(f"  {number}. {step}")
