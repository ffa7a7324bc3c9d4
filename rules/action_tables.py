"""Action items in a table: which column says what is to be done, and which whose it is, by when, and how it stands.

Columns are known by their heads, in any order. Without a column that says what is to be done it is the first that says
nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules.action_words import Words, is_action_head, is_description_head, is_number_head, known_words
from rules.markdown import Document
from rules.policy.item_words import ENGLISH

#: A check box before an item's words.
BOX = re.compile(r"\[([ xX])\](?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Written:
    """One line or row as written: inline Markdown, and what stands beside it, in a table's cells or in lines below it.
    `place` is where it stands among the document's tokens; `former` what is read there without the policy's words, if
    that is something else."""

    source: str
    is_ticked: bool = False
    owner: str = ""
    due: str = ""
    ticket: str = ""
    place: int = 0
    former: str = ""


def table_rows(document: Document, index: int, words: Words, *, is_done: bool) -> Iterator[Written]:
    """The rows of the table that opens at that token."""
    heads: list[str] = []
    cells: list[str] = []
    columns: dict[str, int] = {}
    english: dict[str, int] = {}
    while (token := document.tokens[index]).type != "table_close":
        index += 1
        if token.type == "th_open":
            heads.append(document.tokens[index].content)
        elif token.type == "thead_close":
            columns, english = _columns(heads, words), _columns(heads, known_words(ENGLISH))
        elif token.type == "tr_open":
            cells = []
        elif token.type == "td_open":
            cells.append(document.tokens[index].content)
        elif token.type == "tr_close" and cells:
            named = {name: cells[place] for name, place in columns.items() if place < len(cells)}
            former = english.get("what", len(cells))
            plainly = cells[former] if former != columns.get("what") and former < len(cells) else ""
            yield _row(named, plainly, index, words, is_done=is_done)


def _row(named: dict[str, str], former: str, place: int, words: Words, *, is_done: bool) -> Written:
    source = named.get("what", "")
    if "next" in named and not any(char.isalpha() for char in source):
        source = named["next"]
    task = BOX.match(source)
    ticket = named.get("ticket", "")
    ticked = is_done or bool(task and task[1] != " ") or words.is_done_cell(named.get("state", ""))
    ticked = ticked or re.search(r"\b(?:DONE|CLOSED|FIXED)\W*\Z", ticket) is not None
    source = source[task.end() :] if task else source
    return Written(source, ticked, named.get("owner", ""), named.get("due", ""), ticket, place, former)


def _columns(heads: list[str], words: Words) -> dict[str, int]:
    """Each column's place by what it holds."""
    columns: dict[str, int] = {}
    free: list[int] = []
    for place, head in enumerate(heads):
        if name := words.column(head):
            columns.setdefault(name, place)
        else:
            free.append(place)
    what = _what(heads, free, words)
    ticket = next((place for place in free if place != what and words.is_ticket_column(heads[place])), None)
    if ticket is not None:
        columns["ticket"] = ticket
    if what is not None and is_number_head(heads[what]):
        # Where it holds numbers indeed, what is to be done stands in the next one.
        following = next((place for place in free if place > what and place != ticket), None)
        columns |= {} if following is None else {"next": following}
    return columns if what is None else {"what": what, **columns}


def _what(heads: list[str], free: list[int], words: Words) -> int | None:
    for is_so in (words.is_what_column, is_action_head, is_description_head):
        for place in free:
            if is_so(heads[place]):
                return place
    return free[0] if free else None
