"""The command line. Each command is a module of this folder, loaded only when it is called.

So `aftermath --help` answers at once, and a command pays only for what it needs. Exit codes: 0 good, 1 the
thing asked about is not good, 2 the question or the configuration is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

#: Name to what the overview says. A command `name` is the function `command` in `worker.cli.<name>`.
COMMANDS = {
    "demo": "See Aftermath at work: weeks of a small company in seconds, on this machine alone.",
    "init": "Begin: a few questions, and the files that Aftermath needs.",
    "check": "See whether everything is in place, and what to do where it is not.",
    "webhooks": "Show the webhooks that bring the news; install them, or take them away.",
    "run": "Run Aftermath on this machine.",
    "web": "Take webhooks, beside workers and a scheduler in other processes.",
    "worker": "Look at tickets and write, beside webs and a scheduler in other processes.",
    "scheduler": "Poll and wake, beside webs and workers in other processes.",
    "plan": "Show every write that Aftermath would make now, and make none.",
    "status": "Show how the cases stand, and what needs a person.",
    "explain": "Say why a ticket's case stands where it does.",
    "digest": "Show what the weekly digest says, to whom it goes and when.",
    "lessons": "Find what was learned, newest first.",
    "resume": "Lift the brake.",
    "dead": "Show what did not work and needs a person; try it again, or let it go.",
    "retry": "Try now all that needs a person: short for `dead retry all`.",
    "forget": "Forget what the ledger keeps about a person.",
    "rebuild": "Fill the ledger from the trackers. Writes nothing there.",
    "sandbox": "Run a small company of GitHub and Jira on this machine, to try things out.",
    "simulate": "Simulate weeks of trouble, and see whether every promise held.",
    "version": "Show the version.",
}


def main() -> None:
    """Entry point of `aftermath`."""
    try:
        build_app(sys.argv[1:])(prog_name="aftermath")
    except KeyboardInterrupt:
        sys.exit(130)  # before the command could say something better


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """The application, with the one command loaded that the arguments name."""
    app = typer.Typer(
        help="Sees every failure in your issue tracker through: owned, analysed without blame, acted on, let go.",
        no_args_is_help=True,
        add_completion=False,
        # Rich is for terminals; without it the overview answers in half the time.
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
        # Tracebacks with local variables would show secrets (P11).
        pretty_exceptions_enable=False,
    )
    app.callback()(_told_before_any_command)
    wanted = next((word for word in arguments if not word.startswith("-")), "")
    for name, sentence in COMMANDS.items():
        app.command(name, help=None if name == wanted else sentence)(_load(name) if name == wanted else _not_loaded)
    return app


def _tell_version(is_wanted: bool) -> None:
    if is_wanted:
        _load("version")()
        raise typer.Exit


def _told_before_any_command(
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Sees every failure in your issue tracker through: owned, analysed without blame, acted on, let go."""


def _load(name: str) -> Callable[..., Any]:
    command: Callable[..., Any] = import_module(f"worker.cli.{name}").command
    return command


def _not_loaded() -> None:
    """Stands for a command in the overview."""
