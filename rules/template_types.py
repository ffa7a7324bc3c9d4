"""Of what type a value in a template is, in the words in which the documentation tells it, and what becomes of it in an
expression. The types are those that `rules.views` declares; where one cannot be known it is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from jinja2 import nodes

from rules.durations import Duration
from rules.variables import Value, Variables, values_of
from rules.views import Markdown

Scope = Mapping[str, Any]

_PLAIN = {str: "string", Markdown: "Markdown", int: "int", bool: "bool", float: "number", Variables: "variables"}
#: Filters by what they make of a value: a text, a number, one of a list, a list of the same.
_TO_TEXT = frozenset({
    "capitalize", "center", "e", "escape", "filesizeformat", "forceescape", "format", "indent", "lower", "replace",
    "string", "striptags", "title", "trim", "truncate", "upper", "urlencode", "whole", "within", "wordwrap",
})  # fmt: skip
_TO_NUMBER = frozenset({"count", "int", "length", "wordcount"})
_TO_ONE = frozenset({"first", "last", "max", "min"})
_TO_SAME = frozenset({"list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"})


def called(kind: Any) -> str:
    """`string`, `list of ticket`, `ticket or nothing`."""
    if isinstance(kind, UnionType):
        return f"{called(present(kind))} or nothing"
    if is_list(kind):
        return f"list of {called(element_of(kind))}" if element_of(kind) else "list"
    return _PLAIN.get(kind) or str(kind.__name__).removesuffix("View").lower()


def with_article(kind: Any) -> str:
    """`a string`, `an int`."""
    if kind is Variables:
        return "all of the policy's variables"
    told = called(kind)
    return told if kind is Markdown else f"{'an' if told[0] in 'aeiou' else 'a'} {told}"


def present(kind: Any) -> Any:
    """The type without `| None`: whether something is there is asked in the template."""
    if isinstance(kind, UnionType):
        return next(arm for arm in get_args(kind) if arm is not NoneType)
    return kind


def is_list(kind: Any) -> bool:
    return get_origin(kind) is Sequence


def is_text(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, str)


def is_view(kind: Any) -> bool:
    """Whether it is a thing that has values, and none itself."""
    return kind is Variables or (isinstance(kind, type) and is_dataclass(kind))


def family(kind: Any) -> str:
    """What can be compared with each other has the same; empty where nothing is known."""
    if is_text(kind):
        return "text"
    if is_list(kind):
        return "list"
    if kind in (int, float, bool):
        return "number"
    return "" if kind is None else called(kind)


def element_of(kind: Any) -> Any:
    """The type of each of a list, or None."""
    return present(get_args(kind)[0]) if is_list(kind) and get_args(kind) else None


def spelled(node: nodes.Node) -> str:
    """How an expression is written; of what is done with a value, the value alone."""
    match node:
        case nodes.Getattr():
            return f"{spelled(node.node)}.{node.attr}"
        case nodes.Filter() if node.node is not None:
            return spelled(node.node)
        case nodes.Getitem():
            return spelled(node.node)
        case nodes.Const() if isinstance(node.value, str):
            return f'"{node.value}"'
        case nodes.Const():
            return str(node.value)
    return node.name if isinstance(node, nodes.Name) else "this value"


class Types:
    """What the names in a template are, with the policy's variables."""

    def __init__(self, variables: Variables) -> None:
        self._variables = {name: _type_in_text(value) for name, value in values_of(variables).items()}

    def attributes_of(self, owner: Any) -> Scope:
        """Name and type of all that a view has; nothing of anything else."""
        if owner is Variables:
            return self._variables
        return get_type_hints(owner) if is_view(owner) else {}

    def of(self, node: nodes.Node | None, scope: Scope) -> Any:
        """The type of an expression where these names are known, without `| None`; None where it cannot be told."""
        match node:
            case nodes.Name():
                return present(scope.get(node.name))
            case nodes.Getattr():
                return present(self.attributes_of(self.of(node.node, scope)).get(node.attr))
            case nodes.Getitem():
                return self._of_item(node, scope)
            case nodes.Const():
                return type(node.value) if isinstance(node.value, str | int | float) else None
            case nodes.Concat():
                return str
            case nodes.Filter():
                return self._of_filter(node, scope)
            case nodes.CondExpr():
                one, other = self.of(node.expr1, scope), self.of(node.expr2, scope)
                return one if one == other else None
        return None

    def _of_item(self, node: nodes.Getitem, scope: Scope) -> Any:
        owner = self.of(node.node, scope)
        if is_list(owner):
            return owner if isinstance(node.arg, nodes.Slice) else element_of(owner)
        name = node.arg.value if isinstance(node.arg, nodes.Const) else None
        return str if is_text(owner) else present(self.attributes_of(owner).get(str(name)))

    def _of_filter(self, node: nodes.Filter, scope: Scope) -> Any:
        given, name = self.of(node.node, scope), node.name
        if name in _TO_TEXT:
            return str
        if name in _TO_NUMBER:
            return int
        if name in ("in_a_row", "join"):
            return Markdown if name == "in_a_row" and element_of(given) is Markdown else str
        if name in _TO_ONE:
            return element_of(given)
        if name in _TO_SAME:
            return given if is_list(given) else None
        if name == "map":
            return self._of_map(node, given)
        return given if name in ("default", "d") and family(given) == family(self._first(node, scope)) else None

    def _of_map(self, node: nodes.Filter, given: Any) -> Any:
        path = attribute_of(node)
        found = self.at(element_of(given), path) if path else None
        return Sequence[found] if found else None  # type: ignore[valid-type]

    def at(self, kind: Any, path: str) -> Any:
        """The type behind `post_mortem.link`, or None."""
        for name in path.split("."):
            kind = present(self.attributes_of(kind).get(name))
        return kind

    def _first(self, node: nodes.Filter, scope: Scope) -> Any:
        return self.of(node.args[0], scope) if node.args else str


#: Filters that ask each of a list for one of its values: those that name it first, and all.
_ASKED_FIRST = frozenset({"groupby", "rejectattr", "selectattr"})
_ASKS = _ASKED_FIRST | {"join", "map", "max", "min", "sort", "sum", "unique"}


def attribute_of(node: nodes.Filter) -> str:
    """Which value of each of a list a filter asks for, as it is written; empty where it asks for none."""
    if node.name not in _ASKS:
        return ""
    named = next((one.value for one in node.kwargs if one.key == "attribute"), None)
    given = node.args[0] if named is None and node.name in _ASKED_FIRST and node.args else named
    return given.value if isinstance(given, nodes.Const) and isinstance(given.value, str) else ""


def paths_of(node: nodes.Filter) -> list[str]:
    """The values of each of a list that a filter asks for: of `sort`, as many as there are commas between them."""
    named = attribute_of(node)
    return named.split(",") if node.name == "sort" else [named]


def _type_in_text(value: Value) -> Any:
    if isinstance(value, tuple):
        return Sequence[str]
    return str if isinstance(value, Duration) else type(value)
