"""The crash table: at which moments a worker is killed while it makes which kind of write."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.end_to_end.tables import Table
from tests.end_to_end.writes import WRITES, Write
from worker.steps import Step


@dataclass(frozen=True)
class Moment:
    """When SIGKILL comes: after a `step` of the worker's own, or while its request is with the tracker.

    `is_before` says that nothing of the write is done then.
    """

    name: str
    step: Step | None
    is_before: bool


RECEIVED = Moment("request received, never done", None, True)
DONE = Moment("request done, not answered", None, False)
LATE = Moment("request received, done after the restart", None, True)

MOMENTS = (
    Moment("leased", Step.LEASED, True),
    Moment("fetched", Step.FETCHED, True),
    Moment("decided", Step.DECIDED, True),
    Moment("intended", Step.INTENDED, True),
    Moment("sending", Step.SENDING, True),
    RECEIVED,
    DONE,
    LATE,
    Moment("answered", Step.ANSWERED, False),
    Moment("confirmed", Step.CONFIRMED, False),
    Moment("settled", Step.SETTLED, False),
    Moment("released", Step.RELEASED, False),
)

#: In every run each write dies at every fourth moment, a later one from row to row, so that every moment is there on
#: either tracker; in the long run at all.
_EVERY = 4


def _left_out(write: Write, moment: Moment) -> str:
    return ""


def _marks(write: Write, moment: Moment) -> tuple[pytest.MarkDecorator, ...]:
    is_always = (WRITES.index(write) + MOMENTS.index(moment)) % _EVERY == 0
    return () if is_always else (pytest.mark.soak,)


CRASH_TABLE = Table("crash table", ("writes", WRITES), ("moments of death", MOMENTS), _left_out, _marks)
