"""Every GraphQL query that our code holds is one that GitHub's published schema allows.

GitHub publishes its schema as npm's `@octokit/graphql-schema`. Queries are found by how they are called: a constant of
a module in connectors/github whose name holds QUERY.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

import connectors.github
from tests.connectors.npm import installed

VERSION = "15.26.1"


def queries() -> Iterator[tuple[str, str]]:
    """Each with the name by which it is known."""
    for module in pkgutil.iter_modules(connectors.github.__path__):
        loaded = importlib.import_module(f"connectors.github.{module.name}")
        for name, value in vars(loaded).items():
            if "QUERY" in name and isinstance(value, str):
                yield f"{module.name}.{name}", value


@functools.cache
def schema() -> GraphQLSchema:
    text = (installed("@octokit/graphql-schema", VERSION) / "schema.graphql").read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True)


def problems(query: str) -> list[str]:
    return [one.message for one in validate(schema(), parse(query))]


@pytest.mark.parametrize(("name", "query"), queries(), ids=[name for name, _ in queries()])
def test_github_s_schema_allows_every_query(name: str, query: str) -> None:
    assert problems(query) == []


def test_a_query_that_the_schema_does_not_allow_is_seen() -> None:
    assert problems("query { viewer { loginn } }") == [
        "Cannot query field 'loginn' on type 'User'. Did you mean 'login'?"
    ]


def test_no_query_is_written_where_it_is_sent() -> None:
    """Else it would not be found, and not be checked."""
    found = {query.strip() for _, query in queries()}
    folder = Path(connectors.github.__path__[0])
    for file in folder.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        for match in re.findall(r'"""(.*?)"""|"([^"\n]*)"', text, re.DOTALL):
            written = "".join(match).strip()
            if re.match(r"(query|mutation)\b[^\n]*\{", written):
                assert written in found, f"{file.name} holds a query that is no constant: {written[:60]}"
