"""The order in which rows are locked by whoever writes several of them in one transaction.

On PostgreSQL two transactions that take the same rows in different orders wait for each other for ever, and the
server ends one of them. An UPDATE of many rows takes them as they happen to lie in the table, so they are taken
before, in the order of their key. Between tables the order is: installation, cases, hints, cursors; effects are
written alone, and so are a budget of writes and, after it, the place of one case. SQLite has one writer at a time,
and needs nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, select


def lock_in_order(db: Connection, key: Column[Any], which: ColumnElement[bool]) -> None:
    """Lock the rows of the key's table that meet `which`, and wait for those that somebody else holds."""
    if db.dialect.name != "sqlite":
        db.execute(select(key).where(which).order_by(key).with_for_update()).all()
