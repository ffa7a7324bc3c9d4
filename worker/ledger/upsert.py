"""A row that is there or is not, written in one statement: of two who write it at once, neither may fail.

Looking first and inserting then would race on PostgreSQL, where two transactions see neither one's row until
the other has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    db: Connection,
    table: Table,
    values: Mapping[str, Any],
    on_conflict: Mapping[str, Any] | None = None,
    where: ColumnElement[bool] | None = None,
) -> bool:
    """Insert a row; where its primary key is there already, set `on_conflict` (None: everything given) on it, if it
    meets `where`. Whether a row was inserted or changed."""
    keys = [column.name for column in table.primary_key]
    changes = (
        {name: value for name, value in values.items() if name not in keys} if on_conflict is None else on_conflict
    )
    new = _insert(db, table, values)
    if not changes:
        return _count(db, new.on_conflict_do_nothing(index_elements=keys)) > 0
    return _count(db, new.on_conflict_do_update(index_elements=keys, set_=changes, where=where)) > 0


def insert_missing(db: Connection, table: Table, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> bool:
    """Insert what is not there, and leave alone what is. Whether anything was inserted."""
    keys = [column.name for column in table.primary_key]
    return _count(db, _insert(db, table, values).on_conflict_do_nothing(index_elements=keys)) > 0


def _count(db: Connection, statement: postgresql.Insert | sqlite.Insert) -> int:
    # Of an insert SQLAlchemy keeps the count only where it is told to.
    return db.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def _insert(
    db: Connection, table: Table, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    return insert(table).values(values)
