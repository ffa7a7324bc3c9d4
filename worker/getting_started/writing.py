"""Writes the first files. Nothing that is there is overwritten unasked, and a secret never.

`.env` is for its owner's eyes alone (mode 0600). What it holds already stays as it is, since with another marker
secret Aftermath would not know its own tickets again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from worker.config.environment_file import ENVIRONMENT_FILE, read_environment

_SECRET_BYTES = 32
_PRIVATE = 0o600


def taken(folder: Path, names: Iterable[str]) -> list[str]:
    """Those of the files that are there already."""
    return [name for name in names if (folder / name).exists()]


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def write_secrets(folder: Path, made: Iterable[str], given: Mapping[str, str]) -> list[str]:
    """Add to `.env` what is not in it yet: secrets under the names `made`, and the values `given`. The names that
    were added. Raises OSError."""
    path = folder / ENVIRONMENT_FILE
    known = read_environment(path)
    new = {name: secrets.token_urlsafe(_SECRET_BYTES) for name in made} | dict(given)
    added = {name: value for name, value in new.items() if name not in known}
    folder.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, _PRIVATE), "r+", encoding="utf-8") as stream:
        os.fchmod(stream.fileno(), _PRIVATE)
        before = stream.read()
        if before and not before.endswith("\n"):
            stream.write("\n")
        stream.writelines(f"{name}={value}\n" for name, value in added.items())
    return list(added)
