"""What every process looks after while it runs: its ledger when it was away, and what its role brings along: the
policy's files, its queue, trackers that were away, the brake."""

from __future__ import annotations

from collections.abc import Callable

from worker.clock import stopwatch_s
from worker.loops import Loop
from worker.outages import LEDGER
from worker.program import Program

UPKEEP_EVERY_S = 1.0
_JOIN_S = 1.0


class Upkeep:
    """A loop over `chores`, each called about once a second and left to say by itself what changed."""

    def __init__(self, program: Program, *chores: Callable[[], object]) -> None:
        self._program = program
        self._chores = chores
        self._loop = Loop("upkeep", UPKEEP_EVERY_S, self._look, program.outages)

    def start(self) -> None:
        self._loop.start()

    def ask_to_stop(self) -> None:
        self._loop.ask_to_stop()

    def stop(self) -> None:
        self.ask_to_stop()
        self._loop.join(_JOIN_S)

    def _look(self) -> None:
        trouble: list[Exception] = []
        for chore in (self._ask_for_ledger, *self._chores) if not self._loop.is_stopping else ():
            try:
                chore()
            except Exception as error:  # noqa: BLE001 - one chore that fails does not keep the others from being done
                trouble.append(error)
        if trouble:
            raise trouble[0]

    def _ask_for_ledger(self) -> None:
        """Who missed it may not need it again for hours, and would not notice that it is back."""
        program = self._program
        if program.outages.is_away(LEDGER):
            asked_s = stopwatch_s()
            program.ledger.installation.brake()
            program.outages.back(LEDGER, asked_s=asked_s)
