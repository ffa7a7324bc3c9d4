"""Whether Aftermath can do its work now, and if not, why: what `/readyz` says and an operator reads first.

Only looks; a tracker is never asked for this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy.exc import SQLAlchemyError

from worker.program import Program

#: A poll is late when it is overdue by so many of its intervals.
POLL_INTERVALS_MISSED_MAX = 3


class Readiness:
    """`queue_is_up` and `start_problems` are asked of whoever runs the program."""

    def __init__(
        self, program: Program, queue_is_up: Callable[[], bool], start_problems: Callable[[], list[str]]
    ) -> None:
        self._program = program
        self._queue_is_up = queue_is_up
        self._start_problems = start_problems

    def problems(self) -> dict[str, str]:
        """What is amiss, by part (`ledger`, `queue`, `trackers`, `rebuild`, `polling`, `policy`); empty when ready."""
        found: dict[str, str] = {}
        if not self._queue_is_up():
            found["queue"] = "the queue does not answer; hints wait in the ledger"
        if self._program.policy.problem:
            found["policy"] = "the policy's files have problems; the last good policy is in force"
        trackers = self._start_problems()
        if trackers:
            found["trackers"] = "; ".join(trackers)
        try:
            if not self._program.is_rebuilt():
                found["rebuild"] = "the ledger is not yet filled from the trackers"
            elif late := self._late_polls():
                found["polling"] = "; ".join(late)
        except SQLAlchemyError:
            found["ledger"] = "the ledger does not answer"
        return found

    @staticmethod
    def is_ready(problems: Collection[str]) -> bool:
        """Whether work gets done in spite of these. A policy with problems is told, and the last good one works."""
        return not set(problems) - {"policy"}

    def _late_polls(self) -> list[str]:
        program = self._program
        now, longest = program.clock.now(), program.config.poll_every * POLL_INTERVALS_MISSED_MAX
        problems = program.ledger.inbox.poll_problems()
        late = []
        for place in program.config.places:
            _, polled_at = program.ledger.inbox.cursor(str(place))
            if str(place) in problems:
                late.append(f"{place}: {problems[str(place)]}")
            elif polled_at is None or now - polled_at > longest:
                late.append(f"{place} was not polled for a while")
        return late
