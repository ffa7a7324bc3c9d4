"""Reads the `.env` beside the configuration: `NAME=value` lines, as container runtimes and systemd read them too.

So that a terminal, a service and a container take their secrets from one place, whose name is in every
`.gitignore`. What the process's own environment says goes first. Nothing is expanded or run, and no value is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT_FILE = ".env"
_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*?)\s*\Z")
_BYTES_MAX = 100_000
_QUOTES = "\"'"


class Environment(dict[str, str]):
    """The variables of a process and of a `.env`; it remembers where each came from."""

    def __init__(self, file: Path, outside: Mapping[str, str]) -> None:
        super().__init__({**read_environment(file), **outside})
        self.file = file
        self._outside = outside

    def is_from_file(self, name: str) -> bool:
        return name in self and name not in self._outside

    def again(self) -> Environment:
        """The same, as the file is now."""
        return Environment(self.file, self._outside)

    def __repr__(self) -> str:
        return f"Environment({str(self.file)!r})"


def environment_beside(config: Path, environ: Mapping[str, str]) -> Environment:
    """`environ`, and what the `.env` in the configuration's folder adds to it. A file that cannot be read adds
    nothing: what is missing then is told by name."""
    return Environment(config.resolve().parent / ENVIRONMENT_FILE, environ)


def read_environment(path: Path) -> dict[str, str]:
    """The names and values of the file; empty where there is none. Comments and what is no `NAME=value` are passed
    over, and so are empty values, which are places still to be filled in."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_BYTES_MAX).decode("utf-8", "replace")
    except OSError:
        return {}
    found = (_LINE.match(line) for line in text.splitlines() if not line.lstrip().startswith("#"))
    pairs = ((match["name"], _unquoted(match["value"])) for match in found if match)
    return {name: value for name, value in pairs if value}


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in _QUOTES
    return value[1:-1] if is_quoted else value
