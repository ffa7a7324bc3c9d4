"""What one line or row of a plan says: the item's words, whose it is and by when, and whether it is done.

Two wordings come of it. `text` is what ids are made of, for ever: what is taken out of it was settled when the first
ticket was opened by it. `title` is what a ticket is called, and may be read better than before.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from markdown_it.token import Token

from rules.action_tables import Written
from rules.action_words import Words
from rules.item_references import reference_of
from rules.markdown import inline_tokens, plain_text
from rules.spoken_dates import fixed_date, length_of_date

#: Of one item; what follows is its explanation.
_READ_CHARACTERS = 1_000

_MENTION = r"(?:(?<![\w/.@`])@[a-z0-9][\w-]{0,60}(?![\w/])|\[[^\[\]]{1,80}\]\(mention:[^()\s]{1,200}\))"
_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})(?![\d-])"
_JOINT = r"[\s,;–—-]{0,3}[(\[]?"
_WHO = rf"(?P<who>{_MENTION}|[^\W\d_][^,;()\[\]]{{0,60}}?)(?=\s*(?:[,;()\[\]]|\.\s|\.$|due\b|by \d|$))[)\]]?"
_NAMED = re.compile(rf"{_JOINT}(?:owner|assignee|assigned to|responsible|dri)\s?[:=]\s?{_WHO}", re.IGNORECASE)
#: `owner: Ben Okri by Friday`.
_AND_WHEN = re.compile(r"\s+(?P<when>(?:by|due)\s\S.{0,60})\Z", re.IGNORECASE)
_ENDING = re.compile(rf"{_JOINT}(?P<who>{_MENTION})[)\]]?[.\s]{{0,3}}$", re.IGNORECASE)
#: After these a mention belongs to the sentence: `ask for a review by @x`.
_SPEAKS_OF = re.compile(r"\b(?:about|and|ask|by|cc|for|from|of|or|per|see|tell|thank|to|via|with)\s*$", re.IGNORECASE)
_LEADING = re.compile(rf"(?P<who>{_MENTION})\s?(?::|–|—|-)\s+", re.IGNORECASE)
#: Each of these forms holds one of these.
_NAMING = re.compile(r"[@:=]")
_ANYWHERE = re.compile(rf"(?P<who>{_MENTION})", re.IGNORECASE)
_DUE = re.compile(rf"{_JOINT}(?:\b(?:due|deadline)(?:\s(?:by|on|date))?|\bby|📅)\s?:?\s?{_DAY}[)\]]?", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:to-?do|tb[dc]|n/?a|none|nothing|xxx+|example|(?:action|item|task|action item|follow-?up)\s*#?\d*)?[\s.…:!?-]*",
    re.IGNORECASE,
)
_BARE = re.compile(r"#\d{1,12}[\s.,;:]*")
_TODO = re.compile(r"(?:to-?do|tb[dc])\b\s*[:–—-]", re.IGNORECASE)
_DONE_MARK = re.compile(r"[✅☑✔✓]\ufe0f?\s*|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check):\s*")
#: Before a date in plain words; after `by` alone a length of time says how much, and not when.
_WHEN = re.compile(
    rf"{_JOINT}(?:(?P<by>\bby\s)|(?:\b(?:due|deadline)(?:\s(?:by|on|date))?|📅)\s?:?\s?(?=\w))", re.IGNORECASE
)
#: What may follow such a date, so that `by Friday` is no part of `by Friday night batch runs`.
_SET_OFF = re.compile(r"\s*(?:\Z|[,;:.()\[\]|–—@]|-\s)")


@dataclass(frozen=True, slots=True)
class Reading:
    """One item's words, with what was said about it taken out of them. `text` is what ids are made of, for ever;
    `title` what a ticket is called. `due_words` is a date that depends on when it was said."""

    text: str
    title: str
    is_done: bool = False
    owner: str = ""
    named: str = ""
    due_on: dt.date | None = None
    due_words: str = ""
    reference: str = ""


def understand(written: Written, references: dict[str, Any], words: Words) -> Reading | None:
    """The item as data, or None for a placeholder."""
    source = written.source.strip()[:_READ_CHARACTERS]
    mark = _DONE_MARK.match(source)
    source = source[mark.end() :] if mark else source
    tokens, whole = inline_tokens(source, references), source
    is_hint = _is_wrapped(_kinds(tokens), "em")
    source, owner, named = _owner(source)
    source, due_on = _due(source)
    if source != whole:
        tokens = inline_tokens(source, references)
    text = plain_text(tokens)
    kinds = _kinds(tokens)
    reference = reference_of(tokens)
    if (is_hint or _is_placeholder(text, kinds)) and not (reference and is_bare(text)):
        return None
    is_done = bool(mark) or _is_wrapped(kinds, "s") or words.is_marked_done(text)
    told = _told_beside(source, _Told(owner, named, due_on), written, words)
    if told.source != source:
        tokens = inline_tokens(told.source, references)
        reference = reference or reference_of(tokens)
    if written.ticket and not reference:
        reference = reference_of(inline_tokens(written.ticket.strip()[:_READ_CHARACTERS], references))
    title = plain_text(tokens) or text
    return Reading(text, title, is_done, told.owner, told.named, told.due_on, told.due_words, reference)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of an item besides its words, and the source without it."""

    owner: str = ""
    named: str = ""
    due_on: dt.date | None = None
    due_words: str = ""
    source: str = ""


