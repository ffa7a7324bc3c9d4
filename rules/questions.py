"""The systemic questions of a post-mortem, and which of them nobody has answered yet.

They are headings that the policy names. Below a heading counts what people wrote: not the template's own lines, no
hidden comments, and no words that only hold the place. A heading that somebody took out is not asked any more, since
the text is theirs; a text without any words answers nothing. Whether an answer is a good one is for its readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from rules.mortem_text import has_words, plain_line, plain_lines
from rules.sections import Sections

#: Lines that say that something is still to be written.
_PLACEHOLDERS = frozenset(
    {
        "tbd",
        "tba",
        "todo",
        "to do",
        "to be done",
        "to be written",
        "to be filled in",
        "to be added",
        "fill in",
        "fill me in",
        "fixme",
        "xxx",
        "wip",
        "work in progress",
        "placeholder",
        "coming soon",
    }
)


@lru_cache(maxsize=128)  # every look asks, and a post-mortem rarely changes
def open_questions(body: str, headings: Sequence[str], template: str = "") -> tuple[str, ...]:
    """Those of the headings that stand in the text without an answer, in the policy's order; all of them where the
    text has no words. `template` is the source that the text began as."""
    if not has_words(body):
        return tuple(headings)
    sections, ours = Sections(body), plain_lines(template)
    return tuple(one for one in headings if sections.has(one) and not _is_answered(sections.under(one), ours))


def _is_answered(text: str, ours: AbstractSet[str]) -> bool:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    words = (plain_line(line) for line in lines)
    return any(line and line not in ours and line not in _PLACEHOLDERS for line in words)
