"""Opens the database, brings its schema up to date, and hands out the ledger's parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, and_, create_engine, event, inspect, select, text, update
from sqlalchemy.pool import StaticPool

from worker.ledger.accounts import Accounts
from worker.ledger.bookings import Bookings
from worker.ledger.cases import Cases
from worker.ledger.digests import Digests
from worker.ledger.effects import Effects
from worker.ledger.inbox import Inbox
from worker.ledger.installation import Installation
from worker.ledger.leaderships import Leaderships
from worker.ledger.lessons import Lessons
from worker.ledger.obeyed import Obeyed
from worker.ledger.patience import Patience
from worker.ledger.place_names import PlaceNames
from worker.ledger.redeliveries import Redeliveries
from worker.ledger.schema import cases, cursors, digests, effects, hints, metadata, trackers
from worker.ledger.write_budgets import WriteBudgets

_MIGRATIONS = Path(__file__).parent / "migrations"
#: How long a writer waits for another before it gives up, on SQLite.
_BUSY_TIMEOUT_S = 10
#: PostgreSQL's advisory lock under which one process migrates while others wait: any number, the same for ever.
MIGRATION_LOCK = 7_166_302_041_587


class SchemaTooNew(Exception):
    """A newer Aftermath wrote this database. The text says what to do, for who runs this one."""


class Ledger:
    """The parts of the ledger on one engine. Every method of theirs is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.installation = Installation(engine)
        self.cases = Cases(engine)
        self.effects = Effects(engine)
        self.bookings = Bookings(engine)
        self.inbox = Inbox(engine)
        self.leaderships = Leaderships(engine)
        self.patience = Patience(engine)
        self.write_budgets = WriteBudgets(engine)
        self.digests = Digests(engine)
        self.lessons = Lessons(engine)
        self.obeyed = Obeyed(engine)
        self.place_names = PlaceNames(engine)
        self.redeliveries = Redeliveries(engine)
        self.accounts = Accounts(engine)

    def forget_words(self, is_meant: Callable[[str], bool], instead: str) -> int:
        """Replace every problem whose text is meant; how many there were. They are few: each is somebody's trouble."""
        count = 0
        with self.engine.begin() as db:
            for table in (effects, cases, hints, cursors, trackers, digests):
                keys = list(table.primary_key)
                rows = db.execute(select(*keys, table.c.problem).where(table.c.problem != "")).all()
                for row in sorted(rows, key=tuple):  # in the order of worker.ledger.locking
                    if is_meant(row.problem):
                        mine = and_(*(key == value for key, value in zip(keys, row, strict=False)))
                        db.execute(update(table).where(mine).values(problem=instead))
                        count += 1
        return count

    def close(self) -> None:
        self.engine.dispose()


def open_ledger(url: str) -> Ledger:
    """Connect and migrate to the newest schema; of several that start at once one migrates, and the others wait.

    Raises sqlalchemy.exc.OperationalError when the database is not there, and SchemaTooNew.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine)


def open_memory_ledger() -> Ledger:
    """A ledger that lives as long as the process, without migrations: for the simulator and for tests."""
    engine = _engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    return Ledger(engine)


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest revision, within the connection's transaction. Raises SchemaTooNew."""
    revisions = known_revisions()
    if _revision(connection) == revisions[-1]:
        return
    if connection.dialect.name == "postgresql":
        # Held until the transaction ends; on SQLite the transaction itself keeps everybody else out.
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATION_LOCK})
    found = _revision(connection)
    if found == revisions[-1]:
        return  # the one that we waited for has done it
    if found and found not in revisions:
        raise SchemaTooNew(
            f"The ledger was brought to schema {found} by a newer Aftermath, and this one knows schemas up to "
            f"{revisions[-1]}: install the newer one here too. Nothing was changed."
        )
    # Takes a quarter of a second to load, which a command with nothing to migrate does not pay.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def known_revisions() -> list[str]:
    """The revisions that this code knows, oldest first: a migration's file name begins with its own."""
    return sorted(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str:
    """The revision that the database has, or nothing where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


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
