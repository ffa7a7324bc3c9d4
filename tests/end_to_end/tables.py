"""Tables of cells, two things crossed, on one kind of ledger or on both: what is in, what is left out and why, and
a line that says how large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

import pytest


class Database(StrEnum):
    """What keeps the ledger."""

    SQLITE = "SQLite"
    POSTGRES = "PostgreSQL"


class Named(Protocol):
    @property
    def name(self) -> str: ...


_R = TypeVar("_R", bound=Named)
_C = TypeVar("_C", bound=Named)


def in_turn(row: _R, rows: Sequence[_R], columns: Sequence[_C], left_out: Callable[[_R, _C], str]) -> _C:
    """One column of a row, the next from row to row, so that over enough rows each has its turn."""
    first = rows.index(row)
    turns = (columns[(first + further) % len(columns)] for further in range(len(columns)))
    return next(column for column in turns if not left_out(row, column))


class Table(Generic[_R, _C]):
    """Rows by columns. `left_out` gives the reason why a cell makes no sense, or nothing; `is_always` says which cells
    are in every run on which database. The long run has them all on each."""

    def __init__(
        self,
        title: str,
        rows: tuple[str, Sequence[_R]],
        columns: tuple[str, Sequence[_C]],
        left_out: Callable[[_R, _C], str],
        is_always: Callable[[_R, _C, Database], bool],
    ) -> None:
        self._title, self._rows, self._columns = title, rows, columns
        self._left_out, self._is_always = left_out, is_always

    def cells(self) -> Iterator[Any]:
        """The cells that make sense, as parameters row, column and database of a test, row by row."""
        for row, column in self._sensible():
            for database in Database:
                marks = () if self._is_always(row, column, database) else pytest.mark.soak
                yield pytest.param(row, column, database, id=f"{row.name} - {column.name} - {database}", marks=marks)

    def in_every_run(self, database: Database) -> list[tuple[_R, _C]]:
        """The cells that are not left to the long run."""
        return [cell for cell in self._sensible() if self._is_always(*cell, database)]

    def summary(self, outcomes: Mapping[Database, str]) -> list[str]:
        """The table's size and what became of it on each database, and below it what is left out, by reason."""
        reasons = Counter(self._left_out(row, column) for row in self._rows[1] for column in self._columns[1])
        total, cells = sum(reasons.values()), reasons.pop("", 0)
        (rows, given), (columns, taken) = self._rows, self._columns
        size = f"{len(given)} {rows} × {len(taken)} {columns} = {total} cells"
        told = ", ".join(f"on {database} {outcome}" for database, outcome in outcomes.items())
        lines = [f"{self._title}: {size}, {cells} that make sense; {told}"]
        return lines + [f"  {count} left out: {reason}" for reason, count in reasons.most_common()]

    def _sensible(self) -> Iterator[tuple[_R, _C]]:
        for row in self._rows[1]:
            for column in self._columns[1]:
                if not self._left_out(row, column):
                    yield row, column
