"""Says at the end how large the tables were, so that a cell that goes missing is seen."""

from __future__ import annotations

import pytest

from tests.end_to_end.tables import TABLES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for table in TABLES:
        for line in table.summary():
            terminalreporter.write_line(line)
