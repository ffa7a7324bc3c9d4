"""What a lesson quotes of its post-mortem: people's own words on what happened and what they learned, fit to be shown
again in our name, with roles in place of names.

The words of the ticket itself stay as they are (P12), and so does a lesson that was told already.
"""

from __future__ import annotations

from functools import lru_cache

from rules.facts import Ticket
from rules.known_people import known_people
from rules.nameless import without_names
from rules.sections import closed, section
from rules.situation import Situation
from rules.texts import shown_again
from rules.views import Markdown

#: The headings below which a post-mortem tells what happened, and what was learned.
HAPPENED = ("What happened", "Summary")
LEARNED = ("What we learned", "Lessons learned", "Lessons", "What went well")


def lesson_words(situation: Situation, mortem: Ticket | None, headings: tuple[str, ...]) -> Markdown:
    """The words under the first of those headings, as Markdown to be shown again; empty where there are none."""
    return _fit(nameless_section(situation, mortem, headings)) if mortem else Markdown("")


def nameless_section(situation: Situation, mortem: Ticket, headings: tuple[str, ...]) -> str:
    """The same as its author wrote it, but for the names."""
    words = _section(mortem.body, headings)
    return without_names(words, known_people(situation)) if words else ""


@lru_cache(maxsize=128)  # every text of a case shows the same sections, and a post-mortem rarely changes
def _section(body: str, headings: tuple[str, ...]) -> str:
    return section(body, headings)


@lru_cache(maxsize=128)
def _fit(words: str) -> Markdown:
    # Closed once more: what HTML hid may be a code fence.
    return Markdown(closed(shown_again(words)))
