"""`aftermath dead`: what did not work and needs a person, to be tried again or let go."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

import typer

from worker import dead
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    fail,
    read_config,
    tell_presence,
    told_errors,
    told_moment,
    warn_of_policy,
)
from worker.dead_digests import read_dead_digests
from worker.logs import Mask
from worker.phrases import counted
from worker.presence import Presence, read_presence
from worker.program import Program, compose

ALL = "all"


class Deed(StrEnum):
    LIST = "list"
    RETRY = "retry"
    DROP = "drop"


def command(
    deed: Annotated[Deed, typer.Argument(help="`list`, `retry KEY` (or `all`), or `drop KEY`.")] = Deed.LIST,
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="The effect's key, as `list` shows it.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """List what a tracker refused or what keeps failing, with the reason and what to do; try it again, or let it go.

    Listing exits with 1 when something needs a person. Asks no tracker.
    """
    if deed is not Deed.LIST and not key:
        fail(f"Which one? Write `aftermath dead {deed} KEY`" + (f", or `{ALL}`." if deed is Deed.RETRY else "."))
    settings = read_config(config, asks_trackers=False)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose(settings, needs_policy=False)
        warn_of_policy(program.policy.problem, Mask(settings.secrets))
        try:
            if deed is Deed.LIST:
                _list(program, teller, as_data)
            elif deed is Deed.RETRY:
                _retry(program, teller, key, as_data)
            else:
                _drop(program, teller, key, as_data)
        except dead.UnknownEffect as error:
            fail(str(error))
        finally:
            program.close()


def _list(program: Program, teller: Teller, as_data: bool) -> None:
    found, presence = (*dead.read_dead(program.ledger), *_digests(program)), read_presence(program)
    waiting = sum(effect.needs_person for effect in found)
    if as_data:
        teller.json({"presence": presence, "dead": found, "needs_person": waiting > 0})
    else:
        tell_presence(teller, presence)
        for effect in found:
            _show(teller, effect, program.policy().calendar.zone)
        teller.line(f"{counted(waiting, 'effect')} in need of you." if waiting else "Nothing needs you.", "bold")
    if waiting:
        raise typer.Exit(NOT_GOOD)


def _show(teller: Teller, effect: dead.DeadEffect, zone: dt.tzinfo) -> None:
    teller.line(f"{effect.key}  {_name(effect)}  ({effect.state})", "bold")
    by = f"by the rule {effect.rule}; " if effect.rule else ""
    teller.line(f"  {by}tried {counted(effect.attempts, 'time')}: {effect.problem}")
    again = f" Tried again by itself on {told_moment(effect.again_at, zone)}." if effect.again_at else ""
    teller.line(f"  {effect.todo}{again}")


def _name(effect: dead.DeadEffect) -> str:
    """A weekly digest has no rule and no ticket: its week stands for them."""
    return f"{effect.what}, on {effect.where}" if effect.rule else f"{effect.what} of {effect.where}"


def _digests(program: Program) -> tuple[dead.DeadEffect, ...]:
    return read_dead_digests(program.ledger, program.policy(), program.clock.now())


def _retry(program: Program, teller: Teller, key: str, as_data: bool) -> None:
    keys = None if key == ALL else [key]
    count = dead.retry(program.ledger, keys, program.clock.now(), _digests(program))
    tell_retried(teller, count, read_presence(program), as_data)


def tell_retried(teller: Teller, count: int, presence: Presence, as_data: bool) -> None:
    """How many effects are tried again; `aftermath retry` says it alike."""
    if as_data:
        teller.json({"retried": count})
    elif count:
        teller.line(
            f"{counted(count, 'effect')} tried again {'now' if presence.is_running else 'once Aftermath runs'}."
        )
        tell_presence(teller, presence)
    else:
        teller.line("There is nothing to try again.")


def _drop(program: Program, teller: Teller, key: str, as_data: bool) -> None:
    effect = dead.drop(program.ledger, key, _digests(program))
    if as_data:
        teller.json({"dropped": effect.key})
    else:
        teller.line(f"Let go: {_name(effect)}. `aftermath dead retry {key}` takes it up again.")
