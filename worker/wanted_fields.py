"""Which of the trackers' own fields the policy in force asks about, for the trackers to read with each ticket, and what
it expects to find in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connectors.wanted_fields import WantedFields
from rules.compared_words import compared_words
from rules.conditions import Condition
from rules.policy import Policy
from rules.vocabulary import FIELDS, TICKETS

_PRIORITY = ".priority"


def fields_wanted_by(policy: Policy) -> WantedFields:
    """The policy's fields by name, and whether anything hangs on a priority: a severity, or a condition."""
    asked = (fact for rule in policy.every_rule if rule.when for fact in rule.when.facts)
    with_priority = bool(policy.severities.priorities) or any(fact.endswith(_PRIORITY) for fact in asked)
    return WantedFields(tuple(field.name for field in policy.fields.values()), with_priority)


def priority_words(policy: Policy, tickets: Sequence[str] = TICKETS) -> tuple[str, ...]:
    """The priorities that conditions compare those of `tickets` (`failure`) with, each once."""
    words = (word for ticket in tickets for word in compared_words(_conditions(policy), f"{ticket}{_PRIORITY}"))
    return tuple(dict.fromkeys(words))


def field_words(policy: Policy, tickets: Sequence[str] = TICKETS) -> Mapping[str, tuple[str, ...]]:
    """What conditions compare the policy's fields with, by the names that people see on the trackers."""
    found: dict[str, tuple[str, ...]] = {}
    for own in policy.fields.values():
        facts = (f"{ticket}.{FIELDS}.{own.id}" for ticket in tickets)
        words = [word for fact in facts for word in compared_words(_conditions(policy), fact)]
        if words:
            found[own.name] = tuple(dict.fromkeys((*found.get(own.name, ()), *words)))
    return found


def _conditions(policy: Policy) -> Iterator[Condition]:
    """Each that a rule asks, those of its groups too."""
    for rule in policy.every_rule:
        yield from rule.conditions
