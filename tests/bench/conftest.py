"""Prints what the benchmarks found, after everything else.

Nothing is held against the vendors' descriptions here, as in the other tests: what is measured would be that too.
"""

from __future__ import annotations

import pytest

from tests.bench.tables import TABLES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLES:
        terminalreporter.section("benchmarks")
    for table in TABLES:
        for line in table.lines():
            terminalreporter.write_line(line)
