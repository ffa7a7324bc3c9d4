"""`aftermath policy …`: what concerns policies alone, and needs no tracker. Each command is a module of this folder."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from worker.cli.loading import build_group

#: Name to what the overview says, as in `worker.cli`.
COMMANDS = {
    "check": "See whether a policy is good, and where it is not.",
    "describe": "Tell in plain words what a policy does.",
    "reference": "Print the page about the policy language.",
    "schema": "Print a JSON Schema, by which editors complete and check.",
    "test": "Try a policy on cases of your own, weeks of them in a second.",
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """The group, with the one command loaded that the arguments behind `policy` name."""
    return build_group(__name__, "Look after the policy: is it good, what may stand in it.", COMMANDS, arguments)
