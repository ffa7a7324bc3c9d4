"""Pages of a GraphQL list, forwards by `first` and `after`, backwards by `last` and `before`.

A cursor is a place in the list as it stood, as opaque as GitHub's: what is put in before it moves what is behind.
https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError


def connection(
    nodes: Sequence[Any],
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> dict[str, Any]:
    """The page that is asked for. Raises GraphQLError on a cursor that is none."""
    start = _place(after) + 1 if after else 0
    end = _place(before) if before else len(nodes)
    if first is not None:
        end = min(end, start + first)
    elif last is not None:
        start = max(start, end - last)
    shown = list(nodes[start:end])
    return {
        "totalCount": len(nodes),
        "nodes": shown,
        "pageInfo": {
            "hasNextPage": end < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": _cursor(start) if shown else None,
            "endCursor": _cursor(start + len(shown) - 1) if shown else None,
        },
    }


def _cursor(place: int) -> str:
    return base64.b64encode(f"cursor:v2:{place}".encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("cursor:v2:"))
    except (binascii.Error, ValueError):
        message = f"`{cursor}` does not appear to be a valid cursor."
        raise GraphQLError(message, extensions={"type": "INVALID_CURSOR_ARGUMENTS"}) from None
