"""`aftermath sandbox`: a small company of GitHub and Jira on this machine, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.server import Sandbox
from worker.cli.signals import stop_on_signals
from worker.cli.telling import Teller, fail
from worker.clock import SystemClock, stopwatch_s
from worker.config.listening import PORT_MAX, listen_problem, parse_listen
from worker.getting_started.writing import taken, write_files
from worker.logs import set_up_logs
from worker.sandbox import (
    JIRA_EDITIONS,
    OUR_ACCOUNT,
    PEOPLE,
    PROJECT,
    REPOSITORY,
    WORKING_HOURS,
    a_day_passes,
    beginning,
    build_company,
    configuration,
    free_address,
    is_data_center,
    people_file,
    subscribe,
)


def command(
    port: Annotated[
        int, typer.Option(metavar="PORT", min=0, max=PORT_MAX, help="Where to listen; 0 takes a free port.")
    ] = 0,
    people: Annotated[str, typer.Option(metavar="NAMES", help="Further accounts, separated by commas.")] = "",
    write: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write aftermath.yaml and people.yaml into this folder.")
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where Aftermath will listen for webhooks; 127.0.0.1:7744 if free.")
    ] = "",
    jira: Annotated[str, typer.Option(metavar="EDITION", help="How its Jira is run: cloud or data-center.")] = "cloud",
    factor: Annotated[float, typer.Option(help="Sandbox seconds per real second; 0 stands still until driven.")] = 1.0,
) -> None:
    """Run a small company to try Aftermath on: a GitHub repository, a Jira project, four people and our bot.

    Nothing leaves this machine, and everything is forgotten at the end.
    """
    set_up_logs(())
    stop = stop_on_signals()
    if listen and parse_listen(listen) is None:
        problem, allowed = listen_problem(listen)
        fail(f"--listen {listen}: {problem}: {allowed}.")
    edition = next((known for known in JIRA_EDITIONS if known == jira), None)
    if edition is None:
        fail(f"--jira {jira}: a Jira is run as {' or '.join(JIRA_EDITIONS)}.")
    there = {account for account, _ in PEOPLE} | {OUR_ACCOUNT, ""}
    more = [account for account in dict.fromkeys(word.strip() for word in people.split(",")) if account not in there]
    try:
        clock = SandboxClock(SystemClock().now(), factor=factor, real_s=stopwatch_s)
        sandbox = build_company(clock, port=port, more_people=more, jira=edition)
        address = listen or free_address()
        subscribe(sandbox, f"http://{address}")
    except OSError as error:
        fail(_taken(port, error))
    except ValueError as error:
        fail(f"The sandbox cannot start: {error}.")
    files = {
        "aftermath.yaml": configuration(sandbox, listen=address),
        "people.yaml": people_file(more, sandbox=sandbox),
    }
    teller = Teller()
    with sandbox:
        _greet(teller, sandbox, more)
        if write:
            _write(teller, write, files)
        else:
            _tell_beginning(teller, sandbox, address)
        stop.wait()
    teller.line("The sandbox is gone, with all that was in it.")


def _taken(port: int, error: OSError) -> str:
    return (
        f"Nothing can listen on 127.0.0.1:{port} ({error.strerror}): is another sandbox running? "
        f"Otherwise name another --port; 0 takes a free one."
    )


def _greet(teller: Teller, sandbox: Sandbox, more: list[str]) -> None:
    accounts = [account for account, _ in PEOPLE] + more
    teller.line(f"The company stands at {sandbox.url()}", "bold")
    teller.line(f"  GitHub  {sandbox.url('github')}  repository {REPOSITORY}")
    run_as = ", a Data Center" if is_data_center(sandbox) else ""
    teller.line(f"  Jira    {sandbox.url('jira')}  project {PROJECT}{run_as}")
    teller.line(f"  people  {', '.join(accounts)}; Aftermath writes as {OUR_ACCOUNT}. The token of ada is ada-token.")
    teller.line(f"  a day passes:    {a_day_passes(sandbox.url())}")
    teller.line(
        f"                   (it ends in working hours, {WORKING_HOURS}, since nobody is reminded outside of them)"
    )
    failure = '{"title": "Checkout is down", "labels": ["failure", "sev2"]}'
    url = f"{sandbox.url('github')}/repos/{REPOSITORY}/issues"
    as_ada = "-H 'Authorization: Bearer ada-token'"
    teller.line(f"  something fails: curl -sS -o /dev/null -X POST {url} {as_ada} -d '{failure}'")


def _tell_beginning(teller: Teller, sandbox: Sandbox, listen: str) -> None:
    """How to begin with the company as one does with one's own trackers."""
    teller.line("To begin as with trackers of your own, in another terminal:", "bold")
    for line in beginning(sandbox, listen):
        teller.line(f"  {line}")


def _write(teller: Teller, folder: Path, files: dict[str, str]) -> None:
    there = taken(folder, files)
    if there:
        fail(f"{folder} holds {' and '.join(there)} already, and nothing is overwritten: choose another folder.")
    try:
        write_files(folder, files)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}.")
    teller.line(f"  written: {folder / 'aftermath.yaml'}; now call: aftermath run --config {folder / 'aftermath.yaml'}")
