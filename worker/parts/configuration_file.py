"""Says that the configuration was changed while Aftermath runs: it is read at the start alone.

Whoever names another policy there would wait for it in vain, since the policy's own files are taken up at once.
"""

from __future__ import annotations

from pathlib import Path

from worker.parts.part import Tell


class ConfigurationFile:
    """`warn` is heard even where everything else is quiet. Reads the file, and nothing that stands in it is told."""

    def __init__(self, file: Path | None, warn: Tell) -> None:
        self._file = file
        self._warn = warn
        self._known = self._content()

    def look(self) -> None:
        """Tell once of each change."""
        content = self._content()
        if self._file and content and content != self._known:
            self._warn(
                f"{self._file.name} was changed, and what it said at the start holds on: it is not read while "
                f"Aftermath runs. Stop Aftermath and start it again to take it up."
            )
            self._known = content

    def _content(self) -> bytes:
        try:
            return self._file.read_bytes() if self._file else b""
        except OSError:
            return b""  # being written just now, or moved away: the next look sees it
