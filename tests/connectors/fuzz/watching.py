"""Where requests go and what is logged meanwhile: nowhere but to the one server, and nothing that is secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_addresses: list[tuple[str, int]] = []
_names: list[str] = []
_is_on = False


def _heard(event: str, given: tuple[Any, ...]) -> None:
    """What the interpreter says of every connection and every look-up of a host."""
    if not _is_on:
        return
    if event == "socket.connect" and isinstance(given[1], tuple):
        _addresses.append(given[1][:2])
    elif event == "socket.getaddrinfo":
        _names.append(str(given[0]))


sys.addaudithook(_heard)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def watched(port: int, *secrets: str) -> Iterator[None]:
    """AssertionError where a request goes elsewhere than to that port of this machine, or where a secret is logged, by
    whomever, at whatever level."""
    global _is_on  # noqa: PLW0603 - an audit hook cannot be taken away, only told to be still
    root, lines = logging.getLogger(), _Lines()
    levels = {name: logging.getLogger(name).level for name in ("", "urllib3", "github", "jira", "connectors")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(lines)
    _addresses.clear()
    _names.clear()
    _is_on = True
    try:
        yield
    finally:
        _is_on = False
        root.removeHandler(lines)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    assert set(_addresses) <= {("127.0.0.1", port)}, _addresses
    assert set(_names) <= {"127.0.0.1", "localhost"}, _names
    said = "\n".join(lines.lines)
    assert not [secret for secret in secrets if secret in said]
