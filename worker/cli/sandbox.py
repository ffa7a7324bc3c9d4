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
from worker.logs import set_up_logs
from worker.sandbox import (
    OUR_ACCOUNT,
    PEOPLE,
    PROJECT,
    REPOSITORY,
    beginning,
    build_company,
    configuration,
    people_file,
    subscribe,
)

_DAY_S = 86_400


def command(
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes a free port.")] = 0,
    people: Annotated[str, typer.Option(help="Further accounts, separated by commas.")] = "",
    write: Annotated[Path | None, typer.Option(help="Write aftermath.yaml and people.yaml into this folder.")] = None,
    listen: Annotated[str, typer.Option(help="Where Aftermath will listen for webhooks.")] = "127.0.0.1:7744",
    factor: Annotated[float, typer.Option(help="Sandbox seconds per real second; 0 stands still until driven.")] = 1.0,
) -> None:
    """Run a small company to try Aftermath on: a GitHub repository, a Jira project, four people and our bot.

    Nothing leaves this machine, and everything is forgotten at the end.
    """
    set_up_logs(())
    stop = stop_on_signals()
    more = [account for account in (word.strip() for word in people.split(",")) if account]
    try:
        clock = SandboxClock(SystemClock().now(), factor=factor, real_s=stopwatch_s)
        sandbox = build_company(clock, port=port, more_people=more)
        subscribe(sandbox, f"http://{listen}")
    except (OSError, ValueError) as error:
        fail(f"The sandbox cannot start: {error}")
    files = {"aftermath.yaml": configuration(sandbox, listen=listen), "people.yaml": people_file(more, sandbox=sandbox)}
    teller = Teller()
    with sandbox:
        _greet(teller, sandbox, more)
        if write:
            _write(teller, write, files)
        else:
            _tell_beginning(teller, sandbox)
        stop.wait()
    teller.line("The sandbox is gone, with all that was in it.")


def _greet(teller: Teller, sandbox: Sandbox, more: list[str]) -> None:
    accounts = [account for account, _ in PEOPLE] + more
    teller.line(f"The company stands at {sandbox.url()}", "bold")
    teller.line(f"  GitHub  {sandbox.url('github')}  repository {REPOSITORY}")
    teller.line(f"  Jira    {sandbox.url('jira')}  project {PROJECT}")
    teller.line(f"  people  {', '.join(accounts)}; Aftermath writes as {OUR_ACCOUNT}. The token of ada is ada-token.")
    clock = f"{sandbox.url()}/_sandbox/clock"
    teller.line(f"  a day passes:    curl -sS -o /dev/null -X POST {clock} -d '{{\"advance_s\": {_DAY_S}}}'")
    failure = '{"title": "Checkout is down", "labels": ["failure", "sev2"]}'
    url = f"{sandbox.url('github')}/repos/{REPOSITORY}/issues"
    as_ada = "-H 'Authorization: Bearer ada-token'"
    teller.line(f"  something fails: curl -sS -o /dev/null -X POST {url} {as_ada} -d '{failure}'")


def _tell_beginning(teller: Teller, sandbox: Sandbox) -> None:
    """How to begin with the company as one does with one's own trackers."""
    teller.line("To begin as with trackers of your own, in another terminal:", "bold")
    for line in beginning(sandbox):
        teller.line(f"  {line}")


def _write(teller: Teller, folder: Path, files: dict[str, str]) -> None:
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        fail(f"{folder} holds {' and '.join(taken)} already, and nothing is overwritten: choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    teller.line(f"  written: {folder / 'aftermath.yaml'}; now call: aftermath run --config {folder / 'aftermath.yaml'}")
