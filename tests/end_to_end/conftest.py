"""Ledgers for tables of cells, each cell's empty, on the database that the cell names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.tables import Database
from tests.worker.postgres import Postgres
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import open_memory_ledger


@pytest.fixture
def ledger_url(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database that processes of their own can open."""
    if database is Database.SQLITE:
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.emptied_database()


@pytest.fixture
def ledger(database: Database, request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """An empty ledger for this process alone: SQLite's is in memory."""
    is_here = database is Database.SQLITE
    opened = open_memory_ledger() if is_here else open_ledger(request.getfixturevalue("ledger_url"))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _contracts(contracts: None) -> None:
    """What the sandboxes hear and answer is held against the vendors' descriptions (`tests.contracts.recording`)."""
