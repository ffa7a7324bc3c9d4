"""A template's tree whose nodes know the columns at which they stand, so that a caret can point at them.

Jinja2 tells lines alone. Its parser takes the line of each node from a token, and an extension may change tokens: here
each line is made to know the column beside it. Such a tree is for looking at, and not for rendering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream, ignored_tokens

#: As Jinja2 knows it.
_NEWLINE = re.compile(r"\r\n|\r|\n")
_DROPPED = ignored_tokens | {"raw_begin", "raw_end"}


class _Line(int):
    """A line's number that knows a column in it, from 1."""

    column: int


class _Columns(Extension):
    """Belongs to one template alone: an environment of its own is made for each."""

    columns: tuple[int, ...] = ()

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token, column in zip(stream, self.columns, strict=False):
            line = _Line(token.lineno)
            line.column = column
            yield Token(line, token.type, token.value)


def parsed(environment: Environment, source: str, name: str) -> nodes.Template:
    """Raises TemplateSyntaxError."""
    apart = environment.overlay(extensions=[_Columns])
    columns = next(one for one in apart.extensions.values() if isinstance(one, _Columns))
    columns.columns = tuple(_columns(environment, source))
    return apart.parse(source, name)


def _columns(environment: Environment, source: str) -> Iterator[int]:
    """The column of each token that the parser sees, by its place in the source: between two tokens there is nothing
    but blanks that Jinja2 left out."""
    source, at = _NEWLINE.sub("\n", source), 0
    for _, kind, value in environment.lex(source):
        at = max(source.find(value, at), at)
        if kind not in _DROPPED:
            yield at - source.rfind("\n", 0, at)
        at += len(value)


def beginning_of(node: nodes.Node) -> nodes.Node:
    """What an expression begins with: of `ticket.title | whole` the name `ticket`."""
    match node:
        case nodes.Getattr() | nodes.Getitem() | nodes.Call() | nodes.Test():
            return beginning_of(node.node)
        case nodes.Filter() if node.node is not None:
            return beginning_of(node.node)
        case nodes.Compare():
            return beginning_of(node.expr)
    return node


def column_of(node: nodes.Node) -> int:
    """Where it stands in its line; 0 where that is not known."""
    return getattr(node.lineno, "column", 0)


def column_of_attribute(node: nodes.Getattr | nodes.Getitem) -> int:
    """Where the name behind the point, or between the quotes, stands in its line."""
    mark = node.arg if isinstance(node, nodes.Getitem) else node
    return getattr(mark.lineno, "column", 0) + 1
