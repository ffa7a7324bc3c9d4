"""What people read about commands is true: every one is in docs/commands.md, with where it may be given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules.commands import KNOWN_COMMANDS
from rules.endings import Ending
from rules.refusals import PLACES

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
