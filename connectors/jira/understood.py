"""What to do with an answer of a shape that nobody expects: say so, as one of our errors, and never crash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.errors import Temporary

#: A moment before the year 1 overflows, and text can lie deeper in itself than it can be followed.
_STRANGE = (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)


@contextmanager
def understood(what: str) -> Iterator[None]:
    """Around the parsing of an answer: a strange shape becomes Temporary, naming `what` was read."""
    strange = ""
    try:
        yield
    except _STRANGE as error:
        strange = type(error).__name__
    if strange:
        raise Temporary(f"Jira's answer about {what} has a shape that is not understood ({strange})")
