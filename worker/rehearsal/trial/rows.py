"""A comparison as rows strictly in order of time, each under the day of its own moment. Pure.

What was expected at another moment than it came has two rows, each at its own; the two refer to each other where
something else stands between them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from worker.rehearsal.trial.comparing import Line


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `at` is None for what was expected whenever and did not come. It shows what of its line was expected,
    what came, or both; `is_apart` where the other half of its line stands elsewhere."""

    at: dt.datetime | None
    line: Line
    has_expected: bool = True
    has_happened: bool = True
    is_apart: bool = False


def rows_of(lines: Sequence[Line], zone: dt.tzinfo) -> list[Row]:
    """All rows; those of one moment in the order of their lines, and those without any moment behind all others."""
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    rows = sorted((row for line in lines for row in _rows(line, zone)), key=lambda row: row.at or never)
    return [*_joined(rows)]


def _rows(line: Line, zone: dt.tzinfo) -> Iterator[Row]:
    expected, happened = line.expected, line.happened
    came = happened.at.astimezone(zone) if happened else None
    wanted = expected.at.astimezone(zone) if expected and expected.at else None
    if expected and expected.day:
        wanted = dt.datetime.combine(expected.day, dt.time(), zone)
    if came and wanted and "at" in line.differs:
        yield Row(wanted, line, has_happened=False, is_apart=True)
        yield Row(came, line, has_expected=False, is_apart=True)
    else:
        yield Row(came or wanted, line, has_expected=expected is not None, has_happened=happened is not None)


def _joined(rows: Sequence[Row]) -> Iterator[Row]:
    """Two halves of one line that stand one below the other on one day need not refer to each other."""
    for index, row in enumerate(rows):
        beside = [one for one in rows[max(index - 1, 0) : index + 2] if one.line is row.line and one is not row]
        is_near = any(one.at and row.at and one.at.date() == row.at.date() for one in beside)
        yield replace(row, is_apart=row.is_apart and not is_near)
