"""`vars.NAME` in the place of a whole value: the schema allows it wherever the loader puts the variable's value in."""

from __future__ import annotations

from typing import Any

from rules.language.schema.shaping import Schema, definition
from rules.language.shapes import Shape
from rules.language.variables import AS_WRITTEN

VARIABLE = "variable"
_REF = {"$ref": f"#/$defs/{VARIABLE}"}
#: What says more than one thing about a value stays outside of the choice between it and a variable.
_ABOUT = ("description", "default", "title")
_IS_TEXT = {"type": "string"}
#: Shapes whose values are as they are written.
_FORMS = frozenset({"rung", "rule", *map(definition, (Shape.RULE, Shape.GROUPED, Shape.PATCH, Shape.OVERRIDE))})
_KEPT = frozenset(definition(shape.value) for shape in (Shape.CONDITION, Shape.VARIABLE))


def with_variables(whole: Schema, known: dict[str, Any]) -> tuple[Schema, dict[str, Any]]:
    """The policy and its definitions, with a variable allowed in the place of each whole value."""
    described = {
        "type": "string",
        "pattern": r"^\s*vars\.[\w.-]+\s*$",
        "description": "a variable, whose value stands here",
    }
    found = {name: part if name in _KEPT else _varying(part) for name, part in known.items()}
    return _varying(whole), found | {VARIABLE: described}


def _varying(part: Schema) -> Schema:
    """A form with its properties varying, or a value that may be a variable."""
    if "properties" in part:
        properties = {name: one if name in AS_WRITTEN else _varying(one) for name, one in part["properties"].items()}
        return {**part, "properties": properties}
    about = {key: part[key] for key in _ABOUT if key in part}
    core = {key: value for key, value in part.items() if key not in about}
    if "anyOf" in core:
        return {**part, "anyOf": [*map(_arm, core["anyOf"]), _REF]}
    if core.get("type") == "array":
        return {**about, "anyOf": [_arm(core), _REF]} if _are_values(core.get("items", {})) else {**about, **_arm(core)}
    if core.get("type") == "object":
        return {**part, **_arm(core)}
    if core == _IS_TEXT or ("type" not in core and "enum" not in core and "const" not in core):
        return part
    return {**about, "anyOf": [core, _REF]}


def _arm(part: Schema) -> Schema:
    """One of several that a value may be, with what stands inside of it varying."""
    if "items" in part:
        return {**part, "items": _varying(part["items"])}
    if "additionalProperties" in part and isinstance(part["additionalProperties"], dict):
        return {**part, "additionalProperties": _varying(part["additionalProperties"])}
    return part


def _are_values(items: Schema) -> bool:
    """Whether a list holds words or numbers, so that a variable can be the whole list."""
    return bool(items) and "properties" not in items and items.get("type") != "object" and not _is_form(items)


def _is_form(items: Schema) -> bool:
    return items.get("$ref", "").rpartition("/")[2] in _FORMS
