"""The `action_items` of a policy file: words by which action items are known where they are not English."""

from __future__ import annotations

from collections.abc import Iterable

from rules.endings import has_words
from rules.language.document import KeyPath
from rules.language.item_forms import ActionItemsForm
from rules.language.reading import Reading
from rules.markdown import normal_heading
from rules.policy import ItemWords


def read_item_words(reading: Reading, path: KeyPath, form: ActionItemsForm) -> ItemWords:
    """The words as the file has them; what could be none is noted, and so is a column that would hold two things."""
    columns = form.columns
    kinds = {"what": columns.what, "owner": columns.owner, "due": columns.due, "state": columns.state}
    _check(reading, (*path, "headings"), form.headings, {})
    taken: dict[str, str] = {}
    for kind, words in kinds.items():
        _check(reading, (*path, "columns", kind), words, taken)
        taken |= dict.fromkeys(map(normal_heading, words), kind)
    _check(reading, (*path, "done"), form.done, {})
    return ItemWords(
        headings=tuple(form.headings),
        what=tuple(columns.what),
        owner=tuple(columns.owner),
        due=tuple(columns.due),
        state=tuple(columns.state),
        done=tuple(form.done),
    )


def _check(reading: Reading, path: KeyPath, words: Iterable[str], taken: dict[str, str]) -> None:
    seen: list[str] = []
    for index, word in enumerate(words):
        plain = normal_heading(word)
        if not has_words(word) or "\n" in word.strip() or not plain:
            reading.note((*path, index), "a few words in one line are wanted here")
        elif plain in seen:
            reading.note((*path, index), f'"{word}" is here twice: capitals and signs make no difference')
        elif plain in taken:
            reading.note((*path, index), f'"{word}" is a column of `{taken[plain]}` already, and holds one thing')
        seen.append(plain)
