"""Before a write is sent: may it be, by what its tracker takes of us; and if not, from when on.

What each tracker takes is its connector's to say, what is left of that stands in the ledger, and how much of it an
effect may use is said here. The last of a bucket is kept for those who cannot wait: severity 1 draws to the bottom, 2
leaves a tenth, 3 three tenths, and what is milder half. What has been overdue for a day may draw as if it were one
severity graver; only severity 1 ever gets the last tenth. Among those who wait the graver go first, then the longer
overdue (`rules.effects.Urgency`), then who waited longest.

Nobody sleeps, and nothing is tried or counted as a failure: the case is looked at again when its turn has come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.write_limits import WriteLimits
from rules.effects import AnyEffect, CloseTwin, Keep, LinkTickets, Notify, OpenTicket, Say, Urgency, WriteFile
from rules.keys import split_case_id
from worker.ledger.write_budgets import PACE, Wanted, WriteBudgets, WriteWait

#: What is left of a bucket for the more urgent, by severity; what is milder leaves as much as the last.
KEPT = (0.0, 0.1, 0.3, 0.5)
#: What is overdue for so long draws as if it were one severity graver.
OVERDUE_S = 86_400
_QUARTER_S = 900


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests that an effect takes, and how many of them make something new for people to read."""

    writes: int
    contents: int


def tracker_of(effect: AnyEffect) -> str:
    """The tracker that an effect is written to; nothing for a private message."""
    if isinstance(effect, Notify):
        return ""
    return effect.place.tracker if isinstance(effect, OpenTicket | WriteFile) else effect.ticket.tracker


def cost_of(effect: AnyEffect, standing: bool) -> Cost:
    """What it costs where all goes well; `standing` says that its comment is there, and is only edited."""
    match effect:
        case CloseTwin():
            return Cost(2, 0)
        case Keep():
            return Cost(1, 0 if standing else 1)
        case OpenTicket() | Say() | WriteFile():
            return Cost(1, 1)
        case LinkTickets():
            return Cost(1, int(effect.relation == "sub-issue"))
        case _:
            return Cost(1, 0)


def kept_for_others(urgency: Urgency) -> float:
    """The part of a bucket that an effect leaves for the more urgent."""
    severity = max(urgency.severity, 1)
    if severity > 2 and urgency.overdue_s >= OVERDUE_S:
        severity -= 1
    return KEPT[min(severity, len(KEPT)) - 1]


class WriteBudget:
    """Lets effects through, one by one. `limits` are by tracker; one that has none takes whatever comes."""

    def __init__(self, kept: WriteBudgets, limits: Mapping[str, WriteLimits]) -> None:
        self._kept = kept
        self._limits = limits

    def draw(self, effect: AnyEffect, now: dt.datetime, standing: bool, rest: Sequence[Cost] = ()) -> WriteWait | None:
        """None: it may be sent now. Else how long its case waits, for this and for `rest`, what else it wants to write
        to the same tracker."""
        limits = self._limits.get(tracker_of(effect))
        if limits is None:
            return None
        cost, urgency = cost_of(effect, standing), effect.urgency
        wanted = Wanted(
            root=split_case_id(effect.case)[0],
            severity=urgency.severity,
            overdue=urgency.overdue_s // _QUARTER_S,
            writes=cost.writes,
            contents=cost.contents,
            all_writes=cost.writes + sum(one.writes for one in rest),
            all_contents=cost.contents + sum(one.contents for one in rest),
            kept=kept_for_others(urgency),
        )
        return self._kept.draw(tracker_of(effect), limits, wanted, now)

    def leave(self, root: str) -> None:
        """The case wants nothing more: nobody waits for it."""
        if self._limits:
            self._kept.leave(root)

    def why(self, wait: WriteWait) -> str:
        """In half a sentence, why a case waits."""
        limits = self._limits.get(wait.tracker)
        if limits is None:
            return f"{wait.tracker} takes no more of us now"
        bucket = limits.pace if wait.short_of == PACE else limits.contents or limits.pace
        return bucket.why
