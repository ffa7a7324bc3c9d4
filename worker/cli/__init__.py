"""The command line. Each command is a module of this folder, or a package of further ones, loaded only when called.

So `aftermath --help` answers at once, and a command pays only for what it needs (`loading`). Exit codes: 0 good, 1 the
thing asked about is not good, 2 the question or the configuration is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from worker.cli.loading import add_command, empty_app, first_word, load_command

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
    "policy": "Look after the policy: is it good, what may stand in it.",
    "forget": "Forget what the ledger keeps about a person.",
    "rebuild": "Fill the ledger from the trackers. Writes nothing there.",
    "sandbox": "Run a small company of GitHub and Jira on this machine, to try things out.",
    "simulate": "Simulate weeks of trouble, and see whether every promise held.",
    "version": "Show the version.",
}
#: Those that are a package of further commands, put together by the function `build` there.
GROUPS = frozenset({"policy"})
_ABOUT = "Sees every failure in your issue tracker through: owned, analysed without blame, acted on, let go."


def main() -> None:
    """Entry point of `aftermath`."""
    try:
        build_app(sys.argv[1:])(prog_name="aftermath")
    except KeyboardInterrupt:
        sys.exit(130)  # before the command could say something better


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """The application, with the one command loaded that the arguments name."""
    app = empty_app(_ABOUT)
    app.callback()(_told_before_any_command)
    wanted = first_word(arguments)
    for name, sentence in COMMANDS.items():
        if name == wanted and name in GROUPS:
            behind = arguments[arguments.index(name) + 1 :]
            app.add_typer(_group_builder(name)(behind), name=name)
        else:
            add_command(app, __name__, name, sentence, wanted)
    return app


def _group_builder(name: str) -> Callable[[Sequence[str]], typer.Typer]:
    build: Callable[[Sequence[str]], typer.Typer] = import_module(f"{__name__}.{name}").build
    return build


def _tell_version(is_wanted: bool) -> None:
    if is_wanted:
        load_command(__name__, "version")()
        raise typer.Exit


def _told_before_any_command(
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Sees every failure in your issue tracker through: owned, analysed without blame, acted on, let go."""
