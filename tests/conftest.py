"""For all tests: quick to run, and at the end it is said how large the tables were, so that a missing cell is seen."""

from __future__ import annotations

import gc

import pytest


def pytest_collection_finish() -> None:
    # What was imported stays until the end. Going through it again and again took a fifth of the tests' time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Loaded only here: whoever runs other tests has no need of the vendors' clients.
    from tests.end_to_end.crash_table import CRASH_TABLE  # noqa: PLC0415
    from tests.end_to_end.fault_table import FAULT_MATRIX  # noqa: PLC0415

    for table, test in ((FAULT_MATRIX, "test_exactly_one_survives_a_fault["), (CRASH_TABLE, "survives_a_kill[")):
        outcomes = ((word, _count(terminalreporter, word, test)) for word in ("passed", "xfailed", "failed", "error"))
        told = ", ".join(f"{number} {word}" for word, number in outcomes if number)
        if told:
            first, *others = table.summary()
            for line in (f"{first}; {told}", *others):
                terminalreporter.write_line(line)


def _count(terminalreporter: pytest.TerminalReporter, word: str, test: str) -> int:
    return sum(test in report.nodeid for report in terminalreporter.getreports(word))
