"""Opens the database, brings its schema up to date, and hands out the ledger's parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from worker.ledger.cases import Cases
from worker.ledger.effects import Effects
from worker.ledger.inbox import Inbox
from worker.ledger.schema import metadata

_MIGRATIONS = Path(__file__).parent / "migrations"
#: How long a writer waits for another before it gives up, on SQLite.
_BUSY_TIMEOUT_S = 10


class Ledger:
    """The parts of the ledger on one engine. Every method of theirs is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.cases = Cases(engine)
        self.effects = Effects(engine)
        self.inbox = Inbox(engine)

    def close(self) -> None:
        self.engine.dispose()


def open_ledger(url: str) -> Ledger:
    """Connect and migrate to the newest schema. Raises sqlalchemy.exc.OperationalError when it is not there."""
    engine = _engine(url)
    with engine.begin() as connection:
        migrate(connection)
    return Ledger(engine)


def open_memory_ledger() -> Ledger:
    """A ledger that lives as long as the process, without migrations: for the simulator and for tests."""
    engine = _engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    return Ledger(engine)


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest revision, within the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _engine(url: str, **options: Any) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, **options)
    arguments = {"check_same_thread": False, "timeout": _BUSY_TIMEOUT_S}
    engine = create_engine(url, connect_args=arguments, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin late and end early; ours are explicit (see _begin_sqlite).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes would fail when another wrote in between; taking the
    # write lock at once makes it wait instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
