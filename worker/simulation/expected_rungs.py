"""The ladders of the shipped pack, told once more by hand, and when their rungs fall due.

They are repeated here on purpose: a model that read the policy would follow a mistake in it. When the
pack's numbers change, these change too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from worker.simulation.expected_calendar import WorkingTime
from worker.simulation.expected_moment import Moment


@dataclass(frozen=True)
class Rung:
    """One stage: so long after the anchor in `business_days`, or in clock time where `after` is given."""

    kind: str
    roles: tuple[str, ...]
    business_days: int = 0
    after: dt.timedelta | None = None

    def due(self, anchor: dt.datetime, hours: WorkingTime) -> dt.datetime:
        if self.after is not None:
            return anchor + self.after
        return hours.add_business_days(anchor, self.business_days)


@dataclass(frozen=True)
class Ladder:
    """`early` speaks before the base and counts from nothing else; `rungs` count from the anchor."""

    name: str
    is_from_due: bool
    rungs: tuple[Rung, ...]
    early: Rung | None = None
    repeat_business_days: int = 0
    quiet_hours: int = 0  # of clock time; 0: the usual business days
    is_off: bool = False  # whether the policy has taken its rule out

    @property
    def kinds(self) -> set[str]:
        early = {self.early.kind} if self.early else set()
        return early | {rung.kind for rung in self.rungs}


@dataclass(frozen=True)
class Occurrence:
    """One rung falling due: `number` counts a ladder's rungs and repetitions upwards, -1 is the early one.

    `anchor` names the event it counts from: for one such event it speaks once.
    """

    due: dt.datetime
    number: int
    rung: Rung
    anchor: Moment

    @property
    def is_in_hours(self) -> bool:
        """Whether it asks in working hours alone: each that is counted in working days."""
        return self.rung.after is None


def _hours(count: int) -> dt.timedelta:
    return dt.timedelta(hours=count)


_OVERDUE = (
    Rung("overdue", ("owner",), 0),
    Rung("overdue", ("owner", "lead"), 3),
    Rung("overdue", ("manager",), 7),
)
STALLED_ACTION = Ladder("stalled-action", True, _OVERDUE, Rung("reminder", ("owner",), -2), 10)
LATE_POST_MORTEM = Ladder("late-post-mortem", True, _OVERDUE, Rung("reminder", ("owner",), -1), 10)
ASK_SEV1 = Ladder(
    "ask-ack-sev1",
    False,
    (
        Rung("ask", ("owner",), after=_hours(0)),
        Rung("ask-again", ("owner", "lead"), after=_hours(1)),
        Rung("ask-again", ("manager",), after=_hours(4)),
    ),
    quiet_hours=1,
)
ASK = Ladder(
    "ask-ack",
    False,
    (
        Rung("ask", ("owner",), after=_hours(0)),
        Rung("ask-again", ("owner", "lead"), 1),
        Rung("ask-again", ("manager",), 3),
    ),
)
LADDER_KINDS = STALLED_ACTION.kinds | LATE_POST_MORTEM.kinds | ASK.kinds


def occurrences(ladder: Ladder, anchor: Moment, until: dt.datetime, hours: WorkingTime) -> list[Occurrence]:
    """All rungs and repetitions from the anchor that fall due up to `until`, in order."""
    found = []
    for number, rung in enumerate(ladder.rungs):
        found.append(Occurrence(rung.due(anchor.at, hours), number, rung, anchor))
    last = found[-1]
    while ladder.repeat_business_days and last.due <= until:
        due = hours.add_business_days(last.due, ladder.repeat_business_days)
        last = Occurrence(due, last.number + 1, last.rung, anchor)
        found.append(last)
    return [one for one in found if one.due <= until]


def early_occurrence(ladder: Ladder, base: Moment, hours: WorkingTime) -> Occurrence | None:
    """The reminder before the base, where the ladder has one."""
    if ladder.early is None:
        return None
    anchor = Moment(base.at, f"before {base.event}")
    return Occurrence(ladder.early.due(base.at, hours), -1, ladder.early, anchor)
