"""A configuration file while it is read: the form that was filled in, and where to note what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.language.document import KeyPath
from rules.language.reading import Reading
from worker.config.forms import ConfigForm
from worker.config.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file; paths in it are relative to `folder`. Its repr shows no value."""

    reading: Reading
    form: ConfigForm
    environ: Mapping[str, str]
    folder: Path
    secrets: Secrets

    def __repr__(self) -> str:
        return f"Sheet(folder={str(self.folder)!r})"

    def note(self, path: KeyPath, message: str, allowed: str = "", suggestion: str = "") -> None:
        """Something at this place of the file is wrong: told with its line, once all of the file has been read."""
        self.reading.note(path, message, allowed, suggestion)
