"""What is wrong with the use of a value in a template: a list where a text is wanted, a text where a list is, a number
beside a word. All of these render, and say nonsense to people: `['Ada']`, a name letter by letter, a branch that is
never taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from rules.template_types import (
    Scope,
    Types,
    attribute_of,
    element_of,
    family,
    is_list,
    is_text,
    is_view,
    paths_of,
    present,
    spelled,
    with_article,
)

#: Filters that take a list and nothing else.
_OF_LISTS = frozenset({
    "batch", "first", "groupby", "in_a_row", "join", "last", "map", "max", "min", "reject", "rejectattr", "select",
    "selectattr", "slice", "sort", "sum", "unique",
})  # fmt: skip
#: Filters that take a text and nothing else.
_OF_TEXTS = frozenset({
    "capitalize", "center", "e", "escape", "indent", "lower", "replace", "striptags", "title", "trim", "truncate",
    "upper", "urlencode", "whole", "within", "wordcount", "wordwrap",
})  # fmt: skip
#: What a text shows of a thing, where somebody names the thing alone.
_SHOWN = ("link", "at", "what", "who")
_ROW = " | in_a_row"
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}


@dataclass(frozen=True, slots=True)
class Misuse:
    """`found` is what is wrong as written, and `is_there` says that `node` is that; `allowed` and `meant` are what may
    stand there instead."""

    node: nodes.Node
    message: str
    found: str
    allowed: tuple[str, ...] = ()
    meant: str = ""
    is_there: bool = True


class Uses:
    """Looks at single nodes of a template's tree, each where these names are known."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def misused(self, node: nodes.Node, scope: Scope) -> Iterator[Misuse]:
        """What is wrong with this node, not with those in it."""
        match node:
            case nodes.Output() | nodes.Concat():
                for shown in node.nodes:
                    yield from self._shown(shown, scope)
            case nodes.For():
                yield from self._gone_through(node.iter, scope)
            case nodes.Filter():
                yield from self._filtered(node, scope)
            case nodes.Compare():
                yield from self._compared(node, scope)

    def _shown(self, node: nodes.Node, scope: Scope) -> Iterator[Misuse]:
        """What people would read as brackets and the names of our types."""
        match node:
            case nodes.CondExpr():
                yield from self._shown(node.expr1, scope)
                if node.expr2 is not None:
                    yield from self._shown(node.expr2, scope)
                return
            case nodes.Or():
                yield from self._shown(node.left, scope)
                yield from self._shown(node.right, scope)
                return
        kind, name = self._types.of(node, scope), spelled(node)
        if is_list(kind):
            told = f"{name} is {with_article(kind)}, and a text wants one value: go through it with a loop"
            yield Misuse(node, told, name, meant=self._as_row(kind, name))
        elif is_view(kind):
            known = self._types.attributes_of(kind)
            shown = next((one for one in _SHOWN if one in known), "")
            told = f"{name} is {with_article(kind)}, and a text wants one value of it"
            yield Misuse(node, told, name, tuple(sorted(known)), f"{name}.{shown}" if shown else "")

    def _as_row(self, kind: Any, name: str) -> str:
        """How a list is told in one sentence, where that is clear."""
        if is_text(element_of(kind)):
            return f"{name}{_ROW}"
        has_link = "link" in self._types.attributes_of(element_of(kind))
        return f"{name} | map(attribute='link') | list{_ROW}" if has_link else ""

    def _gone_through(self, node: nodes.Node, scope: Scope) -> Iterator[Misuse]:
        kind, name = self._types.of(node, scope), spelled(node)
        if kind is None or is_list(kind):
            return
        of_its_own = _lists_in(self._types.attributes_of(kind), f"{name}.")
        told = f"{name} is {with_article(kind)}, and a loop goes through a list"
        yield Misuse(node, told, name, of_its_own or _lists_in(scope, ""))

    def _filtered(self, node: nodes.Filter, scope: Scope) -> Iterator[Misuse]:
        kind, name = self._types.of(node.node, scope), spelled(node.node) if node.node else ""
        if kind is None:
            return
        if node.name in _OF_LISTS and not is_list(kind):
            told = f"{name} is {with_article(kind)}, and {node.name} takes a list"
            is_enough = is_text(kind) and node.name in ("in_a_row", "join")
            yield Misuse(node, told, name, _lists_in(scope, ""), name if is_enough else "")
        elif node.name in _OF_TEXTS and (is_list(kind) or is_view(kind)):
            told = f"{name} is {with_article(kind)}, and {node.name} takes a text"
            meant = f"{name}{_ROW} | {node.name}" if is_text(element_of(kind)) else ""
            yield Misuse(node, told, name, tuple(sorted(self._types.attributes_of(kind))), meant)
        elif attribute_of(node):
            yield from self._asked_of_each(node, kind, name)

    def _asked_of_each(self, node: nodes.Filter, kind: Any, name: str) -> Iterator[Misuse]:
        """A filter that asks each of a list for something that it does not have."""
        for path in paths_of(node):
            owner = element_of(kind)
            for part in path.split(".") if owner else ():
                known = self._types.attributes_of(owner)
                if part not in known:
                    told = f'"{part}" is nothing that one of {name} has, which is {with_article(owner)}'
                    yield Misuse(node, told, part, tuple(sorted(known)), is_there=False)
                    return
                owner = present(known[part])

    def _compared(self, node: nodes.Compare, scope: Scope) -> Iterator[Misuse]:
        before = node.expr
        for operand in node.ops:
            kind, other = self._types.of(before, scope), self._types.of(operand.expr, scope)
            if operand.op in ("in", "notin"):
                if other is not None and not (is_list(other) or is_text(other)):
                    name = spelled(operand.expr)
                    told = f"{name} is {with_article(other)}, and nothing is in it"
                    yield Misuse(operand.expr, told, name, _lists_in(scope, ""))
            elif family(kind) and family(other) and family(kind) != family(other):
                are = "never equal" if operand.op in ("eq", "ne") else "not to be compared"
                name, beside = spelled(before), spelled(operand.expr)
                told = f"{name} is {with_article(kind)} and {beside} {with_article(other)}: they are {are}"
                bare = _unquoted(operand.expr, kind)
                yield Misuse(before, told, name, meant=f"{name} {_SIGNS[operand.op]} {bare}" if bare else "")
            before = operand.expr


def _lists_in(scope: Scope, before: str) -> tuple[str, ...]:
    return tuple(sorted(f"{before}{name}" for name, kind in scope.items() if is_list(present(kind))))


def _unquoted(node: nodes.Node, wanted: Any) -> str:
    """`1` where `"1"` stands beside a number."""
    is_number = wanted is int and isinstance(node, nodes.Const) and str(node.value).isdigit()
    return str(node.value) if is_number and isinstance(node, nodes.Const) else ""
