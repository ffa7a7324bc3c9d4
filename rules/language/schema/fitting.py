"""What fits together in a rule: it does something, and nothing that cannot be done for what it looks at."""

from __future__ import annotations

from typing import Any

from rules.language.verbs import MODIFIERS, verbs_for
from rules.policy.terms import Subject

#: Nothing that these rules look at has a ladder.
_WITHOUT_LADDER = (Subject.ACTION_ITEM, Subject.COMMENT)


def fit_rule(rule: dict[str, Any]) -> None:
    """Add to the definition of a rule what its keys say about each other."""
    rule["anyOf"] = [{"required": ["do"]}, {"required": ["ladder"]}]
    rule["allOf"] = [_fitting(subject) for subject in Subject]


def _fitting(subject: Subject) -> dict[str, Any]:
    names = [*verbs_for(subject), *MODIFIERS]
    fits: dict[str, Any] = {"do": {"items": {"propertyNames": {"enum": names}}}}
    if subject in _WITHOUT_LADDER:
        fits["ladder"] = {"type": "null"}
    return {
        "if": {"properties": {"for": {"const": subject.value}}, "required": ["for"]},
        "then": {"properties": fits},
    }
