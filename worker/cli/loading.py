"""Commands that are loaded only when they are called: an overview names them all and loads none.

So help answers at once, and a command pays only for what it needs. A package of commands maps each name to what its
overview says, and holds the function `command` of each in a module of that name, hyphens written as underscores.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Literal

import typer


def first_word(arguments: Sequence[str]) -> str:
    """The command that the arguments name, or nothing."""
    return next((word for word in arguments if not word.startswith("-")), "")


def empty_app(sentence: str) -> typer.Typer:
    """An application without commands, which says the sentence in its help."""
    return typer.Typer(
        help=sentence,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=_markup(),
        # Tracebacks with local variables would show secrets (P11).
        pretty_exceptions_enable=False,
    )


def add_command(app: typer.Typer, package: str, name: str, sentence: str, wanted: str) -> None:
    """Add one command: loaded where it is the `wanted` one, else standing in the overview with its sentence."""
    is_wanted = name == wanted
    app.command(name, help=None if is_wanted else sentence)(load_command(package, name) if is_wanted else _not_loaded)


def build_group(package: str, sentence: str, commands: Mapping[str, str], arguments: Sequence[str]) -> typer.Typer:
    """The commands of a package below one word; `arguments` are those behind that word."""
    group, wanted = empty_app(sentence), first_word(arguments)
    group.callback()(_nothing_before)
    for name, told in commands.items():
        add_command(group, package, name, told, wanted)
    return group


def load_command(package: str, name: str) -> Callable[..., Any]:
    """The function of a command. It is found by its name alone."""
    command: Callable[..., Any] = import_module(f"{package}.{name.replace('-', '_')}").command
    return command


def _markup() -> Literal["rich"] | None:
    """Rich is for terminals; without it an overview answers in half the time."""
    return "rich" if sys.stdout.isatty() else None


def _not_loaded() -> None:
    """Stands for a command in the overview."""


def _nothing_before() -> None:
    """Keeps a group of one command a group."""
