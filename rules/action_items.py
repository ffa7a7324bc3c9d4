"""Action items, read out of a post-mortem as people write them: check lists, bullets, numbered lists, tables.

A task-list line is an item wherever it stands; a plain bullet or a table's row is one under a heading that
announces actions. Hints that a template left behind are none. Nothing is understood here beyond that: what
an item means, and whether a ticket is opened for it, is decided elsewhere.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from rules import keys
from rules.action_lists import Written, written_items
from rules.facts import ActionItem
from rules.item_references import reference_of
from rules.markdown import inline_tokens, parse_document, plain_text

#: More improvements than this out of one failure are a programme, not a plan.
ITEMS_MAX = 50
#: From this likeness on, a wording is taken for an edited one.
LIKENESS_MIN = 0.6
_COMPARED_CHARACTERS = 120
#: Of one item; what follows is its explanation.
_READ_CHARACTERS = 1_000

_MENTION = r"(?:(?<![\w/.@`])@[a-z0-9][\w-]{0,60}(?![\w/])|\[[^\[\]]{1,80}\]\(mention:[^()\s]{1,200}\))"
_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})(?![\d-])"
_JOINT = r"[\s,;–—-]{0,3}[(\[]?"
_NAMED = re.compile(
    rf"{_JOINT}(?:owner|assignee|assigned to|responsible|dri)\s?[:=]\s?"
    rf"(?P<who>{_MENTION}|[^\W\d_][^,;()\[\]]{{0,60}}?)(?=\s*(?:[,;()\[\]]|\.\s|\.$|due\b|by \d|$))[)\]]?",
    re.IGNORECASE,
)
_ENDING = re.compile(rf"{_JOINT}(?P<who>{_MENTION})[)\]]?[.\s]{{0,3}}$", re.IGNORECASE)
#: After these a mention belongs to the sentence: `ask for a review by @x`.
_SPEAKS_OF = re.compile(r"\b(?:about|and|ask|by|cc|for|from|of|or|per|see|tell|thank|to|via|with)\s*$", re.IGNORECASE)
_LEADING = re.compile(rf"(?P<who>{_MENTION})\s?(?::|–|—|-)\s+", re.IGNORECASE)
_ANYWHERE = re.compile(rf"(?P<who>{_MENTION})", re.IGNORECASE)
_DUE = re.compile(rf"{_JOINT}(?:\b(?:due|deadline)(?:\s(?:by|on|date))?|\bby|📅)\s?:?\s?{_DAY}[)\]]?", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:to-?do|tb[dc]|n/?a|none|nothing|xxx+|example|(?:action|item|task|action item|follow-?up)\s*#?\d*)?[\s.…:!?-]*",
    re.IGNORECASE,
)
_BARE = re.compile(r"#\d{1,12}[\s.,;:]*")
_TODO = re.compile(r"(?:to-?do|tb[dc])\b\s*[:–—-]", re.IGNORECASE)
_DONE_MARK = re.compile(r"[✅☑✔✓]\ufe0f?\s*|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check):\s*")


def read_action_items(body: str) -> tuple[ActionItem, ...]:
    """The items in the order in which they are written, ticked ones too, at most `ITEMS_MAX`."""
    return _read(body)[0]


def count_left_out(body: str) -> int:
    """How many lines beyond `ITEMS_MAX` look like items and were left out, so that somebody can be told (P7)."""
    return _read(body)[1]


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
    fresh = [(place, item.id, _comparable(item.text)) for place, item in enumerate(items) if item.id not in matched]
    left = [
        (item_id, _comparable(one))
        for item_id, title in sorted(opened.items())
        if item_id not in matched
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
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").casefold()
    return " ".join(re.sub(r"[\W_]", " ", visible).split())[:_COMPARED_CHARACTERS]


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


@dataclass(frozen=True, slots=True)
class _Reading:
    """One item's words, with what was said about it taken out of them. `text` is what ids are made of, for ever;
    `title` what a ticket is called."""

    text: str
    title: str
    is_done: bool = False
    owner: str = ""
    named: str = ""
    due_on: dt.date | None = None
    reference: str = ""


@lru_cache(maxsize=128)  # the same post-mortem is read at every look, and rarely changes
def _read(body: str) -> tuple[tuple[ActionItem, ...], int]:
    document = parse_document(body)
    seen: Counter[str] = Counter()
    items: list[ActionItem] = []
    left_out = 0
    for written in written_items(document):
        if len(items) >= ITEMS_MAX:
            left_out += 1
            continue
        reading = _understand(written, document.references)
        if reading is None:
            continue
        first_id = keys.item_id(reading.text)
        item_id = keys.item_id(reading.text, seen[first_id]) if seen[first_id] else first_id
        seen[first_id] += 1
        ticked = written.is_ticked or reading.is_done
        items.append(
            ActionItem(item_id, reading.title, ticked, reading.owner, reading.due_on, reading.reference, reading.named)
        )
    return tuple(items), left_out


def _understand(written: Written, references: dict[str, Any]) -> _Reading | None:
    """The item as data, or None for a placeholder."""
    source = written.source.strip()[:_READ_CHARACTERS]
    mark = _DONE_MARK.match(source)
    source = source[mark.end() :] if mark else source
    source, owner, named = _owner(source)
    source, due_on = _due(source)
    tokens = inline_tokens(source, references)
    text = plain_text(tokens)
    kinds = [token.type for token in tokens if token.type != "text" or token.content.strip()]
    reference = reference_of(tokens)
    if _is_placeholder(text, kinds) and not (reference and is_bare(text)):
        return None
    is_struck = _is_wrapped(kinds, "s")
    cell_day = re.search(_DAY, written.due)
    due_on = due_on or (_date(cell_day["day"]) if cell_day else None)
    title = text
    if due_on:
        source, late_owner, late_named = _tidied(source)
        owner, named = (late_owner, late_named) if late_named and not named else (owner, named)
        title = plain_text(inline_tokens(source, references)) or text
    cell = written.owner.strip()[:_READ_CHARACTERS]
    owner, named = (owner, named) if owner else (_account(cell), _shown(cell))
    return _Reading(text, title, bool(mark) or is_struck, owner, named, due_on, reference)


def is_bare(text: str) -> bool:
    """Whether an item is a number alone, `#3`, as GitHub leaves it behind when a line is made an issue: nothing that a
    ticket could be called."""
    return _BARE.fullmatch(text) is not None


def _is_placeholder(text: str, kinds: list[str]) -> bool:
    if _PLACEHOLDER.fullmatch(text) or _TODO.match(text) or not any(c.isalpha() for c in text):
        return True
    opened_last = max(text.rfind(bracket) for bracket in "([<{")
    closed_first = min(text.find(bracket) % (len(text) + 1) for bracket in ")]>}")
    in_brackets = text[0] in "([<{" and opened_last < closed_first == len(text) - 1
    return in_brackets or _is_wrapped(kinds, "em")


def _is_wrapped(kinds: list[str], tag: str) -> bool:
    """Whether one pair of these marks holds the whole."""
    opens, closes = f"{tag}_open", f"{tag}_close"
    return bool(kinds) and kinds[0] == opens and kinds[-1] == closes and kinds.count(opens) == 1


def _owner(source: str) -> tuple[str, str, str]:
    """The source without the words that name the owner, the account or name, and how that reads. A mere mention stays
    in, and has no reading."""
    for form in (_NAMED, _LEADING, _ENDING):
        found = form.match(source) if form is _LEADING else form.search(source)
        if found and not (form is _ENDING and _SPEAKS_OF.search(source[: found.start("who")])):
            left = f"{source[: found.start()]} {source[found.end() :]}".strip()
            return left, _account(found["who"]), _shown(found["who"])
    spoken = re.sub(r"`[^`]*`", " ", source)
    mentioned = _ANYWHERE.search(spoken)
    return source, _account(mentioned["who"]) if mentioned else "", ""


def _tidied(source: str) -> tuple[str, str, str]:
    """As `_owner`, of a source out of which a date was taken: `(@x, due 2026-04-01)` leaves `(@x`. What stays behind in
    a bracket gets its other half back."""
    left, owner, named = _owner(source)
    is_torn = left.count("(") > left.count(")") and re.search(r"\([^()]*\w[^()]*\Z", left)
    return f"{left.rstrip(' ,;–—-')})" if is_torn else left, owner, named


def _shown(who: str) -> str:
    """`@x` and `[Name](mention:x)` as people read them; nothing where there is no name."""
    link = re.match(r"\[([^\[\]]{1,80})\]\(mention:", who)
    return link[1] if link else _account(who)


def _account(who: str) -> str:
    """`@x` and `[Name](mention:x)` as x; a name as it stands. What could not stand in a link is written as numbers
    there, such as the space of a user name."""
    link = re.search(r"\]\(mention:([^()\s]{1,200})\)", who)
    if link:
        return unquote(link[1])
    mention = re.match(r"@([A-Za-z0-9][\w-]{0,60})", who)
    return mention[1] if mention else "" if _PLACEHOLDER.fullmatch(who) else who.strip(" *_`")[:80]


def _due(source: str) -> tuple[str, dt.date | None]:
    found = _DUE.search(source)
    day = _date(found["day"]) if found else None
    if found is None or day is None:
        return source, None
    return f"{source[: found.start()]} {source[found.end() :]}".strip(), day


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
