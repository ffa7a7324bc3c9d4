"""Which of the trackers' own fields the policy in force asks about, for the trackers to read with each ticket."""

from __future__ import annotations

from connectors.wanted_fields import WantedFields
from rules.policy import Policy

_PRIORITY = ".priority"


def fields_wanted_by(policy: Policy) -> WantedFields:
    """The policy's fields by name, and whether anything hangs on a priority: a severity, or a condition."""
    asked = (fact for rule in policy.every_rule if rule.when for fact in rule.when.facts)
    with_priority = bool(policy.severities.priorities) or any(fact.endswith(_PRIORITY) for fact in asked)
    return WantedFields(tuple(field.name for field in policy.fields.values()), with_priority)
