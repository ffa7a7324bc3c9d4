"""The policy language as a JSON Schema (draft 2020-12), for editors: made from what the loader reads by.

It knows what a file looks like, not whether a fact, a template or a person is there: that is the loader's to say.

What the schema refuses the loader refuses, with the few exceptions that tests/rules/language/test_schema.py names.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from rules.language.forms import GroupForm, OverrideForm, PolicyForm, RepeatForm, RuleForm
from rules.language.people_forms import PeopleForm
from rules.language.schema.fitting import fit_rules
from rules.language.schema.shaping import SHAPES, definition, shaped
from rules.language.schema.varying import with_variables

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def policy_schema() -> dict[str, Any]:
    """What a policy file looks like."""
    return file_schema(PolicyForm, "A policy of Aftermath", RuleForm, GroupForm, OverrideForm, RepeatForm)


def people_schema() -> dict[str, Any]:
    """What a people file looks like."""
    return file_schema(PeopleForm, "A people file of Aftermath")


def file_schema(root: type[BaseModel], title: str, *more: type[BaseModel]) -> dict[str, Any]:
    """What a file of that form looks like; `more` are forms that it has in values of a shape."""
    models = [(form, "validation") for form in (root, *more)]
    _, raw = models_json_schema(models, by_alias=True)  # type: ignore[arg-type]
    known = {definition(name): shaped(found) for name, found in raw["$defs"].items()}
    known |= {definition(shape.value): found for shape, found in SHAPES.items()}
    whole: dict[str, Any] = known.pop(definition(root.__name__))
    if RuleForm in more:
        fit_rules(whole, known)
        whole, known = with_variables(whole, known)
    used = _used(whole, known)
    defs = {name: found for name, found in known.items() if name in used}
    return {"$schema": DIALECT} | whole | {"title": title, "$defs": defs}


def _used(part: Any, known: dict[str, Any], before: frozenset[str] = frozenset()) -> frozenset[str]:
    """Names of the definitions that a part needs, and of those that these need."""
    if isinstance(part, list):
        return before.union(*(_used(one, known, before) for one in part))
    if not isinstance(part, dict):
        return before
    name = str(part.get("$ref", "")).rpartition("/")[2]
    if name and name not in before:
        before = _used(known[name], known, before | {name})
    for one in part.values():
        before = _used(one, known, before)
    return before