def _told_beside(source: str, told: _Told, written: Written, words: Words) -> _Told:
    """What the line says that ids know nothing of: dates in plain words, a policy's own words, cells and fields."""
    owner, named, due_on, due_words = told.owner, told.named, told.due_on, ""
    in_cell = _day_or_words(written.due.strip(" *_.")[:_READ_CHARACTERS])
    due_on = due_on or in_cell[0]  # in figures, wherever they stand, before words
    if due_on is None and (found := _AND_WHEN.search(named)):
        owner, named, due_words = named[: found.start()], named[: found.start()], found["when"]
    if due_on is None and not due_words:
        source, due_on, due_words = _when(source, words)
    if not named and words.given.owner:
        left, theirs, shown = _owner_by(_labelled(words.given.owner, _WHO), source)
        source, owner, named = (left, theirs, shown) if shown else (source, owner, named)
    due_words = "" if due_on else due_words or in_cell[1]
    if due_on or due_words:
        source, late_owner, late_named = _tidied(source)
        owner, named = (late_owner, late_named) if late_named and not named else (owner, named)
    cell = written.owner.strip()[:_READ_CHARACTERS]
    if not owner:
        owner, named = (_account(cell), _shown(cell)) if cell else ("", "")
    return _Told(owner, named, due_on, due_words, source)


def _when(source: str, words: Words) -> tuple[str, dt.date | None, str]:
    """The source without the date in plain words, or behind a policy's own word, and that date."""
    theirs = _labelled(words.given.due, "").finditer(source) if words.given.due else ()
    for lead in (*_WHEN.finditer(source), *theirs):
        begins = lead.start("by") if lead.groupdict().get("by") else lead.end()
        rest = source[begins:]
        day = re.match(_DAY, rest) if not lead.groupdict().get("by") else None
        ends = day.end() if day else length_of_date(rest)
        if ends and _SET_OFF.match(rest, ends):
            due_on, due_words = _day_or_words(rest[:ends])
            if not (due_on or due_words):
                continue
            behind = rest[ends:].lstrip()
            behind = behind[1:] if behind[:1] in (")", "]", ":") else behind
            return f"{source[: lead.start()]} {behind.lstrip('.;')}".strip(), due_on, due_words
    return source, None, ""


def _day_or_words(said: str) -> tuple[dt.date | None, str]:
    """A date, or the words of one that depends on when they were said; neither where they are none."""
    if not said:
        return None, ""
    if day := re.search(_DAY, said):
        return _date(day["day"]), ""
    ends = length_of_date(said)
    if not ends or said[ends:].strip(" .,;:!"):
        return None, ""
    fixed = fixed_date(said)
    return fixed, "" if fixed else said[:ends].strip()


def is_bare(text: str) -> bool:
    """Whether an item is a number alone, `#3`, as GitHub leaves it behind when a line is made an issue: nothing that a
    ticket could be called."""
    return _BARE.fullmatch(text) is not None


def _kinds(tokens: list[Token]) -> list[str]:
    return [token.type for token in tokens if token.type != "text" or token.content.strip()]


def _is_placeholder(text: str, kinds: list[str]) -> bool:
    if _PLACEHOLDER.fullmatch(text) or _TODO.match(text) or not any(c.isalpha() for c in text):
        return True
    return (text[0] in "([<{" and _is_in_brackets(text)) or _is_wrapped(kinds, "em")


def _is_in_brackets(text: str) -> bool:
    """Whether brackets open only before all that close, and the first to close ends it."""
    opened_last = max(text.rfind(bracket) for bracket in "([<{")
    closed_first = min(text.find(bracket) % (len(text) + 1) for bracket in ")]>}")
    return opened_last < closed_first == len(text) - 1


def _is_wrapped(kinds: list[str], tag: str) -> bool:
    """Whether one pair of these marks holds the whole."""
    opens, closes = f"{tag}_open", f"{tag}_close"
    return bool(kinds) and kinds[0] == opens and kinds[-1] == closes and kinds.count(opens) == 1


def _owner(source: str) -> tuple[str, str, str]:
    """The source without the words that name the owner, the account or name, and how that reads. A mere mention stays
    in, and has no reading."""
    if not _NAMING.search(source):
        return source, "", ""
    for form in (_NAMED, _LEADING, _ENDING):
        left, account, shown = _owner_by(form, source)
        if left != source or shown:
            return left, account, shown
    spoken = re.sub(r"`[^`]*`", " ", source)
    mentioned = _ANYWHERE.search(spoken)
    return source, _account(mentioned["who"]) if mentioned else "", ""


def _owner_by(form: re.Pattern[str], source: str) -> tuple[str, str, str]:
    found = form.match(source) if form is _LEADING else form.search(source)
    if found is None or (form is _ENDING and _SPEAKS_OF.search(source[: found.start("who")])):
        return source, "", ""
    left = f"{source[: found.start()]} {source[found.end() :]}".strip()
    return left, _account(found["who"]), _shown(found["who"])


@lru_cache(maxsize=64)
def _labelled(labels: tuple[str, ...], value: str) -> re.Pattern[str]:
    """A policy's own labels in a line, `Verantwortlich: Ben`, and the form of what stands behind them."""
    named = "|".join(re.escape(label.strip()) for label in labels if label.strip()) or r"(?!)"
    return re.compile(rf"{_JOINT}(?<!\w)(?:{named})\s?[:=]?\s?{value}", re.IGNORECASE)


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
    found = _DUE.search(source) if "-" in source else None
    day = _date(found["day"]) if found else None
    if found is None or day is None:
        return source, None
    return f"{source[: found.start()]} {source[found.end() :]}".strip(), day


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
