"""When two labels are the same one: spelling counts, capitals do not.

GitHub keeps one label of a name, however it is capitalised, and Jira's search finds them alike; people type
`Failure` and mean `failure`. So everything that compares labels asks here. What is written keeps its spelling.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


def same_label(one: str, other: str) -> bool:
    """Whether a person would take both for one label."""
    return one.casefold() == other.casefold()


def folded(labels: Iterable[str]) -> frozenset[str]:
    """Labels in the form in which they are compared."""
    return frozenset(map(str.casefold, labels))


#: Of labels that are looked for again and again, as those of a policy are.
_folded = lru_cache(maxsize=256)(folded)


def has_label(labels: Iterable[str], *wanted: str) -> bool:
    """Whether one of `wanted` is among `labels`."""
    return not _folded(wanted).isdisjoint(map(str.casefold, labels))


def in_either_case(labels: Iterable[str]) -> list[str]:
    """Labels as they stand, and in small letters behind them, so that a condition need not know the capitals."""
    written = list(labels)
    return list(dict.fromkeys((*written, *(label.casefold() for label in written))))
