"""Whether Aftermath can do its work now, and if not, why: what `/readyz` says and an operator reads first.

Only looks; a tracker is never asked for this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy.exc import SQLAlchemyError

from worker.brake import brake_sentence
from worker.program import Program
from worker.roles import RUN, Role

#: A poll is late when it is overdue by so many of its intervals.
POLL_INTERVALS_MISSED_MAX = 3


class Readiness:
    """`queue_is_up`, `start_problems`, `is_leading` and `what_is_wrong` are asked of whoever runs the program, in its
    `role`: trackers that are away, and what a person has to put right there."""

    def __init__(
        self,
        program: Program,
        queue_is_up: Callable[[], bool],
        start_problems: Callable[[], list[str]],
        *,
        role: Role = RUN,
        is_leading: Callable[[], bool] = lambda: True,
        what_is_wrong: Callable[[], list[str]] = list,
    ) -> None:
        self._program = program
        self._queue_is_up = queue_is_up
        self._start_problems = start_problems
        self._role = role
        self._is_leading = is_leading
        self._what_is_wrong = what_is_wrong

    @property
    def role(self) -> str:
        return self._role.name

    def standing(self) -> str:
        """`active` or `standby`: of several schedulers one is at work, and the others are ready to take over."""
        return "active" if not self._role.schedules or self._is_leading() else "standby"

    def problems(self) -> dict[str, str]:
        """What keeps this process from its own work, by part (`ledger`, `queue`, `trackers`, `rebuild`, `polling`,
        `policy`); empty when it is ready. What another process has to do is not asked of this one."""
        found: dict[str, str] = {}
        is_at_work = self._role.asks_trackers and self.standing() == "active"
        if self._role.asks_trackers and not self._queue_is_up():
            found["queue"] = "the queue does not answer; hints wait in the ledger"
        if self._program.policy.problem:
            found["policy"] = "the policy's files have problems; the last good policy is in force"
        trackers = self._start_problems() if is_at_work else []
        if trackers:
            found["trackers"] = "; ".join(trackers)
        try:
            is_rebuilt = self._program.is_rebuilt()
            if is_at_work and not is_rebuilt:
                found["rebuild"] = "the ledger is not yet filled from the trackers"
            elif is_at_work and self._role.schedules and (late := self._late_polls()):
                found["polling"] = "; ".join(late)
        except SQLAlchemyError:
            found["ledger"] = "the ledger does not answer"
        return found

    def warnings(self) -> dict[str, str]:
        """What a person should know though work gets done, by part (`brake`, `trackers`); empty for nothing."""
        wrong = self._what_is_wrong()
        found = {"trackers": "; ".join(" ".join(one.split()) for one in wrong)} if wrong else {}
        try:
            reason = self._program.ledger.installation.brake()
        except SQLAlchemyError:
            return found
        return found | ({"brake": brake_sentence(reason)} if reason else {})

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
