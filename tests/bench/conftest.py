"""Prints what the benchmarks found, after everything else."""

from __future__ import annotations

import pytest

from tests.bench.tables import TABLES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLES:
        terminalreporter.section("benchmarks")
    for table in TABLES:
        for line in table.lines():
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _contracts(contracts: None) -> None:
    """What the sandboxes hear and answer is held against the vendors' descriptions (`tests.contracts.recording`)."""
