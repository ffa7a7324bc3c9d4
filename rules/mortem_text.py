"""What people made of a post-mortem's text: when they last wrote, and what its template had put there before.

Pure and small, so that everything that reads the text tells people's words from ours in the same way.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from rules.facts import ChangeKind, Ticket

_WORD = re.compile(r"[^\W_]+")


def written_at(mortem: Ticket) -> dt.datetime:
    """When the text was last edited, else when it was opened."""
    return max((c.at for c in mortem.changes if c.kind is ChangeKind.DESCRIBED), default=mortem.created_at)


def plain_line(line: str) -> str:
    """A line's words alone: trackers change a template's markup, and never its words."""
    return " ".join(_WORD.findall(line.casefold()))


def has_words(text: str) -> bool:
    """Whether anything is left of the text that `plain_line` keeps."""
    return _WORD.search(text.casefold()) is not None


@lru_cache(maxsize=8)  # policies have one such text, which is held against every post-mortem
def plain_lines(text: str) -> frozenset[str]:
    """The words of each of a text's lines."""
    return frozenset(map(plain_line, text.splitlines()))
