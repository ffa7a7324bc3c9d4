"""What people read about commands is true: every one is in docs/commands.md, with where it may be given."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from rules.calendar import Calendar
from rules.commands import KNOWN_COMMANDS
from rules.endings import Ending
from rules.refusals import PLACES
from rules.spoken_dates import length_of_date, spoken_date

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| ")]


def rows_of(command: str) -> list[list[str]]:
    return [row for row in ROWS if re.match(rf"`/{re.escape(command)}[ `]", row[0])]


@pytest.mark.parametrize("command", sorted(KNOWN_COMMANDS))
def test_every_command_is_described(command: str) -> None:
    rows = rows_of(command)
    assert rows
    assert all(len(row) == 5 and row[1] and row[2] and row[3] for row in rows)


@pytest.mark.parametrize("command", sorted(KNOWN_COMMANDS))
def test_a_command_is_described_where_it_may_be_given(command: str) -> None:
    told = {place for row in rows_of(command) for place in row[1].split(", ")}
    assert told == {"anywhere"} or told == set(PLACES[command])
    assert (told == {"anywhere"}) is (len(PLACES[command]) == 3)


def test_no_other_command_is_described() -> None:
    described = {name for row in ROWS for name in re.findall(r"^`/([a-z-]+)", row[0])}
    assert described == KNOWN_COMMANDS


@pytest.mark.parametrize("ending", list(Ending))
def test_every_way_in_which_an_action_ends_is_described(ending: Ending) -> None:
    assert any(row[0] == ending for row in ROWS)


_SECTION = PAGE[PAGE.index("## Dates") : PAGE.index("## When a command")]
#: The examples in the first column of the table of dates.
DATES = [
    written
    for line in _SECTION.splitlines()
    if line.startswith("| `")
    for written in re.findall(r"`([^`]+)`", line.split(" | ")[0])
]


@pytest.mark.parametrize("written", DATES)
def test_every_date_that_is_described_is_understood(written: str) -> None:
    assert spoken_date(written, dt.datetime(2026, 11, 4, 9, tzinfo=dt.UTC), Calendar())


def test_dates_are_described_at_all() -> None:
    assert {"next Tuesday", "EOM", "15.1.2027", "in 3 business days"} <= set(DATES)


@pytest.mark.parametrize("written", ["3/4/2027", "Q3", "next week", "March", "soon"])
def test_what_is_said_to_be_no_date_is_none(written: str) -> None:
    assert f"`{written}`" in PAGE
    assert length_of_date(written) == 0
