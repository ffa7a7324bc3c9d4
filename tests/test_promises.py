"""Every promise that the design makes is held by tests that cite it by its number."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PROMISES = tuple(range(1, 15))


def cited_in(source: str) -> dict[int, set[str]]:
    """Promise to the tests whose own docstring or name cites it. A module's docstring proves nothing."""
    cited: dict[int, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            said = f"{node.name.replace('_', ' ')} {ast.get_docstring(node) or ''}"
            for number in re.findall(r"\bP(\d+)\b", said):
                cited.setdefault(int(number), set()).add(node.name)
    return cited


@cache
def citations() -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for number, names in cited_in(path.read_text(encoding="utf-8")).items():
            found.setdefault(number, set()).update(f"{path.relative_to(TESTS)}::{name}" for name in names)
    return found


@pytest.mark.parametrize("number", PROMISES, ids=lambda number: f"P{number}")
def test_a_promise_is_held_by_a_test_that_cites_it(number: int) -> None:
    assert citations().get(number), f"no test cites P{number}; cited are {sorted(citations())}"


def test_no_test_cites_a_promise_that_was_never_made() -> None:
    strangers = {number: names for number, names in citations().items() if not 1 <= number <= 14}
    assert strangers == {}


def test_a_citation_is_found_in_a_docstring_and_nowhere_else() -> None:
    source = '''
"""About P1."""
def test_one():
    """Holds (P2, P3)."""
    x = "P4"
def helper():
    """P5"""
'''
    assert cited_in(source) == {2: {"test_one"}, 3: {"test_one"}}
