"""What did not count: while the failure's label was off, and for what is asked of a failure itself while it was closed.

The tickets say that all clocks stand still then. So what a ladder counts from comes later by the working time (of a
sev1's first word: by the time) of each stop that is over and ended after it.
"""

from __future__ import annotations

import datetime as dt

from worker.simulation.expected_calendar import WorkingTime
from worker.simulation.expected_case import Cases, Generation, Spell, spells_of
from worker.simulation.expected_moment import Moment
from worker.simulation.expected_story import Story


class Stops:
    """The stops of one ticket in one generation."""

    def __init__(self, cases: Cases, generation: Generation, ticket: Story) -> None:
        failure = generation.failure

        def stands_still(moment: dt.datetime) -> bool:
            is_closed = ticket is failure and not failure.is_open_at(moment)
            return is_closed or not cases.is_failure_at(failure, moment)

        points = [entry.at for entry in failure.history]
        self._spells: list[Spell] = spells_of(points, cases.ended_at, stands_still)

    def moved(self, anchor: Moment, moment: dt.datetime, hours: WorkingTime | None) -> Moment:
        """The anchor as it is counted from at a moment: by the stops that are over, in these hours or by the clock."""
        over = [spell for spell in self._spells if anchor.at < spell.ends <= moment]
        if hours is None:
            lost = sum((spell.ends - spell.begins for spell in over), dt.timedelta())
            at = anchor.at + lost
        else:
            lost = sum((hours.working_time(spell.begins, spell.ends) for spell in over), dt.timedelta())
            at = hours.add_working_time(anchor.at, lost) if lost else anchor.at
        return Moment(at, anchor.event, anchor.at) if lost else anchor
