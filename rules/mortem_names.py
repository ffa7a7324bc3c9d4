"""Whether a ticket that people made calls itself a post-mortem: by its title, or by a label.

A title that only speaks of one (`Schedule the post-mortem`) does not: the word begins it, or stands at its end set
off from the rest. Knows nothing of links and trackers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = r"(?:blameless )?(?:post[ _-]?mortem|retrospective|incident[ _-]review|post[ _-]incident[ _-]review)"
_LABEL = re.compile(rf"(?:\w+[:/] ?)?{_NAME}s?", re.IGNORECASE)
_FIRST = re.compile(
    rf"[\W_]*{_NAME}(?: (?:report|document|doc|analysis))?"
    r"(?:\s*(?:[:()\[\]–—#|/]|- |\d)|\s(?:of|for|on|about)\b|\W*\Z)",
    re.IGNORECASE,
)
_LAST = re.compile(rf".*(?:[:(\[–—|/]|\s-)\s*{_NAME}\W*", re.IGNORECASE | re.DOTALL)
#: Of a title; what follows names nothing.
_READ_CHARACTERS = 300


def names_post_mortem(title: str, labels: Iterable[str]) -> bool:
    """Whether title or labels say that the ticket is a post-mortem."""
    said = title[:_READ_CHARACTERS].strip()
    if any(_LABEL.fullmatch(label.strip()) for label in labels):
        return True
    return _FIRST.match(said) is not None or _LAST.fullmatch(said) is not None
