"""JSON that is not GitHub's becomes a temporary failure, here and nowhere else. Nothing of it is shown to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.errors import Temporary


@contextmanager
def understood(what: str) -> Iterator[None]:
    """Turn JSON that is not GitHub's into Temporary. Raises it without the JSON, which may be anybody's text."""
    failed = False
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError):
        failed = True
    if failed:
        raise Temporary(f"GitHub's answer on {what} was not in GitHub's form.")
