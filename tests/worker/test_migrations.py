"""Migrations: there and back, several processes at once, and an Aftermath that is older than its ledger."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from tests.worker.postgres import Postgres
from tests.worker.process import PATIENCE_S, run_command
from worker.clock import stopwatch_s
from worker.ledger import Ledger, SchemaTooNew, open_ledger
from worker.ledger.database import MIGRATION_LOCK, known_revisions
from worker.ledger.schema import metadata

MIGRATIONS = Path(__file__).parents[2] / "worker" / "ledger" / "migrations"
AT_ONCE = 4


def test_every_migration_leads_back_again(url: str, request: pytest.FixtureRequest) -> None:
    if url.startswith("postgresql"):
        url = request.getfixturevalue("postgres").new_database()
    ledger = open_ledger(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with ledger.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        command.upgrade(config, "head")
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    ledger.close()


def test_the_revisions_that_are_known_are_those_of_the_scripts() -> None:
    """They are read from file names, so that a command with nothing to migrate need not load Alembic."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert known_revisions() == [script.revision for script in reversed(list(scripts.walk_revisions()))]


def test_of_several_that_start_on_an_empty_postgresql_one_migrates_and_the_others_wait(postgres: Postgres) -> None:
    """They are caught at the lock together, with nothing done yet, and then let go."""
    url = postgres.empty_database()
    engine = create_engine(url)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:it)"), {"it": MIGRATION_LOCK})
            opening = [threads.submit(open_ledger, url) for _ in range(AT_ONCE)]
            _wait_until_all_wait(connection)
            assert inspect(connection).get_table_names() == []
        ledgers = [one.result(PATIENCE_S) for one in opening]
    assert all(ledger.inbox.is_empty() for ledger in ledgers)
    for ledger in ledgers:
        ledger.close()
    engine.dispose()


def _wait_until_all_wait(connection: Connection) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    while connection.execute(waiting).scalar_one() < AT_ONCE:
        assert stopwatch_s() < deadline, "somebody did not wait"
        pause.wait(0.02)


def test_a_ledger_of_a_newer_aftermath_is_left_as_it_is(ledger: Ledger, url: str) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(SchemaTooNew, match=f"schema 9999 by a newer .* up to {known_revisions()[-1]}"):
            open_ledger(url)
    finally:
        with ledger.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": known_revisions()[-1]})


def test_a_process_that_is_older_than_its_ledger_says_so_and_ends_with_2(config_file: Path) -> None:
    path = config_file.parent / ".aftermath" / "aftermath.db"
    path.parent.mkdir()
    open_ledger(f"sqlite:///{path}").close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = run_command("status", "--config", config_file)
    assert done.returncode == 2
    assert "newer Aftermath" in done.stderr
    assert "Traceback" not in done.stderr
