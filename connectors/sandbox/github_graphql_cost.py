"""What a GraphQL query would cost on GitHub: the nodes that it may bring, and its points of the hourly limit.

Each list multiplies what is below it; a point is a hundred requests that GitHub would make to fill the lists, and a
query costs one at least. A list without `first` or `last`, or with one beyond 1 to 100, is refused.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    value_from_ast_untyped,
    visit,
)
from graphql.language import FragmentDefinitionNode, FragmentSpreadNode, OperationDefinitionNode, SelectionSetNode

PER_PAGE_MAX = 100
_REQUESTS_A_POINT = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """`requests` are those that GitHub would make to fill the lists."""

    nodes: int
    requests: int

    @property
    def points(self) -> int:
        return max(1, round(self.requests / _REQUESTS_A_POINT))


@dataclass(frozen=True, slots=True)
class Query:
    """A valid query, with those of its fields that are lists, by identity."""

    document: DocumentNode
    lists: frozenset[int]


def cost_of(query: Query, variables: Mapping[str, Any]) -> Cost:
    """The cost of a query. Raises GraphQLError, with GitHub's `type`, for a list without bounds."""
    counted = _Counted(query, variables)
    for definition in query.document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            counted.add(definition.selection_set, 1)
    return Cost(counted.nodes, counted.requests)


class _Counted:
    def __init__(self, query: Query, variables: Mapping[str, Any]) -> None:
        self.nodes = self.requests = 0
        self._variables = dict(variables)
        self._fragments = {
            one.name.value: one for one in query.document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self._lists = query.lists

    def add(self, selected: SelectionSetNode | None, times: int) -> None:
        """Count what is selected, each of `times` objects."""
        for one in selected.selections if selected else ():
            if isinstance(one, FragmentSpreadNode):
                self.add(self._fragments[one.name.value].selection_set, times)
            elif isinstance(one, FieldNode) and id(one) in self._lists:
                shown = self._bound(one)
                self.requests += times
                self.nodes += times * shown
                self.add(one.selection_set, times * shown)
            else:
                self.add(getattr(one, "selection_set", None), times)

    def _bound(self, field: FieldNode) -> int:
        arguments = field.arguments or ()
        given = {one.name.value: value_from_ast_untyped(one.value, self._variables) for one in arguments}
        name, asked = next(((name, given[name]) for name in ("first", "last") if given.get(name) is not None), ("", 0))
        where = f"the `{field.name.value}` connection"
        if not name:
            message = f"You must provide a `first` or `last` value to properly paginate {where}."
            raise GraphQLError(message, nodes=field, extensions={"type": "MISSING_PAGINATION_BOUNDARIES"})
        if not 1 <= asked <= PER_PAGE_MAX:
            message = f"Requesting {asked} records on {where} exceeds the `{name}` limit of {PER_PAGE_MAX} records."
            raise GraphQLError(message, nodes=field, extensions={"type": "EXCESSIVE_PAGINATION"})
        return int(asked)


def lists_in(schema: GraphQLSchema, document: DocumentNode) -> frozenset[int]:
    """Which fields of a query are lists that are paged, by identity."""
    info = TypeInfo(schema)
    found: set[int] = set()

    class Finder(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            kind = info.get_type()
            if kind is not None and get_named_type(kind).name.endswith("Connection"):
                found.add(id(node))

    visit(document, TypeInfoVisitor(info, Finder()))
    return frozenset(found)
