"""How commands speak: Rich on a terminal, plain text when piped, JSON when asked. Errors go to stderr.

Text from tickets is data: nothing in it is read as markup, and control characters never reach a terminal.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import requests
import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from connectors.errors import TrackerError
from rules.language.problems import DocumentError
from worker.config import Config, load_config
from worker.config.environment_file import ENVIRONMENT_FILE, environment_beside
from worker.ledger.trouble import ledger_trouble
from worker.logs import Mask, set_up_logs
from worker.phrases import counted as counted  # noqa: PLC0414 - handed on to the commands
from worker.phrases import moment
from worker.presence import Presence
from worker.program import LedgerUnreachable

GOOD, NOT_GOOD, WRONG = 0, 1, 2

ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config", "-c", metavar="FILE", envvar="AFTERMATH_CONFIG", help="The configuration.", show_default=True
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
DEFAULT_CONFIG = Path("aftermath.yaml")
_NOT_SET = re.compile(r"the environment variable (\w+) is ")


class Teller:
    """Writes lines to stdout, each cleaned, and masked where there is a mask."""

    def __init__(self, mask: Mask | None = None) -> None:
        self._mask = mask
        self._console = Console(highlight=False, markup=False, soft_wrap=True, emoji=False)

    def line(self, text: str = "", style: str = "") -> None:
        self._console.print(printable(self._masked(text)), style=style or None, soft_wrap=True)

    def parts(self, *parts: tuple[str, str]) -> None:
        """A line of several parts, each with a style of its own."""
        pieces = [(printable(self._masked(text)), style) for text, style in parts]
        self._console.print(Text.assemble(*pieces), soft_wrap=True)

    @property
    def is_terminal(self) -> bool:
        return self._console.is_terminal

    def takes(self, signs: str) -> bool:
        """Whether these can be shown where this is read."""
        try:
            signs.encode(self._console.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def item(self, mark: str, parts: Sequence[str], style: str = "", *, indent: int = 1) -> None:
        """An entry of a list: a mark, and its parts below each other, wrapped on a terminal and not when piped. An
        address stays in one piece, so that it can be clicked."""
        behind = " " * (indent + len(mark) + 1)
        for index, part in enumerate(parts):
            shown = printable(self._masked(part))
            width = self._console.width - len(behind) if self.is_terminal else len(shown)
            wrapped = textwrap.wrap(shown, max(width, 1), break_long_words=False, break_on_hyphens=False)
            for number, line in enumerate(wrapped):
                is_first = index == number == 0
                begin = f"{' ' * indent}{mark} " if is_first else behind
                text = Text.assemble((begin, style if is_first else ""), (line, "dim" if index else ""))
                self._console.print(text, soft_wrap=True)

    def block(self, text: str, margin: str = "    | ") -> None:
        """A body, each line behind a margin."""
        for line in text.splitlines():
            self.line(f"{margin}{line}".rstrip(), "dim")

    def json(self, value: Any) -> None:
        text = json.dumps(as_json(value), indent=2, ensure_ascii=False)
        sys.stdout.write(self._masked(text) + "\n")

    def _masked(self, text: str) -> str:
        return self._mask.text(text) if self._mask else text


def fail(sentence: str, code: int = WRONG) -> NoReturn:
    """Say what is wrong on stderr and end."""
    sys.stderr.write(printable(sentence) + "\n")
    raise typer.Exit(code)


def note(sentence: str) -> None:
    """Say on stderr what is worth knowing, so that stdout is what was asked for."""
    sys.stderr.write(printable(sentence) + "\n")


def read_config(path: Path, *, tells_warnings: bool = False, asks_trackers: bool = True) -> Config:
    """The configuration, and the logs set up with its secrets masked. Ends with 2 on problems. Its warnings are for
    commands that act on it for long: `check` tells them among its findings, elsewhere they would only be in the way. A
    command that asks no tracker works in a terminal without the tokens."""
    try:
        config = load_config(path, environment_beside(path, os.environ), asks_trackers=asks_trackers)
    except DocumentError as error:
        fail(f"{error}{_hint(path, str(error))}")
    set_up_logs(config.secrets)
    for warning in config.warnings if tells_warnings else ():
        sys.stderr.write(f"{path.name}: {warning}\n")
    return config


def _hint(path: Path, told: str) -> str:
    """What helps somebody who has only just begun."""
    if path.is_dir():
        return f"\n  It is a folder: name the file in it, --config {path / DEFAULT_CONFIG}."
    if not path.exists():
        return "\n  `aftermath init` writes one; --config names another."
    missing = list(dict.fromkeys(_NOT_SET.findall(told)))
    if not missing:
        return ""
    lines = ", ".join(f"{name}=…" for name in missing)
    which, it = ("they are", "them") if len(missing) > 1 else ("it is", "it")
    env = path.resolve().parent / ENVIRONMENT_FILE
    return f"\n  Write {it} into {env} ({lines}), and {which} there in every terminal."


@contextmanager
def told_errors(config: Config) -> Iterator[None]:
    """What a person can put right is told in a sentence and ends with 2; a tracker that is away ends with 1."""
    mask = Mask(config.secrets)
    try:
        yield
    except (DocumentError, LedgerUnreachable) as error:
        fail(mask.text(str(error)))
    except TrackerError as error:
        fail(mask.text(str(error)), NOT_GOOD)
    except SQLAlchemyError as error:
        fail(mask.text(ledger_trouble(config.ledger_url, error, "does not answer")), NOT_GOOD)
    except requests.RequestException as error:
        fail(f"The clock at {config.clock_url} does not answer ({type(error).__name__}): is the sandbox running?")


def told_moment(iso: str, zone: dt.tzinfo) -> str:
    """A moment of the JSON as people read it."""
    return moment(dt.datetime.fromisoformat(iso), zone)


def look_words(next_look: str, zone: dt.tzinfo) -> str:
    """When a case is looked at next, though nobody says anything; `next_look` is ISO, or empty."""
    return f"next look {told_moment(next_look, zone)}" if next_look else "waits for news"


def tell_presence(teller: Teller, presence: Presence) -> None:
    """Say aloud that nothing is at work; nothing where all is."""
    if presence.missing:
        teller.line(presence.missing, "bold yellow")


def warn_of_policy(problem: str, mask: Mask) -> None:
    """Say above all else that the policy's files cannot be used, on stderr; nothing where they can."""
    if problem:
        what_then = "what runs goes on with the policy as it was, and nothing new starts"
        sys.stderr.write(printable(mask.text(f"The policy's files cannot be used: {what_then}.\n{problem}")) + "\n")
        sys.stderr.flush()


def as_json(value: Any) -> Any:
    """Dataclasses as objects, moments and references as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return as_json({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def printable(text: str) -> str:
    """Text without what could steer a terminal."""
    shown = text.replace("\N{ZERO WIDTH SPACE}", "")  # ours, to keep a tracker from reading `@` and `#` as its own
    return "".join(char if char in "\n\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)
