"""The 19 real post-mortems beside the project, what a person reads in them (`expected.yaml`), and how the two compare.

Matched by likeness: an item is the expected one whose words stand in it, spelt the same but for case and signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rules.action_items import read_action_items
from rules.facts import ActionItem

POST_MORTEMS = Path(__file__).parents[3].parent / "shared" / "data" / "postmortems"
_TABLE = Path(__file__).with_name("expected.yaml")


@dataclass(frozen=True, slots=True)
class Expected:
    """One item as a person reads it: words that stand in it, whether it is done, and the end of its ticket's address.
    `missed` says why the reader does not find it."""

    words: str
    done: bool = False
    ticket: str = ""
    missed: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One document: what is expected of it, and what the reader finds there too, with the reasons."""

    name: str
    items: tuple[Expected, ...] = ()
    none: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return (POST_MORTEMS / f"{self.name}.md").read_text(encoding="utf-8")


@dataclass(slots=True)
class Comparison:
    """What was expected of one document, and what was found."""

    document: Reviewed
    pairs: list[tuple[Expected, ActionItem]] = field(default_factory=list)
    missed: list[Expected] = field(default_factory=list)
    extra: list[ActionItem] = field(default_factory=list)

    @property
    def found(self) -> int:
        return len(self.pairs) + len(self.extra)


@cache
def reviewed() -> tuple[Reviewed, ...]:
    table: dict[str, dict[str, Any]] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return tuple(
        Reviewed(
            name,
            tuple(Expected(**item) for item in entry.get("items", ())),
            entry.get("none", ""),
            tuple((one["words"], one["why"]) for one in entry.get("extra", ())),
        )
        for name, entry in table.items()
    )


def compared(document: Reviewed) -> Comparison:
    """Each found item belongs to at most one expected one, and the other way round."""
    found = list(read_action_items(document.text))
    comparison = Comparison(document)
    for expected in document.items:
        match = next((one for one in found if stands_in(expected.words, one.text)), None)
        if match is None:
            comparison.missed.append(expected)
        else:
            found.remove(match)
            comparison.pairs.append((expected, match))
    comparison.extra = found
    return comparison


def stands_in(words: str, text: str) -> bool:
    return f" {_plain(words)} " in f" {_plain(text)} "


def figures(comparisons: Iterable[Comparison]) -> tuple[int, int, int]:
    """How many were expected, how many were found, and how many of them are the same."""
    listed = list(comparisons)
    return (
        sum(len(one.document.items) for one in listed),
        sum(one.found for one in listed),
        sum(len(one.pairs) for one in listed),
    )


def in_one_line() -> str:
    """The figures as they are told at the end of the tests."""
    if not POST_MORTEMS.is_dir():
        return "Action items: nothing held against people's reading, the post-mortems are not beside this repository"
    expected, found, hits = figures(map(compared, reviewed()))
    rates = f"precision {hits / found:.3f}, recall {hits / expected:.3f}"
    told = f"{expected} expected, {found} found, {hits} of them right"
    return f"Action items: {len(reviewed())} post-mortems, {told}: {rates}"


def table() -> list[str]:
    """A line for each document, with what was missed and what was too much below it."""
    lines = [f"{'document':<60} expected found   hit missed extra"]
    for one in map(compared, reviewed()):
        counts = (len(one.document.items), one.found, len(one.pairs), len(one.missed), len(one.extra))
        lines.append(f"{one.document.name.rpartition('__')[2][:60]:<60} " + " ".join(f"{count:>6}" for count in counts))
        lines += [f"    missed: {item.words}: {item.missed or 'NOT EXPLAINED'}" for item in one.missed]
        lines += [
            f"    extra: {item.text[:60]}: {why_extra(one.document, item) or 'NOT EXPLAINED'}" for item in one.extra
        ]
    return lines


def why_extra(document: Reviewed, item: ActionItem) -> str:
    return next((why for words, why in document.extra if stands_in(words, item.text)), "")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\W", " ", text).casefold().split())
