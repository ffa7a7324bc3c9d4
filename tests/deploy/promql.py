"""Looks into PromQL: does a query parse, and does it ask for figures and labels that exist?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import promql_parser

from tests.deploy.figures import figures

#: What Prometheus adds to every figure that it fetches.
_TARGET_LABELS = {"job", "instance"}
_PROCESS = "process_"
_WRAPPED = (
    promql_parser.AggregateExpr,
    promql_parser.ParenExpr,
    promql_parser.SubqueryExpr,
    promql_parser.UnaryExpr,
)


def problems(query: str) -> Iterator[str]:
    """What is wrong with a query, in sentences."""
    try:
        tree = promql_parser.parse(query)
    except ValueError as error:
        yield f"{query}: {error}"
        return
    known = figures()
    labels = {label for names in known.values() for label in names} | _TARGET_LABELS
    for selector in _selectors(tree):
        name = selector.name
        if name in known:
            strangers = {matcher.name for matcher in selector.matchers.matchers} - known[name] - _TARGET_LABELS
            yield from (f"{query}: {name} has no label {label}" for label in sorted(strangers))
        elif not (name.startswith(_PROCESS) and not sys.platform.startswith("linux")):
            yield f"{query}: there is no figure {name}"
    for words in re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", query):
        wanted = {label.strip() for label in words.split(",") if label.strip()}
        yield from (f"{query}: no figure has a label {label}" for label in sorted(wanted - labels))


def _selectors(node: Any) -> Iterator[Any]:
    """Every selector of a series in a parsed query."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    elif isinstance(node, promql_parser.MatrixSelector):
        yield node.vector_selector
    elif isinstance(node, promql_parser.BinaryExpr):
        yield from _selectors(node.lhs)
        yield from _selectors(node.rhs)
    elif isinstance(node, promql_parser.Call):
        for argument in node.args:
            yield from _selectors(argument)
    elif isinstance(node, _WRAPPED):
        yield from _selectors(node.expr)
