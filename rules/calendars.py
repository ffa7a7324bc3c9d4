"""Whose working time counts: a person's own calendar over their team's over the policy's.

Days on which somebody is away with nobody to stand in are no working days of theirs. Each calendar is put together
once for a policy, when it is first asked for.
"""

from __future__ import annotations

from rules.calendar import Calendar
from rules.policy import Person, Policy


def calendar_of(policy: Policy, person: Person | None) -> Calendar:
    """When that person works; the policy's own calendar for nobody, and for somebody the people file does not know."""
    return policy.calendar_of_id(person.id) if person else policy.calendar
