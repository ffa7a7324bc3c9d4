"""What fits together in rules: a rule does something, and nothing that cannot be done for what it looks at.

One in a group may leave to the group what all its rules share; a patch says no more than what it changes.
"""

from __future__ import annotations

from typing import Any

from rules.language.schema.shaping import Schema, definition
from rules.language.shapes import Shape
from rules.language.verbs import MODIFIERS, verbs_for
from rules.policy.terms import Subject

#: Nothing that these rules look at has a ladder.
_WITHOUT_LADDER = (Subject.ACTION_ITEM, Subject.COMMENT)
#: What a group may say for its rules.
_SHARED = ("step", "for")
_DOES_SOMETHING = {"anyOf": [{"required": ["do"]}, {"required": ["ladder"]}]}


def fit_rules(policy: Schema, known: dict[str, Any]) -> None:
    """Make of the one form of a rule those that may stand in a file, in a group, and where rules are patched."""
    rule, needed = known["rule"], known["rule"].pop("required")
    rule["required"] = ["id"]
    rule["allOf"] = [_fitting(subject) for subject in Subject]
    in_group = {"required": [name for name in needed if name not in _SHARED], **_DOES_SOMETHING}
    for shape, asked in ((Shape.RULE, {"required": needed, **_DOES_SOMETHING}), (Shape.GROUPED, in_group)):
        known[definition(shape.value)] = _rule_or_group({**asked, "$ref": "#/$defs/rule"})
    known[definition(Shape.PATCH.value)] = _rule_or_group({"$ref": "#/$defs/rule"})
    patches = {"rules": {"items": {"$ref": f"#/$defs/{definition(Shape.PATCH.value)}"}}}
    whole = {"rules": {"items": policy["properties"]["rules"].pop("items")}}
    policy["if"] = {"required": ["include"]}
    policy["then"] = {"properties": patches}
    policy["else"] = {
        "properties": whole,
        "required": policy.pop("required"),
    }  # what includes another has it from there


def _rule_or_group(rule: Schema) -> Schema:
    """Told apart by the key that only a group has, so that an editor says what is wrong with the one that is meant."""
    is_group = {"anyOf": [{"required": ["group"]}, {"required": ["rules"], "not": {"required": ["id"]}}]}
    return {"if": {"type": "object", **is_group}, "then": {"$ref": "#/$defs/group"}, "else": rule}


def _fitting(subject: Subject) -> Schema:
    names = [*verbs_for(subject), *MODIFIERS]
    fits: Schema = {"do": {"items": {"propertyNames": {"enum": names}}}}
    if subject in _WITHOUT_LADDER:
        fits["ladder"] = {"type": "null"}
    return {
        "if": {"properties": {"for": {"const": subject.value}}, "required": ["for"]},
        "then": {"properties": fits},
    }
