"""What would be said and to whom if nobody moved: live cases, read as `plan` reads them, and weeks passing over them.

The trackers are read once and never written to, and the ledger is copied: nothing is left behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rules.refs import TicketRef
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.program import Program
from worker.rebuild import rebuild
from worker.rehearsal.clock import SetClock
from worker.rehearsal.happening import Happening
from worker.rehearsal.ledger_copy import copy_of, wake_open_cases
from worker.rehearsal.machine import DoesNotSettle, Machine, Trouble
from worker.rehearsal.overlay import Overlay
from worker.trackers import page_of


@dataclass(frozen=True, slots=True)
class FutureCase:
    """One failure to which something will be said."""

    root: str
    failure: TicketRef
    title: str


@dataclass(frozen=True, slots=True)
class Future:
    """From `begins` to `ends`, should nobody move. `happened` is everything in order of time, `opened` the titles of
    tickets that are not there yet, `brake` why the brake would hold at the end, or nothing, and `held_from_the_start`
    whether it does now. `reads_spent` is what reading all this took in requests."""

    begins: dt.datetime
    ends: dt.datetime
    happened: tuple[Happening, ...]
    cases: tuple[FutureCase, ...]
    opened: Mapping[TicketRef, str]
    troubles: tuple[Trouble, ...]
    brake: str
    held_from_the_start: bool
    reads_spent: int

    @property
    def reaching(self) -> tuple[Happening, ...]:
        """What reaches people, or opens something."""
        return tuple(one for one in self.happened if one.reaches)

    def called(self, ref: TicketRef) -> str:
        """A ticket's address; of one that is not there yet, what it is going to be called."""
        if ref not in self.opened:
            return str(ref)
        place = ref.key.rpartition("#")[0] or ref.key.rpartition("-")[0]
        return f"a new ticket in {ref.tracker}:{place}, “{self.opened[ref]}”"

    @property
    def is_good(self) -> bool:
        return not self.troubles


def overlays_of(program: Program, now: Callable[[], dt.datetime]) -> dict[str, Overlay]:
    """Every tracker of a program, to be read once and never written to."""
    settings = program.config.trackers

    def overlay(name: str) -> Overlay:
        return Overlay(program.trackers[name], settings[name].kind, now, lambda key: page_of(settings[name], key))

    return {name: overlay(name) for name in program.trackers}


def look_ahead(
    program: Program, ends: dt.datetime, only: TicketRef | None = None, begins: dt.datetime | None = None
) -> Future:
    """Let time pass until `ends`, for all cases or for those of one ticket; from now on, or from when `begins` says.

    Raises connectors.errors where the trackers have to be listed and are away; trouble with one case stays with it.
    """
    clock = SetClock(begins or program.clock.now())
    begins, reads = clock.at, program.reads
    overlays = overlays_of(program, clock.now)
    ledger = _ledger_of(program, overlays, clock)
    happened: list[Happening] = []
    machine = Machine(
        ledger=ledger,
        trackers=overlays,
        policy=program.policy,
        clock=clock,
        installation=program.config.installation,
        openings=program.config.openings,
        told=happened.append,
    )
    try:
        held = bool(ledger.installation.brake())
        _wake(program, ledger, overlays, begins, only)
        troubles = [*_passed(machine, ends)]
        return Future(
            begins=begins,
            ends=ends,
            happened=tuple(happened),
            cases=tuple(FutureCase(row.root, row.failure, row.title) for row in ledger.cases.all()),
            opened={one.ticket: one.title for one in happened if one.verb == "open"},
            troubles=(*machine.troubles, *troubles),
            brake=ledger.installation.brake(),
            held_from_the_start=held,
            reads_spent=program.reads - reads,
        )
    finally:
        ledger.close()


def _passed(machine: Machine, ends: dt.datetime) -> Iterator[Trouble]:
    try:
        machine.pass_until(ends)
    except DoesNotSettle as error:
        yield Trouble(machine.clock.at, TicketRef("", ""), str(error))


def _ledger_of(program: Program, overlays: Mapping[str, Overlay], clock: SetClock) -> Ledger:
    """What the installation's ledger knows; where it was never filled, what one that is filled now would."""
    if program.is_rebuilt():
        return copy_of(program.ledger)
    ledger, config = open_memory_ledger(), program.config
    rebuild(ledger, overlays, program.policy(), config.places, clock, config.installation)
    return ledger


def _wake(
    program: Program,
    ledger: Ledger,
    overlays: Mapping[str, Overlay],
    now: dt.datetime,
    only: TicketRef | None,
) -> None:
    """Have everything looked at now that `plan` would look at; of one ticket that is known, its cases alone."""
    if only is not None:
        roots = ledger.cases.roots_of(only)
        wake_open_cases(ledger, now, only=roots)
        if not roots:
            ledger.inbox.put([only], now)
        return
    wake_open_cases(ledger, now)
    for place in program.config.watch:
        for label in program.policy().failure_labels:
            found = overlays[place.tracker].labelled(place, label)
            ledger.inbox.put([one.ref for one in found if not ledger.cases.roots_of(one.ref)], now)
