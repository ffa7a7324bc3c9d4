"""Action items, read out of a post-mortem as people write them: check lists, bullets, numbered lists, tables.

A task-list line is an item wherever it stands; a plain bullet or a table's row is one under a heading that
announces actions. Hints that a template left behind are none. Nothing is understood here beyond that: what
an item means, and whether a ticket is opened for it, is decided elsewhere.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import count
from types import MappingProxyType

from rules import keys
from rules.action_lists import written_items
from rules.action_words import known_words
from rules.facts import ActionItem
from rules.item_lines import Reading, is_bare, understand
from rules.markdown import Document, parse_document
from rules.policy.item_words import ENGLISH, ItemWords

__all__ = ["ITEMS_MAX", "LIKENESS_MIN", "count_left_out", "is_bare", "likeness", "match_items", "read_action_items"]

#: More improvements than this out of one failure are a programme, not a plan.
ITEMS_MAX = 50
#: From this likeness on, a wording is taken for an edited one.
LIKENESS_MIN = 0.6
_COMPARED_CHARACTERS = 120


def read_action_items(body: str, words: ItemWords = ENGLISH) -> tuple[ActionItem, ...]:
    """The items in the order in which they are written, ticked ones too, at most `ITEMS_MAX`. `words` are the policy's,
    besides the English ones."""
    return _read(body, words)[0]


def count_left_out(body: str, words: ItemWords = ENGLISH) -> int:
    """How many lines beyond `ITEMS_MAX` look like items and were left out, so that somebody can be told (P7)."""
    return _read(body, words)[1]


def match_items(
    items: Sequence[ActionItem],
    opened: Mapping[str, str],
    former: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, str]:
    """Which items have a ticket already: the item's id to the id of the item that the ticket was opened for.

    `opened` maps such ids to their tickets' titles, `former` to titles that these had before. The same id wins; then
    the likest pair of what is left, from `LIKENESS_MIN` on, so that an edited wording does not open a second ticket.
    Give all items that are read, ticked ones too: an item that is not given leaves its ticket to be claimed by another.
    """
    matched = {item.id: item.id for item in items if item.id in opened}
    for item in items:  # opened before the policy named other words
        if item.id not in matched and item.former in opened and item.former not in matched.values():
            matched[item.id] = item.former
    fresh = [(place, item.id, _comparable(item.text)) for place, item in enumerate(items) if item.id not in matched]
    left = [
        (item_id, _comparable(one))
        for item_id, title in sorted(opened.items())
        if item_id not in matched.values()
        for one in dict.fromkeys((title, *former.get(item_id, ())))
    ]
    pairs = sorted(
        (-alike, place, item_id, opened_id)
        for place, item_id, text in fresh
        for opened_id, title in left
        if (alike := _likeness(text, title)) >= LIKENESS_MIN
    )
    taken: set[str] = set()
    for _, _, item_id, opened_id in pairs:
        if item_id not in matched and opened_id not in taken:
            matched[item_id] = opened_id
            taken.add(opened_id)
    return matched


def likeness(text: str, title: str) -> float:
    """How alike an item's wording and a ticket's title are: 1.0 for the same words, 0.0 for nothing in common."""
    return _likeness(_comparable(text), _comparable(title))


@lru_cache(maxsize=1024)
def _comparable(text: str) -> str:
    """Words only: a title may have been shortened, escaped, or broken by invisible spaces on its way."""
    visible = text if text.isascii() else _visible(unicodedata.normalize("NFKC", text))
    return " ".join(re.sub(r"[\W_]", " ", visible.casefold()).split())[:_COMPARED_CHARACTERS]


def _visible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


@lru_cache(maxsize=4096)  # what has no ticket yet, or was reworded, is compared at every look
def _likeness(one: str, other: str) -> float:
    if not (one and other):
        return 0.0
    if one == other:
        return 1.0
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < LIKENESS_MIN:
        return 0.0
    return matcher.ratio()


# --- reading ------------------------------------------------------------------------------------------


#: Where an item stands, its words, and whether its box is ticked.
_Placed = tuple[int, Reading, bool]


@lru_cache(maxsize=128)  # the same post-mortem is read at every look, and rarely changes
def _read(body: str, words: ItemWords) -> tuple[tuple[ActionItem, ...], int]:
    document = parse_document(body)
    placed, left_out = _placed(document, words)
    english = _english_ids(placed if words == ENGLISH else _placed(document, ENGLISH)[0])
    used = {item_id for item_id, _ in english.values()}
    items: list[ActionItem] = []
    for place, reading, is_ticked in placed:
        item_id, former = _id(reading, english.get(place), used)
        if item_id:
            used.add(item_id)
            items.append(_item(reading, item_id, former, is_ticked=is_ticked))
    return tuple(items), left_out


def _placed(document: Document, words: ItemWords) -> tuple[list[_Placed], int]:
    """At most `ITEMS_MAX` items, and how many lines look like further ones."""
    known = known_words(words)
    found: list[_Placed] = []
    left_out = 0
    for written in written_items(document, words):
        if len(found) >= ITEMS_MAX:
            left_out += 1
        elif reading := understand(written, document.references, known):
            found.append((written.place, reading, written.is_ticked or reading.is_done))
    return found, left_out


def _english_ids(placed: Iterable[_Placed]) -> dict[int, tuple[str, str]]:
    """By place: the ids that items have without a policy's words, and their wordings.

    They are for ever: naming a heading in the policy brings new items, and gives none of the others a new id.
    """
    seen: Counter[str] = Counter()
    found: dict[int, tuple[str, str]] = {}
    for place, reading, _ in placed:
        first = keys.item_id(reading.text)
        found[place] = keys.item_id(reading.text, seen[first]) if seen[first] else first, reading.text
        seen[first] += 1
    return found


def _id(reading: Reading, in_english: tuple[str, str] | None, used: set[str]) -> tuple[str, str]:
    """The item's id, and the one that it has without the policy's words where that is another. What those alone bring,
    in words that are an item already, has none: it is said twice."""
    if in_english and in_english[1] == reading.text:
        return in_english[0], ""
    ids = (keys.item_id(reading.text, occurrence) for occurrence in count())
    if in_english:
        return next(one for one in ids if one not in used), in_english[0]
    first = next(ids)
    return ("" if first in used else first), ""


def _item(reading: Reading, item_id: str, former: str, *, is_ticked: bool) -> ActionItem:
    return ActionItem(
        id=item_id,
        text=reading.title,
        is_ticked=is_ticked,
        owner=reading.owner,
        due_on=reading.due_on,
        reference=reading.reference,
        named=reading.named,
        due_words=reading.due_words,
        written=reading.text if reading.text != reading.title else "",
        former=former,
    )
