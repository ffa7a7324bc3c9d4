"""GitHub's GraphQL, as far as Aftermath asks: a real executor (graphql-core) on a part of GitHub's published schema.

https://docs.github.com/en/graphql. Faithful in what bites: most refusals come with status 200 and `errors`; what is not
there is null under its alias, with an error whose `path` names it, while the rest is answered; a field that the schema
does not have refuses the whole query; a list needs `first` or `last` of 1 to 100; a query may not be able to bring more
than so many nodes. There are no mutations.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, build_schema, execute, parse, validate

from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_errors import refusal
from connectors.sandbox.github_graphql_cost import Cost, Query, cost_of, lists_in
from connectors.sandbox.github_graphql_view import GraphqlView
from connectors.sandbox.http import Request, Response, Router

PATH = "/graphql"
#: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit
NODES_MAX = 500_000
_SCHEMA = Path(__file__).with_name("github_schema.graphql")
_SCHEMA_OF_FIELDS = Path(__file__).with_name("github_schema_fields.graphql")
_LATELY = "# since lately"
_CODES = (
    ("Cannot query field", "undefinedField"),
    ("Unknown type", "undefinedType"),
    ("Unknown argument", "argumentNotAccepted"),
    ("does not exist in", "argumentLiteralsIncompatible"),
    ("Syntax Error", "parseError"),
)


class _Invalid(Exception):
    """A query that is refused as a whole."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(*(error.message for error in errors))
        self.errors = errors


class GithubGraphql:
    """The one route.

    With `is_refused` it says what a token hears that may not use GraphQL here; with `is_old` it is an Enterprise Server
    that does not have what came lately; `nodes_max` is how many nodes a query may be able to bring.
    """

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self.is_refused = False
        self.is_old = False
        self.nodes_max = NODES_MAX
        #: What the queries that were answered cost, in points and nodes, oldest first.
        self.costs: list[Cost] = []

    def add_routes(self, router: Router) -> None:
        router.add("POST", PATH, self.answer)

    def answer(self, request: Request) -> Response:
        """https://docs.github.com/en/graphql/guides/forming-calls-with-graphql"""
        if request.account is None:
            raise refusal(401, "This endpoint requires you to be authenticated.")
        fields = self._desk.fields(request)
        if self.is_refused:
            return _refused("FORBIDDEN", "Resource not accessible by personal access token")
        schema = _schema(is_old=self.is_old)
        variables = fields.get("variables") or {}
        try:
            query = _understood(str(fields.get("query") or ""), is_old=self.is_old)
            cost = cost_of(query, variables)
        except _Invalid as errors:
            return Response(200, {"errors": [_told(error) for error in errors.errors]})
        except GraphQLError as error:
            return Response(200, {"data": None, "errors": [_told(error)]})
        if cost.nodes > self.nodes_max:
            message = f"This query requests up to {cost.nodes} possible nodes which exceeds the maximum limit."
            return _refused("MAX_NODE_LIMIT_EXCEEDED", message)
        self.costs.append(cost)
        return self._executed(schema, query.document, variables, request.account, cost)

    def _executed(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], account: str, cost: Cost
    ) -> Response:
        root = GraphqlView(self._desk, account).query(cost)
        result = execute(schema, document, root_value=root, variable_values=dict(variables))
        if not isinstance(result, ExecutionResult):
            raise TypeError("nothing here is awaited")
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [_told(error) for error in result.errors]
        return Response(200, answer)


@functools.lru_cache(maxsize=2)
def _schema(*, is_old: bool) -> GraphQLSchema:
    lines = _SCHEMA.read_text(encoding="utf-8").splitlines()
    lately = "" if is_old else _SCHEMA_OF_FIELDS.read_text(encoding="utf-8")
    return build_schema("\n".join(line for line in lines if not (is_old and line.endswith(_LATELY))) + "\n" + lately)


@functools.lru_cache(maxsize=256)  # the same few queries are asked again and again, and to look them over is slow
def _understood(query: str, *, is_old: bool) -> Query:
    """Raises _Invalid where the schema does not have what is asked for, or it is no query."""
    schema = _schema(is_old=is_old)
    try:
        document = parse(query)
    except GraphQLError as error:
        raise _Invalid([error]) from None
    errors = validate(schema, document)
    if errors:
        raise _Invalid(errors)
    return Query(document, lists_in(schema, document))


def _refused(kind: str, message: str) -> Response:
    return Response(200, {"data": None, "errors": [{"type": kind, "message": message}]})


def _told(error: GraphQLError) -> dict[str, Any]:
    """An error in GitHub's form: its own kinds are a `type`, the schema's are a code among the `extensions`."""
    told: dict[str, Any] = {"message": error.message}
    if error.path:
        told["path"] = list(error.path)
    if error.locations:
        told["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    kind = (error.extensions or {}).get("type")
    if kind:
        return {"type": kind, **told}
    code = next((code for words, code in _CODES if words in error.message), "invalid")
    return {"extensions": {"code": code}, **told}
