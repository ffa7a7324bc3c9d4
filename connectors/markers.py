"""Markers: how what Aftermath wrote is recognised (format 1, docs/adr/0002-keys-and-markers.md).

A marker travels as one line of text: `aftermath/1 i=… c=… k=… n=… x=… h=…`. In GitHub text it is a
hidden HTML comment at the end; in Jira the value of an entity property. `h` is an HMAC-SHA256 over
everything before it, cut to 128 bits, with the installation's secret. A marker is believed only where
its signature is right *and* our own account wrote it: the caller of `read` says which.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from connectors.cutting import cut
from rules.facts import Marker

__all__ = ["NAME", "MarkerCodec", "cut", "without_marker"]

#: Name of the entity property in Jira, and of the hidden comment in text.
NAME = "aftermath"
_LINE = re.compile(
    r"aftermath/1 i=(?P<i>[A-Za-z0-9._-]+) c=(?P<c>[a-z2-7]+\.\d+) k=(?P<k>[a-z2-7]+)"
    r" n=(?P<n>[a-z][a-z-]*) x=(?P<x>[A-Za-z0-9._:-]*) h=(?P<h>[0-9a-f]{32})",
    re.ASCII,
)
_HIDDEN = re.compile(r"<!-- (aftermath/1 [^<>\n]{1,400}) -->")
#: A longer one would not be found in a text (see `_HIDDEN`).
_LINE_CHARS_MAX = len("aftermath/1 ") + 400


@dataclass(frozen=True, slots=True)
class MarkerCodec:
    """Writes and reads one installation's markers. `installation` is public, `secret` is not."""

    installation: str
    secret: bytes = field(repr=False)

    def write(self, marker: Marker) -> str:
        """The marker as one line. Raises ValueError for one that could not be read back: what it stands on would
        never be recognised as ours."""
        signed = f"aftermath/1 i={self.installation} c={marker.case} k={marker.key} n={marker.kind} x={marker.extra}"
        line = f"{signed} h={self._sign(signed)}"
        if len(line) > _LINE_CHARS_MAX or self.read(line) != marker:
            raise ValueError(f"{marker!r} of {self.installation!r} cannot stand in a marker: it could not be read back")
        return line

    def read(self, line: str) -> Marker | None:
        """The marker in a line, or None where it is not one of ours or its signature is wrong."""
        match = _LINE.fullmatch(line.strip())
        if match is None or match["i"] != self.installation:
            return None
        signed = line.strip().rpartition(" h=")[0]
        if not hmac.compare_digest(self._sign(signed), match["h"]):
            return None
        return Marker(case=match["c"], key=match["k"], kind=match["n"], extra=match["x"])

    def hide(self, body: str, marker: Marker, limit: int) -> str:
        """`body` with the marker hidden at its end, the body cut so that the whole fits `limit` characters."""
        tail = f"\n\n<!-- {self.write(marker)} -->"
        return cut(body, limit - len(tail)) + tail

    def find(self, text: str) -> Marker | None:
        """The last valid marker hidden in a text, since ours stands at the end."""
        found = [self.read(match[1]) for match in _HIDDEN.finditer(text)]
        return next((marker for marker in reversed(found) if marker), None)

    def _sign(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def without_marker(text: str) -> str:
    """A text as a person wrote it or reads it: hidden markers taken out."""
    return _HIDDEN.sub("", text).rstrip()
