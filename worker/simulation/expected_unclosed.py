"""The independent model's part on failures that nobody closes: whether they are over is asked, and not too often.

It is asked of a failure that stays open though everything else has ended, ten working days after the last thing that
moved it, so never twice within ten. That it is asked at all is the business of tests: too much that people do moves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from worker.simulation.expected_case import Cases, Generation
from worker.simulation.expected_setting import Patience, Violation
from worker.simulation.expected_story import Said

KIND = "still-open"
DAYS_APART = 10


def unclosed_violations(generation: Generation, cases: Cases, patience: Patience) -> Iterable[Violation]:
    """What was asked too often, or of a failure that was closed, or while work was left."""
    failure = generation.failure
    asked = [said for said in failure.comments if said.kind == KIND and said.case == generation.case]
    for one, next_one in pairwise(asked):
        due = cases.setting.earliest(one.at, DAYS_APART)
        if next_one.at < due - cases.setting.slack:
            yield Violation(failure.key, "twice", f"{KIND} of {next_one.at:%F %H:%M} follows that of {one.at:%F %H:%M}")
    for said in asked:
        if not _had_reason(generation, said, patience):
            yield Violation(failure.key, "wrong", f"{KIND} of {said.at:%F %H:%M} was asked while it had not to be")


def _had_reason(generation: Generation, said: Said, patience: Patience) -> bool:
    """Whether at some moment at which it may have been decided the failure was open, and the post-mortem closed."""
    moments = (patience.reach(said.at), said.at)
    mortems = [story for story in generation.mortems if not story.is_neutralised]
    was_open = any(generation.failure.is_open_at(moment) for moment in moments)
    return was_open and not any(all(story.is_open_at(moment) for moment in moments) for story in mortems)
