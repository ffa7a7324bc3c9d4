"""What each shape of a value looks like, and forms brought to the same words.

A form names the shapes of the values that it leaves open, and here the shape is put in the name's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from rules.by_severity import SEVERITIES
from rules.durations import ALLOWED, SPELLINGS
from rules.language.shapes import MARK, Shape
from rules.language.verbs import MODIFIERS, VERBS, Verb, verbs_for
from rules.language.words import WORDS

Schema = dict[str, Any]

_UNITS = "|".join(sorted(SPELLINGS, key=len, reverse=True))
#: Small letters and single blanks, which is how one writes it; the loader forgives capitals and further blanks.
DURATION_PATTERN = rf"^\s*[+-]?[0-9]{{1,6}} ?({_UNITS})\s*$"


def definition(name: str) -> str:
    """How a form or a shape is called among the definitions: `LadderForm` is `ladder`, `a duration` is `duration`."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name.removesuffix("Form")).lower()
    return re.sub(r"[^a-z]+", "-", re.sub(r"^an? ", "", plain)).strip("-")


def ref(shape: Shape) -> Schema:
    """The definition of a shape, wherever a value has it."""
    return {"$ref": f"#/$defs/{definition(shape.value)}"}


def shaped(part: Any) -> Any:
    """A form's own schema in the words of the language: shapes in their places, and no titles made out of names."""
    if isinstance(part, list):
        return [shaped(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "properties" in part:
        return _form(part)
    found = {key: shaped(one) for key, one in part.items() if key != "title"}
    if MARK in found:
        found = {**ref(Shape(found.pop(MARK))), **found}
    if "$ref" in found:
        found["$ref"] = f"#/$defs/{definition(found['$ref'].rpartition('/')[2])}"
    return _with_meanings(found)


def _form(part: Schema) -> Schema:
    """In the order in which one would read it."""
    properties = {name: shaped(one) for name, one in part["properties"].items()}
    return {
        "title": definition(part["title"]).replace("-", " "),
        "description": part.get("description", ""),
        "type": "object",
        "properties": properties,
        "required": part.get("required", []),
        "additionalProperties": False,
    }


def _with_meanings(found: Schema) -> Schema:
    """With what each word means, where a value is one of a few."""
    words = found.get("enum")
    meanings = next((one for one in WORDS.values() if words == [*map(str, one)]), None)
    return {**found, "enumDescriptions": [*meanings.values()]} if meanings else found


def _word_of(kind: str, *more: str) -> Schema:
    return _with_meanings({"type": "string", "enum": [*map(str, WORDS[kind]), *more]})


def _one_or_several(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _text(pattern: str, description: str) -> Schema:
    return {"type": "string", "pattern": pattern, "description": description}


def _dos(verbs: Iterable[str]) -> Schema:
    """A list of things to do. One mapping may hold several, so that it is not told apart which belong together."""
    properties = {name: _behind(VERBS[name]) for name in verbs}
    properties |= {name: {**ref(one.shape), "description": one.meaning} for name, one in MODIFIERS.items()}
    thing = {"type": "object", "minProperties": 1, "properties": properties, "additionalProperties": False}
    return {"type": "array", "items": thing, "minItems": 1}


def _behind(verb: Verb) -> Schema:
    if not verb.keys:
        assert verb.shape
        return {**ref(verb.shape), "description": f"{verb.shape}: {verb.meaning}"}
    return {
        "type": "object",
        "description": verb.meaning,
        "properties": {key.name: {**ref(key.shape), "description": key.meaning} for key in verb.keys},
        "required": [*verb.needed],
        "additionalProperties": False,
    }


def _or_id(words: Schema) -> Schema:
    """A word, or an id of the people file: which there are, no schema can know."""
    return {"anyOf": [words, _text(r"^[a-z0-9][a-z0-9._-]{0,60}$", "a person's or a team's id of the people file")]}


_DURATION = _text(DURATION_PATTERN, ALLOWED)
_BY_SEVERITY = {
    "type": "object",
    "propertyNames": {"enum": [str(severity) for severity in SEVERITIES]},
    "additionalProperties": ref(Shape.DURATION),
    "minProperties": 1,
}
_REPEAT = {"anyOf": [ref(Shape.DURATION), {"$ref": "#/$defs/repeat"}]}
_HOURS = {"type": "string"}
_VALUES = {"type": ["string", "integer", "boolean", "array"], "items": {"type": ["string", "integer", "boolean"]}}
#: Every shape of a value, but for those of rules and overrides.
SHAPES: Mapping[Shape, Schema] = MappingProxyType(
    {
        Shape.DURATION: _DURATION,
        Shape.DURATIONS: _one_or_several(ref(Shape.DURATION)),
        Shape.BY_SEVERITY: {"anyOf": [ref(Shape.DURATION), _BY_SEVERITY]},
        Shape.REPEAT: _REPEAT,
        Shape.RESETS: {"anyOf": [*_one_or_several(_word_of("resets"))["anyOf"], {"type": "array", "maxItems": 0}]},
        Shape.VARIABLE: _VALUES,
        Shape.HOURS: {"anyOf": [_HOURS, {"type": "object", "additionalProperties": _HOURS}]},
        Shape.CONDITION: {
            "type": ["string", "null"],
            "description": "a condition in CEL over the facts, such as `failure.is_open && failure.severity <= 2`",
        },
        Shape.DO: _dos(verbs_for()),
        Shape.RUNG_DO: _dos(verbs_for(on_rung=True)),
        Shape.PHASES: _one_or_several(_word_of("phases")),
        Shape.TEMPLATE: _text(r"^(?!title-).*\.md$", "the name of a template of a text, such as `overdue.md`"),
        Shape.TITLE: _text(r"^title-.*\.md$", "the name of a template of a title, such as `title-action.md`"),
        Shape.QUIET: _text(r"^(none|\d\d?:\d\d ?[-–] ?\d\d?:\d\d)$", "such as `20:00-07:00`, or `none`"),
        Shape.ROLE: _or_id(_word_of("roles", "failure.owner")),
        Shape.ROLES: _one_or_several(_or_id(_word_of("roles"))),
        Shape.RECIPIENTS: _one_or_several(_or_id(_word_of("recipients"))),
        Shape.LABEL: _text(r"^[^\s,]+( [^\s,]+)*$", "a label of a tracker, without commas"),
        Shape.WORD: _text(r"^[a-z][a-z-]{0,30}$", "small letters and hyphens, such as `ask-again`"),
        Shape.OPENED: {"type": "string", "enum": ["post-mortem", "action"]},
        Shape.LINKED: {"type": "string", "enum": ["failure", "post-mortem"]},
    }
)
