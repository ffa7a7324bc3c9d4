"""How an organisation calls what action items are read by, where that is not English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemWords:
    """Words that the policy adds to the English ones: of headings that announce action items, of a table's columns by
    what they hold, and of what marks an item as done. Case, numbering and decoration make no difference."""

    headings: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


#: No word besides the English ones.
ENGLISH = ItemWords()
