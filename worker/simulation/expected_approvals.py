"""The independent model's part on what is asked of whoever stands above an owner: to approve a plan, and what is in the
way of an action whose date moved again.

A plan is asked about once in a case: ten working days after the failure was labelled, or when its post-mortem was
closed. An action is asked about at most once for each time that its date was put off, the first left out. Where nobody
stands above anybody, nothing of it is asked. That it is asked at all is the business of tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise

from worker.simulation.expected_case import Cases, Generation
from worker.simulation.expected_setting import Patience, Violation
from worker.simulation.expected_story import Said, Story

UNAPPROVED = "unapproved"
POSTPONED = "postponed"
_PLAN_DAYS = 10


def approval_violations(generation: Generation, cases: Cases, patience: Patience) -> Iterable[Violation]:
    """What was asked without a reason, too early, or once too often."""
    for mortem in generation.mortems:
        for said in _said(mortem, UNAPPROVED, generation):
            if not cases.setting.has_people:
                yield Violation(mortem.key, "wrong", f"{said.kind} of {said.at:%F %H:%M}, and nobody is above anybody")
            elif not _is_plan_due(generation, mortem, said, cases, patience):
                yield Violation(mortem.key, "early", f"{said.kind} of {said.at:%F %H:%M} comes before its time")
    for action in generation.actions:
        asked = _said(action, POSTPONED, generation)
        for number, said in enumerate(asked, start=2):
            is_blurred = any(one.is_person and one.is_known_since > one.at for one in action.comments)
            if not cases.setting.has_people or (not is_blurred and _put_off(action, said.at) < number):
                yield Violation(action.key, "wrong", f"{said.kind} of {said.at:%F %H:%M} was asked without a reason")


def _said(ticket: Story, kind: str, generation: Generation) -> list[Said]:
    return [said for said in ticket.comments if said.is_ours and said.kind == kind and said.case == generation.case]


def _is_plan_due(generation: Generation, mortem: Story, said: Said, cases: Cases, patience: Patience) -> bool:
    due = cases.setting.earliest(generation.begins, _PLAN_DAYS)
    was_closed = not all(mortem.is_open_at(moment) for moment in (patience.reach(said.at), said.at))
    return was_closed or due <= said.at + cases.setting.slack


def _put_off(action: Story, until: dt.datetime) -> int:
    """How often by then a later day was set than the one before."""
    points = sorted({action.created_at, *(e.at for e in action.history), *(said.at for said in action.comments)})
    days = [day for point in points if point <= until and (day := action.due_day_at(point))]
    return sum(after > before for before, after in pairwise(days))
