"""What the benchmarks found, as tables for the end of the run.

Times are told as ratios of two things measured in one run, medians of several turns: a figure in seconds says
more of the machine than of the program. Counts of requests are told as they are.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from worker.clock import stopwatch_s

#: Every table that was made, in order.
TABLES: list[Table] = []


@dataclass(frozen=True)
class Table:
    """`rows` are as wide as `columns`; the first column is text, the others are figures. `notes` stand below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The table as text."""
        cells = [[_shown(cell) for cell in row] for row in (self.columns, *self.rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(self.columns))]
        yield self.title
        for row in cells:
            figures = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
            yield "  " + "  ".join((row[0].ljust(widths[0]), *figures)).rstrip()
        yield from (f"  {note}" for note in self.notes)
        yield ""


def tell(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *notes: str) -> None:
    """Keep a table for the summary."""
    TABLES.append(Table(title, tuple(columns), tuple(tuple(row) for row in rows), notes))


def seconds(work: Callable[[], object]) -> float:
    """How long one turn took."""
    began_s = stopwatch_s()
    work()
    return stopwatch_s() - began_s


def processor_seconds(work: Callable[[], object]) -> float:
    """How long one turn kept the processor busy, whoever else wanted it meanwhile."""
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def medians(turns: int, *works: Callable[[], object]) -> list[float]:
    """Median seconds of each work. They take turns, so that a busy moment of the machine meets them all."""
    taken = [[seconds(work) for work in works] for _ in range(turns)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if cell < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
