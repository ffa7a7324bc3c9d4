"""The brake: stops everything new when too much would be said at once (P13).

A sweep is an hour. The absolute cap counts effects; above 20 effects a relative one looks at how large
a part of all open cases was touched, since an old backlog shows itself by many cases at once.
"""

from __future__ import annotations

import datetime as dt

from rules.policy import Limits
from worker.ledger import Ledger

SWEEP = dt.timedelta(hours=1)
#: The relative cap looks only above so many effects and so many cases.
RELATIVE_FROM_EFFECTS = 20
RELATIVE_FROM_CASES = 10
#: The part of open cases that may be touched in one sweep.
RELATIVE_SHARE_MAX = 0.5


class Brake:
    """Counts what a sweep said and opened, and holds everything new once it is too much."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def spent(self, now: dt.datetime) -> int:
        return self._ledger.effects.spent_since(self._since(now))[0]

    def is_on(self) -> bool:
        return bool(self._ledger.installation.brake())

    def look(self, limits: Limits, now: dt.datetime) -> None:
        """Pull the brake where this sweep went too far. Only a person lifts it (`aftermath resume`)."""
        effects, touched = self._ledger.effects.spent_since(self._since(now))
        if effects >= limits.sweep_effects_max:
            self._pull(f"{effects} new comments and tickets within an hour; the cap is {limits.sweep_effects_max}", now)
        elif effects > RELATIVE_FROM_EFFECTS and touched > RELATIVE_FROM_CASES:
            active = self._ledger.cases.count_active()
            if touched > active * RELATIVE_SHARE_MAX:
                self._pull(
                    f"{touched} of {active} open cases had spoken within an hour ({effects} comments and tickets)", now
                )

    def _pull(self, reason: str, now: dt.datetime) -> None:
        self._ledger.installation.set_brake(reason, now)

    def _since(self, now: dt.datetime) -> dt.datetime:
        resumed = self._ledger.installation.sweep_since()
        return max(now - SWEEP, resumed) if resumed else now - SWEEP


def brake_sentence(reason: str) -> str:
    """That it holds, why, and what a person does about it."""
    return (
        f"THE BRAKE HOLDS everything new: {reason}. Nothing is lost: `aftermath plan` shows what waits, and "
        f"`aftermath resume` lifts the brake."
    )
