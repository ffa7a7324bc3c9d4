"""A document held against a pydantic model, each error brought back to its line and column.

pydantic says `loc`, we say where in the file, what stands there, what is allowed and what was probably meant.
The words are ours, since pydantic's are written for programmers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rules.language.document import Document, MapNode, Node, Scalar
from rules.language.list_slips import list_meant
from rules.language.problems import DocumentError, Problem, closest, in_words, is_secret

Model = TypeVar("Model", bound=BaseModel)

_VALUE_CHARACTERS_MAX = 60
#: pydantic's error types in our words: what was wanted.
_WANTED = {
    "string_type": "text is wanted",
    "int_type": "a whole number is wanted",
    "int_parsing": "a whole number is wanted",
    "int_from_float": "a whole number is wanted",
    "float_type": "a number is wanted",
    "float_parsing": "a number is wanted",
    "bool_type": "true or false is wanted",
    "bool_parsing": "true or false is wanted",
    "list_type": "a list is wanted",
    "tuple_type": "a list is wanted",
    "set_type": "a list is wanted",
    "frozen_set_type": "a list is wanted",
    "dict_type": "a mapping (key: value) is wanted",
    "model_type": "a mapping (key: value) is wanted",
    "model_attributes_type": "a mapping (key: value) is wanted",
}


def validate(document: Document, model: type[Model], path: Sequence[str | int] = ()) -> Model:
    """The model filled from the node at `path`. Raises DocumentError with every problem, placed."""
    try:
        return model.model_validate(document.plain(path))
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise DocumentError(_problem(document, model, tuple(path), detail) for detail in details) from None


def keys_of(model: type[BaseModel]) -> list[str]:
    """A model's keys as they are written in a file, in the order of the model."""
    return [field.alias or name for name, field in model.model_fields.items()]


def shown(node: Node, path: Sequence[str | int] = ()) -> str:
    """A node in a sentence: its value in quotes, or what kind of thing it is; a secret is never shown."""
    if isinstance(node, MapNode):
        return "a mapping"
    if not isinstance(node, Scalar):
        return "a list"
    if node.value is None:
        return "nothing"
    if is_secret(path):
        return "this value"
    text = str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
    if node.variable:
        return f"{node.variable} ({text})"
    text = text if len(text) <= _VALUE_CHARACTERS_MAX else text[:_VALUE_CHARACTERS_MAX] + "…"
    return json.dumps(text, ensure_ascii=False) if isinstance(node.value, str) else text


def _problem(document: Document, model: type[BaseModel], base: tuple[str | int, ...], detail: ErrorDetails) -> Problem:
    path = base + tuple(detail["loc"])
    found = shown(document.at(path), document.real_path(path))
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(document, model, base, tuple(detail["loc"]))
    if kind == "missing":
        real = document.real_path(path)
        is_key = bool(real) and isinstance(real[-1], str)
        owner = document.key_at(real) if is_key else None  # the key that opens the mapping, else where it begins
        return document.problem(real, f'"{path[-1]}" is missing', node=owner)
    real = document.real_path(path)
    if kind in {"literal_error", "enum"}:
        return _not_allowed(document, real, found, str(context["expected"]))
    if kind in _WANTED:
        meant = ""
        if kind == "list_type" and not is_secret(real):
            meant = list_meant(_model_at(model, tuple(detail["loc"])[:-1]), str(path[-1]), document.at(path))
        return document.problem(real, f"{found} stands here, where {_WANTED[kind]}", suggestion=meant)
    if kind == "value_error":
        return document.problem(real, str(context["error"]))
    return document.problem(real, f"{found} does not fit: {detail['msg'][:1].lower()}{detail['msg'][1:]}")


def _unknown_key(
    document: Document, model: type[BaseModel], base: tuple[str | int, ...], loc: tuple[str | int, ...]
) -> Problem:
    owner = _model_at(model, loc[:-1])
    path = document.real_path(base + loc)
    key = str(loc[-1])
    problem = document.unknown(path, "no key here", key, keys_of(owner) if owner else [])
    place = document.key_at(path)
    return document.problem(path, problem.message, problem.allowed, problem.suggestion, node=place)


def _not_allowed(document: Document, path: Sequence[str | int], found: str, expected: str) -> Problem:
    names = [name.strip(" '") for name in expected.replace(" or ", ", ").split(",")]
    if len(names) == 1:
        return document.problem(path, f"{found} stands here, where {names[0]} is wanted")
    return document.problem(
        path, f"{found} is not allowed here", in_words(names, found.strip('"')), closest(found.strip('"'), names)
    )


def _model_at(kind: Any, loc: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model that a pydantic `loc` leads to, through lists, mappings and unions."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if not loc:
            return kind
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        return _model_at(fields[str(loc[0])].annotation, loc[1:]) if loc[0] in fields else None
    # A union may or may not leave the name of its branch in `loc`; lists and mappings leave their index.
    is_union = get_origin(kind) in {Union, UnionType, Annotated}
    rests = (loc, loc[1:]) if is_union else (loc[1:],)
    found = (_model_at(arm, rest) for rest in rests for arm in get_args(kind))
    return next((model for model in found if model), None)
