"""Ledgers of simulated companies on a PostgreSQL server, which has locks, types and an order of rows of its own.

Each history has a schema of its own in the database that is named, made before and dropped afterwards: what stands
in the database otherwise is neither read nor touched, and many histories may run at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import CreateSchema, DropSchema

from worker.ledger.database import Ledger, open_memory_ledger
from worker.ledger.schema import metadata

_PREFIX = "aftermath_simulated_"
_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")


class NoServer(Exception):
    """The URL names no PostgreSQL database. The text says what would, and not the URL, which may hold a password."""


def server_at(address: str) -> URL:
    """The database of a URL such as `postgresql://HOST/DATABASE`. Raises NoServer; nothing is asked yet."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _SCHEMES:
        raise NoServer("--ledger: this is no PostgreSQL database; allowed: postgresql://USER@HOST/DATABASE")
    return url.set(drivername="postgresql+psycopg")


@contextmanager
def ledgers_of_one_history(server: URL | None) -> Iterator[Callable[[], Ledger]]:
    """Within the block: opens an empty ledger for one history, and another empty one whenever that is lost. Without
    a server in memory.

    Raises sqlalchemy.exc.SQLAlchemyError where the server is away, or allows no schema to be made.
    """
    if server is None:
        yield open_memory_ledger
        return
    schema = f"{_PREFIX}{secrets.token_hex(8)}"
    # Nobody needs a simulated company after a power cut.
    options = f"-csearch_path={schema} -csynchronous_commit=off"
    engine = create_engine(server, connect_args={"options": options})
    try:
        with engine.begin() as db:
            db.execute(CreateSchema(schema))
            metadata.create_all(db)
        yield lambda: _emptied(engine)
    finally:
        with engine.begin() as db:
            db.execute(DropSchema(schema, cascade=True, if_exists=True))
        engine.dispose()


def _emptied(engine: Engine) -> Ledger:
    """A ledger with nothing in it. Row by row: there are few, and TRUNCATE makes a new file of each table and index."""
    with engine.begin() as db:
        for table in reversed(metadata.sorted_tables):
            db.execute(table.delete())
    return Ledger(engine)
