"""A ledger in memory that knows what another one knows, for looks that shall leave no trace. The other is only read.

What says whose turn it is, or how fast may be asked and written, is left out: in memory nobody else is at work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import insert, select, update

from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.ledger.schema import cases, metadata

_LEFT_OUT = frozenset(
    {
        "hints",
        "deliveries",
        "redeliveries",
        "cursors",
        "trackers",
        "spared",
        "write_budgets",
        "write_waits",
        "leaderships",
    }
)


def copy_of(ledger: Ledger) -> Ledger:
    """The copy, with nobody holding a case. Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away."""
    copied = open_memory_ledger()
    with ledger.engine.begin() as source, copied.engine.begin() as target:
        for table in metadata.sorted_tables:
            rows = [] if table.name in _LEFT_OUT else [dict(row) for row in source.execute(select(table)).mappings()]
            if rows:
                target.execute(insert(table), rows)
        target.execute(update(cases).values(lease_owner=None, lease_until=None, attempts=0))
    return copied


def wake_open_cases(ledger: Ledger, now: dt.datetime, only: Collection[str] | None = None) -> None:
    """Have every open case looked at now, or those of these roots and no others."""
    with ledger.engine.begin() as db:
        if only is not None:
            db.execute(update(cases).where(cases.c.root.not_in(list(only))).values(wake_at=None))
        concerned = cases.c.phase != "closed" if only is None else cases.c.root.in_(list(only))
        db.execute(update(cases).where(concerned).values(wake_at=now))
