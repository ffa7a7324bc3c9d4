"""JSON that is not GitHub's becomes a temporary failure, here and nowhere else. Nothing of it is shown to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.errors import Temporary

#: What reading JSON raises that is not in the form that was expected. A number beyond all bounds and a moment before
#: the first year overflow, and text can lie deeper in itself than it can be followed.
STRANGE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)


@contextmanager
def understood(what: str) -> Iterator[None]:
    """Turn JSON that is not GitHub's into Temporary. Raises it without the JSON, which may be anybody's text."""
    failed = False
    try:
        yield
    except STRANGE:
        failed = True
    if failed:
        raise Temporary(f"GitHub's answer on {what} was not in GitHub's form.")
