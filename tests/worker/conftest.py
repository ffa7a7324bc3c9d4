"""A small company in a sandbox whose clock stands still until it is driven, and an Aftermath configured for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.server import Sandbox
from tests.worker.postgres import Postgres
from worker.ledger import Ledger, open_ledger
from worker.sandbox import build_company, configuration, people_file

#: A Monday morning.
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
#: The installation that the tests' ledgers belong to.
HOME = "acme"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database on each of the two."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.emptied_database()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """An empty ledger that was filled from the trackers, on each of the two."""
    ledger = open_ledger(url)
    ledger.installation.mark_rebuilt(HOME, START)
    yield ledger
    ledger.close()


@pytest.fixture
def company() -> Iterator[Sandbox]:
    with build_company(SandboxClock(START)) as sandbox:
        yield sandbox


@pytest.fixture
def config_file(company: Sandbox, tmp_path: Path) -> Path:
    """An `aftermath.yaml` for the company, listening on a free port."""
    path = tmp_path / "aftermath.yaml"
    path.write_text(configuration(company, listen="127.0.0.1:0"), encoding="utf-8")
    (tmp_path / "people.yaml").write_text(people_file(), encoding="utf-8")
    return path
