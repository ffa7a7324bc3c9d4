"""Tables of cells, two things crossed: what is in, what is left out and why, and a line that says how large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

import pytest


class Named(Protocol):
    @property
    def name(self) -> str: ...


_R = TypeVar("_R", bound=Named)
_C = TypeVar("_C", bound=Named)


class Table(Generic[_R, _C]):
    """Rows by columns. `left_out` gives the reason why a cell makes no sense, or nothing; `marks` a cell's marks."""

    def __init__(
        self,
        title: str,
        rows: tuple[str, Sequence[_R]],
        columns: tuple[str, Sequence[_C]],
        left_out: Callable[[_R, _C], str],
        marks: Callable[[_R, _C], tuple[pytest.MarkDecorator, ...]] = lambda _row, _column: (),
    ) -> None:
        self._title, self._rows, self._columns = title, rows, columns
        self._left_out, self._marks = left_out, marks

    def cells(self) -> Iterator[Any]:
        """The cells that make sense, as parameters of a test, row by row."""
        for row in self._rows[1]:
            for column in self._columns[1]:
                if not self._left_out(row, column):
                    yield pytest.param(row, column, id=f"{row.name} - {column.name}", marks=self._marks(row, column))

    def summary(self) -> list[str]:
        """The table's size, and below it what is left out, by reason."""
        reasons = Counter(self._left_out(row, column) for row in self._rows[1] for column in self._columns[1])
        total, cells = sum(reasons.values()), reasons.pop("", 0)
        (rows, given), (columns, taken) = self._rows, self._columns
        size = f"{len(given)} {rows} × {len(taken)} {columns} = {total} cells"
        lines = [f"{self._title}: {size}, {cells} that make sense"]
        return lines + [f"  {count} left out: {reason}" for reason, count in reasons.most_common()]
