"""A marker in the front matter of a Markdown file: how a file of ours is recognised, whatever became of its text.

Front matter is YAML between two lines of hyphens at a file's very beginning. The marker is its first entry, under our
name. Nothing else of the file is looked at here, and nothing but our own entry is ever added.
"""

from __future__ import annotations

import re

from connectors.markers import NAME, MarkerCodec
from rules.facts import Marker

_FENCE = "---"
#: Written as a text in quotes: a marker may hold what means something in YAML.
_ENTRY = re.compile(rf"^{NAME}:[ \t]*[\"']?(aftermath/1 [^\"'\n]{{1,400}}?)[\"']?[ \t]*$", re.MULTILINE)
#: Longer front matter is none of ours, however much people add to it.
_CHARACTERS_MAX = 20_000


def with_marker(body: str, marker: Marker, codec: MarkerCodec) -> str:
    """`body`, which begins with front matter, with the marker as its first entry. Raises ValueError where it does not
    begin so, or where the marker could not be read back."""
    first, line_end, rest = body.partition("\n")
    if first != _FENCE or not line_end:
        raise ValueError("a file of ours begins with front matter")
    return f'{_FENCE}\n{NAME}: "{codec.write(marker)}"\n{rest}'


def marker_in(text: str, codec: MarkerCodec) -> Marker | None:
    """Our marker in a file's front matter, or None. Line ends may have become another system's."""
    lines = text[:_CHARACTERS_MAX].removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        return None
    inside: list[str] = []
    for line in lines[1:]:
        if line.rstrip() == _FENCE:
            break
        inside.append(line)
    found = (codec.read(match[1]) for match in _ENTRY.finditer("\n".join(inside)))
    return next((marker for marker in found if marker), None)
