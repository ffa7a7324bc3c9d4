"""Which of a policy's overrides holds for a failure: the first that fits it, and so at most one.

What an override changes is read and checked at load; here it is only chosen, as every look does.
"""

from __future__ import annotations

from rules.facts import Ticket
from rules.labels import has_label
from rules.policy import Override, Policy
from rules.teams import team_of


def applying_to(policy: Policy, failure: Ticket) -> Policy:
    """The policy as it is for that failure."""
    override = next((one for one in policy.overrides if _fits(policy, one, failure)), None)
    return policy.under(override) if override else policy


def _fits(policy: Policy, override: Override, failure: Ticket) -> bool:
    if override.labels and not has_label(failure.labels, *override.labels):
        return False
    if not override.teams:
        return True
    team = team_of(policy.people, failure)
    return team is not None and team.id in override.teams
