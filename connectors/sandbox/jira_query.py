"""What a search asks, once its JQL is read: tests over tickets as the index knows them, and an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.world import TicketState


@dataclass(frozen=True, slots=True)
class Indexed:
    """A ticket as the search index knows it, which may lag behind the ticket."""

    ticket: TicketState
    updated_at: dt.datetime
    labels: tuple[str, ...]


Test = Callable[[Indexed], bool]


@dataclass(frozen=True, slots=True)
class Context:
    """What a query is read against: the instant, who asks, and whether a project, a ticket or a person can be named
    (a person always can, where nobody knows). Where it is not `is_strict`, what is not there is found by nothing."""

    now: dt.datetime
    account: str
    project_of: Callable[[str], str | None]
    uid_of: Callable[[str], int | None]
    person_of: Callable[[str], str | None] = str
    is_strict: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A query ready to be used. `order` holds (sort key, whether descending), the first counting most; `missing` a
    sentence for each value that is not there."""

    tests: tuple[Test, ...]
    order: tuple[tuple[str, bool], ...]
    missing: tuple[str, ...] = ()

    def fits(self, indexed: Indexed) -> bool:
        return all(test(indexed) for test in self.tests)

    def sorted(self, found: list[Indexed]) -> list[Indexed]:
        """In the order asked for; the newest first where none was."""
        result = sorted(found, key=lambda indexed: indexed.ticket.uid, reverse=True)
        for name, is_descending in reversed(self.order):
            result.sort(key=_SORT_KEYS[name], reverse=is_descending)
        return result


_SORT_KEYS: dict[str, Callable[[Indexed], tuple[str, float]]] = {
    "created": lambda indexed: ("", indexed.ticket.created_at.timestamp()),
    "updated": lambda indexed: ("", indexed.updated_at.timestamp()),
    "key": lambda indexed: (indexed.ticket.container, indexed.ticket.number),
}
