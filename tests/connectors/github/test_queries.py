"""Our GraphQL queries, and the sandbox's schema, held against the schema that GitHub publishes."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    parse,
    validate,
)

import connectors.github
import connectors.sandbox
from connectors.github.queries import AT_ONCE_MAX, EVENTS, pages_query, tickets_query
from connectors.github.timeline import TOLD
from connectors.sandbox.github_graphql import NODES_MAX
from connectors.sandbox.github_graphql_cost import Cost, Query, cost_of, lists_in
from tests.contracts.github_graphql import published_schema

SCHEMA = Path(connectors.sandbox.__file__).with_name("github_schema.graphql")


def queries() -> Iterator[tuple[str, str]]:
    """Every query of ours: the constants below connectors/github that are called so, and those made for a number."""
    for found in pkgutil.iter_modules(connectors.github.__path__, "connectors.github."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if "QUERY" in name and isinstance(value, str):
                yield f"{found.name.rpartition('.')[2]}.{name}", value
    for is_old in (False, True):
        yield f"tickets_query({AT_ONCE_MAX}, is_old={is_old})", tickets_query(AT_ONCE_MAX, is_old=is_old)
        for comments, events in ((1, 0), (0, 1), (AT_ONCE_MAX, AT_ONCE_MAX)):
            name = f"pages_query({comments}, {events}, is_old={is_old})"
            yield name, pages_query(comments, events, is_old=is_old)


@pytest.fixture(scope="module")
def published() -> GraphQLSchema:
    schema = published_schema()
    if schema is None:
        pytest.skip("GitHub's GraphQL schema could not be had from npm")
    return schema


@pytest.fixture(scope="module")
def ours() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


def test_the_queries_are_found() -> None:
    names = [name for name, _ in queries()]
    assert len(names) >= 15
    assert {"queries.TICKETS_QUERY", "edits.QUERY", "edits_inspecting._QUERY", "standing.VIEWER_QUERY"} <= set(names)


@pytest.mark.parametrize(("name", "query"), [pytest.param(*one, id=one[0]) for one in queries()])
def test_a_query_is_valid_by_githubs_published_schema(name: str, query: str, published: GraphQLSchema) -> None:
    assert [error.message for error in validate(published, parse(query))] == []


@pytest.mark.parametrize(("name", "query"), [pytest.param(*one, id=one[0]) for one in queries()])
def test_a_query_is_valid_by_the_sandboxs_schema(name: str, query: str, ours: GraphQLSchema) -> None:
    assert [error.message for error in validate(ours, parse(query))] == []


def test_the_sandboxs_schema_is_a_part_of_githubs(ours: GraphQLSchema, published: GraphQLSchema) -> None:
    """The same names, types and arguments, so that what works there works on GitHub."""
    assert list(strange_in(ours, published)) == []


def test_a_schema_that_is_no_part_of_githubs_would_be_noticed(published: GraphQLSchema) -> None:
    made_up = build_schema(
        "type Query { viewer(on: Int): String, node: Moon } type Moon { id: ID! } enum OrderDirection { SIDEWAYS }"
    )
    assert sorted(strange_in(made_up, published)) == [
        "Moon is no type",
        "OrderDirection.SIDEWAYS is no value",
        "Query.node is a Moon and not a Node",
        "Query.viewer is a String and not a User!",
        "Query.viewer(on) is no argument",
    ]


def test_so_many_tickets_at_once_are_far_from_githubs_limits(ours: GraphQLSchema) -> None:
    """The arithmetic of `queries`, done by the rules that GitHub publishes."""
    one, most = (cost(ours, tickets_query(count)) for count in (1, AT_ONCE_MAX))
    assert (one.nodes, one.requests, one.points) == (470, 6, 1)
    assert (most.nodes, most.requests, most.points) == (9_400, 120, 1)
    assert most.nodes * 50 < NODES_MAX
    pages = cost(ours, pages_query(AT_ONCE_MAX, AT_ONCE_MAX))
    assert (pages.nodes, pages.points) == (4_000, 1)


def test_rest_tells_the_events_that_are_asked_for_and_no_others() -> None:
    """Else it would make a difference which way a ticket was read."""
    assert {word for word, _ in EVENTS.values()} == TOLD


def cost(schema: GraphQLSchema, query: str) -> Cost:
    document = parse(query)
    return cost_of(Query(document, lists_in(schema, document)), {})


def strange_in(part: GraphQLSchema, whole: GraphQLSchema) -> Iterator[str]:
    """What a schema has that another one does not."""
    for name, kind in part.type_map.items():
        other = whole.type_map.get(name)
        if name.startswith("__"):
            continue
        if other is None or type(other) is not type(kind):
            yield f"{name} is no type"
        elif isinstance(kind, GraphQLEnumType) and isinstance(other, GraphQLEnumType):
            yield from (f"{name}.{value} is no value" for value in kind.values if value not in other.values)
        elif isinstance(kind, GraphQLUnionType) and isinstance(other, GraphQLUnionType):
            there = {one.name for one in other.types}
            yield from (f"{name} is never a {one.name}" for one in kind.types if one.name not in there)
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            yield from _strange_fields(name, kind, other)


def _strange_fields(name: str, kind: Any, other: Any) -> Iterator[str]:
    there = other.fields
    for field, shown in kind.fields.items():
        if field not in there:
            yield f"{name}.{field} is no field"
            continue
        if str(shown.type) != str(there[field].type):
            yield f"{name}.{field} is a {shown.type} and not a {there[field].type}"
        for argument, given in getattr(shown, "args", {}).items():
            if argument not in there[field].args:
                yield f"{name}.{field}({argument}) is no argument"
            elif str(given.type) != str(there[field].args[argument].type):
                yield f"{name}.{field}({argument}) is a {given.type}"


def test_no_query_is_written_where_it_is_sent() -> None:
    """Else it would not be found, and not be checked. `queries` makes some for a number of tickets: those are above."""
    found = {query.strip() for _, query in queries()}
    for file in Path(connectors.github.__path__[0]).glob("*.py"):
        texts = re.findall(r'"""(.*?)"""|"([^"\n]*)"', file.read_text(encoding="utf-8"), re.DOTALL)
        written = ["".join(text).strip() for text in texts if file.name != "queries.py"]
        assert [one for one in written if re.match(r"(query|mutation)\b[^\n]*\{", one) and one not in found] == []
