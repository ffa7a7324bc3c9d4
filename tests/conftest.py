"""For all tests: quick to run, and at the end it is said how large the tables were, so that a missing cell is seen."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.worker.postgres import Postgres


def pytest_configure(config: pytest.Config) -> None:
    """In every run the same examples are tried, so that whoever changes one thing is not stopped by another; the long
    run goes looking for new ones."""
    is_long = "soak" in (config.option.markexpr or "").replace("not soak", "")
    settings.register_profile("every-run", derandomize=True)
    settings.load_profile("default" if is_long else "every-run")


def pytest_collection_finish() -> None:
    # What was imported stays until the end. Going through it again and again took a fifth of the tests' time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that was called in this process sent its logs to a stream which is gone with its test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog = sys.modules.get("structlog")  # most tests have no need of it
    if structlog and structlog.is_configured():
        structlog.reset_defaults()
        root.handlers[:] = [one for one in root.handlers if one in handlers]
        root.setLevel(level)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of a process: starting one takes a second."""
    from tests.worker.postgres import running_postgres  # noqa: PLC0415 - most tests do not need it

    with running_postgres() as server:
        yield server


@pytest.fixture
def contracts(request: pytest.FixtureRequest) -> Iterator[None]:
    """What passes through sandboxes is held against the vendors' descriptions, where those are here."""
    from tests.contracts.recording import is_possible, recorded  # noqa: PLC0415 - other tests have no need of it

    if not is_possible():
        yield
        return
    with recorded(has_requests="sandbox" not in request.node.path.parts):
        yield


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that pytest-xdist started hands on what it counted."""
    recording = sys.modules.get("tests.contracts.recording")
    output = getattr(session.config, "workeroutput", None)
    if recording and output is not None:
        output["contracts"] = recording.recorder().finish().plain()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Called where the tests were started from, once for each process of pytest-xdist."""
    if counted := getattr(node, "workeroutput", {}).get("contracts"):
        from tests.contracts.recording import recorder  # noqa: PLC0415 - as above

        recorder().count.add(counted)


def _contract_lines() -> list[str]:
    recording = sys.modules.get("tests.contracts.recording")
    if not recording:
        return []
    if not recording.is_possible():
        return ["Vendors' contracts: nothing checked, their descriptions are not beside this repository"]
    count = recording.recorder().finish()
    lines: list[str] = count.lines() if count.checked or count.unchecked else []
    return lines


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Loaded only here: whoever runs other tests has no need of the vendors' clients.
    from tests.end_to_end.crash_table import CRASH_TABLE, DIGEST_TABLE, LETTERS_TABLE  # noqa: PLC0415
    from tests.end_to_end.fault_table import FAULT_MATRIX  # noqa: PLC0415
    from tests.end_to_end.feet_table import FEET_TABLE  # noqa: PLC0415
    from tests.end_to_end.tables import Database  # noqa: PLC0415

    for table, test in (
        (FAULT_MATRIX, "test_exactly_one_survives_a_fault["),
        (FEET_TABLE, "test_a_ticket_changes_under_our_feet["),
        (CRASH_TABLE, "test_exactly_one_survives_a_kill["),
        (LETTERS_TABLE, "test_at_most_one_letter_survives_a_kill["),
        (DIGEST_TABLE, "test_at_most_one_digest_survives_a_kill["),
    ):
        outcomes = {one: told for one in Database if (told := _outcomes(terminalreporter, test, f" - {one}]"))}
        if outcomes:
            for line in table.summary(outcomes):
                terminalreporter.write_line(line)
    if _outcomes(terminalreporter, "test_a_real_post_mortem_reads_as_a_person_reads_it[", "]"):
        from tests.rules.action_items.reviewed import in_one_line  # noqa: PLC0415 - as above

        terminalreporter.write_line(in_one_line())
    for line in _contract_lines():
        terminalreporter.write_line(line)


def _outcomes(terminalreporter: pytest.TerminalReporter, test: str, ending: str) -> str:
    """`69 passed, 1 failed` of the cells of one table on one database, or nothing."""
    counts = {
        word: sum(test in one.nodeid and one.nodeid.endswith(ending) for one in terminalreporter.getreports(word))
        for word in ("passed", "xfailed", "failed", "error")
    }
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number)
