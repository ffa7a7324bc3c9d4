"""Whose turn a case is. A lease is data with an end, so that the case of a worker that died comes free by itself."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, bindparam, or_, select, update

from worker.ledger.schema import cases

# Statements of every look are built once: building costs more than running them.
_LEASE = (
    update(cases)
    .where(
        cases.c.root == bindparam("of_root"),
        or_(
            cases.c.lease_until.is_(None),
            cases.c.lease_until <= bindparam("now"),
            cases.c.lease_owner == bindparam("by"),
        ),
    )
    .values(lease_owner=bindparam("by"), lease_until=bindparam("until"))
)
_RENEW = (
    update(cases)
    .where(
        cases.c.root == bindparam("of_root"),
        cases.c.lease_owner == bindparam("by"),
        cases.c.lease_until > bindparam("now"),
    )
    .values(lease_until=bindparam("until"))
)
_RELEASE = (
    update(cases)
    .where(cases.c.root == bindparam("of_root"), cases.c.lease_owner == bindparam("by"))
    .values(lease_owner=None, lease_until=None)
)


class Leases:
    """The leases of cases. Each change is one statement, so of many who ask at once one gets the case."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lease(self, root: str, owner: str, now: dt.datetime, until: dt.datetime) -> bool:
        """Take the case, if nobody holds it. Atomic."""
        with self._engine.begin() as db:
            return db.execute(_LEASE, {"of_root": root, "by": owner, "now": now, "until": until}).rowcount == 1

    def renew(self, root: str, owner: str, now: dt.datetime, until: dt.datetime) -> bool:
        """Hold on to the case; False when somebody else took it meanwhile, or it ran out."""
        with self._engine.begin() as db:
            return db.execute(_RENEW, {"of_root": root, "by": owner, "now": now, "until": until}).rowcount == 1

    def release(self, root: str, owner: str) -> None:
        with self._engine.begin() as db:
            db.execute(_RELEASE, {"of_root": root, "by": owner})

    def is_leased(self, now: dt.datetime) -> bool:
        """Whether anybody holds any case."""
        with self._engine.begin() as db:
            return db.execute(select(cases.c.root).where(cases.c.lease_until > now).limit(1)).first() is not None
