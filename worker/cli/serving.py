"""What `run`, `web`, `worker` and `scheduler` have in common: they start, say what they do, and go on until stopped."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from worker.cli.signals import StopAsked, stop_on_signals
from worker.cli.telling import Teller, fail, printable, read_config, told_errors
from worker.config import Config
from worker.config.listening import listen_problem, parse_listen
from worker.logs import Mask
from worker.parts.part import Tell
from worker.roles import Role
from worker.running import Running, StartError

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Tell only what needs a person, on stderr.")]
ListenOption = Annotated[
    str,
    typer.Option("--listen", metavar="HOST:PORT", help="Listen here, whatever `listen:` in the configuration says."),
]


def serve(role: Role, path: Path, *, listen: str, quiet: bool) -> None:
    """Be a process in that role until Ctrl-C or SIGTERM. Ends with 2 where a person has to put something right."""
    config = _listening_on(read_config(path, tells_warnings=True), listen)
    mask = Mask(config.secrets)
    stop = stop_on_signals()
    with told_errors(config):
        try:
            _serve(role, config, stop, quiet=quiet)
        except StartError as error:
            fail(mask.text(str(error)))


def _serve(role: Role, config: Config, stop: StopAsked, *, quiet: bool) -> None:
    mask = Mask(config.secrets)
    tell, warn = (_nothing, _on_stderr(mask)) if quiet else (_Voice(Teller(mask)).line,) * 2
    with Running(config, role=role, tell=tell, warn=warn):
        if not stop.is_set():
            what = "Aftermath" if role.name == "run" else f"Aftermath's {role.name}"
            tell(f"{what} is running for {config.installation}. Ctrl-C stops it.")
        stop.wait()
        tell("Stopping: what is under way is finished first. Ctrl-C again ends it at once.")
    tell("Stopped.")


def _listening_on(config: Config, listen: str) -> Config:
    if not listen:
        return config
    address = parse_listen(listen)
    if address is None:
        problem, allowed = listen_problem(listen)
        fail(f"--listen {listen}: {problem}: {allowed}.")
    return replace(config, host=address[0], port=address[1])


class _Voice:
    """Speaks until nobody listens: a pipe that was closed must not end the work of the threads that tell of it."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._is_heard = True

    def line(self, text: str) -> None:
        try:
            if self._is_heard:
                self._teller.line(text)
                sys.stdout.flush()
        except (OSError, SystemExit):  # Rich ends the process on a closed pipe
            self._is_heard = False


def _nothing(_: str) -> None:
    """What is told where everything is quiet."""


def _on_stderr(mask: Mask) -> Tell:
    def warn(text: str) -> None:
        sys.stderr.write(printable(mask.text(text)) + "\n")
        sys.stderr.flush()

    return warn
