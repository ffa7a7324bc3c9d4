"""Whom a policy speaks of: a role or another word of the language, or a person's or a team's id of the people file."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from rules.language.document import KeyPath, Scalar
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.language.validation import shown
from rules.policy import Named

Word = TypeVar("Word", bound=StrEnum)


def read_part(reading: Reading, path: KeyPath, words: type[Word], what: str) -> Word | Named | None:
    """One of an enum's words, or an id; `what` names the words: `"boss" is no role`. None where it is neither, which is
    noted."""
    node = reading.document.at(path)
    found = node.value if isinstance(node, Scalar) else None
    names = [word.value for word in words]
    if found in names:
        return words(str(found))
    people = reading.people
    ids = [*people.people, *people.teams] if people else []
    if isinstance(found, str) and found in ids:
        return Named(found)
    near = closest(str(found), [*names, *ids]) if isinstance(found, str) else ""
    message = f"{shown(node)} is no {what}"
    if people is not None and isinstance(found, str):
        message += ", and nobody and no team of the people file"
    elif isinstance(found, str) and not near:
        message += ", and there is no people file to name anybody"
    reading.note(path, message, in_words([*names, *ids], str(found)), near)
    return None


def read_parts(reading: Reading, path: KeyPath, words: type[Word], what: str) -> tuple[Word | Named, ...]:
    """One or a list of them, each at most once."""
    paths = reading.each(path)
    found = [read_part(reading, inner, words, what) for inner in paths]
    for index, part in enumerate(found):
        if part is not None and part in found[:index]:
            reading.note(paths[index], f'"{part.value}" is here twice')
    if not paths:
        reading.note(path, f"an empty list, where a {what} is wanted", in_words(_values(words)))
    return tuple(dict.fromkeys(part for part in found if part is not None))


def _values(words: Iterable[StrEnum]) -> list[str]:
    return [word.value for word in words]
