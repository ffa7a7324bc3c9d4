"""The independent plain model: what must stand on the trackers at the end of a simulated history.

It is derived from the design and from the pack's sentences alone, and shares no code with what decides,
counts time or admits: a mistake made there is not made here too. It looks only at what people can see,
the trackers' state, and never at the ledger. Slow and obvious beats clever; where facts changed just
then or two readings are fair, it says nothing rather than cry wolf.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from connectors.sandbox.world import World
from worker.simulation.expected_approvals import approval_violations
from worker.simulation.expected_case import Cases
from worker.simulation.expected_dues import due_violations
from worker.simulation.expected_endings import Endings
from worker.simulation.expected_ladders import ladder_violations
from worker.simulation.expected_lessons import lesson_violations
from worker.simulation.expected_once import once_violations
from worker.simulation.expected_openings import Openings
from worker.simulation.expected_peace import peace_violations
from worker.simulation.expected_replies import Replies
from worker.simulation.expected_reviews import wording_violations
from worker.simulation.expected_setting import Patience, Setting, Trouble, Violation
from worker.simulation.expected_unclosed import unclosed_violations

__all__ = ["Setting", "Trouble", "Violation", "verify"]


def verify(world: World, setting: Setting, troubles: Sequence[Trouble], ended_at: dt.datetime) -> list[Violation]:
    """Everything that is missing, twice, late, early or wrong, by ticket; empty when all is as it should be.

    `ended_at` is the moment at which the world is looked at: what is wanted for less than the slack by
    then is not asked for. Raises KeyError where the world lacks one of the setting's sites.
    """
    patience = Patience(troubles, setting.slack)
    cases = Cases(world, setting, ended_at)
    openings = Openings(cases, patience)
    endings = Endings(cases, patience, openings)
    replies = Replies(cases, patience)
    ladders = ladder_violations(cases, patience)
    found = [*once_violations(cases), *ladders, *lesson_violations(world, cases, patience)]
    judged = {one.ticket for one in ladders}  # whose comments have a worse fault already
    found += [one for one in peace_violations(cases, patience) if one.ticket not in judged]
    for generations in cases.generations.values():
        for generation in generations:
            found += openings.violations(generation, generation is generations[-1])
            found += endings.violations(generation)
            found += replies.violations(generation)
            found += due_violations(generation, cases, patience)
            found += wording_violations(generation, cases, patience)
            found += unclosed_violations(generation, cases, patience)
            found += approval_violations(generation, cases, patience)
    return sorted(set(found))
