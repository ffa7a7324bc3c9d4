"""`docs/essay.md` is honest: every test that it names is there, and a row without a test says that nothing is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "essay.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| “")]


def names_of_tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:60] for row in ROWS])
def test_what_is_claimed_is_shown_by_a_test_that_exists(row: list[str]) -> None:
    asked, done, shown = row
    named = re.findall(r"`([^`]+\.py)::(\w+)`", shown)
    assert asked
    assert done
    if not named:
        assert "*not yet*" in done or "*not ours*" in done
    for file, test in named:
        assert test in names_of_tests(ROOT / file), f"{file} has no {test}"


def test_every_row_is_read() -> None:
    """A row that does not look like the others would be looked at by nobody."""
    table = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert len(ROWS) == len(table) - 2
    assert len(ROWS) >= 20
