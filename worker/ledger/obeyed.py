"""Commands that were obeyed, by marks that name nobody (`worker.obeyed`)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Engine, bindparam, delete, select

from worker.ledger.schema import obeyed
from worker.ledger.upsert import insert_missing

_MARKS_OF = select(obeyed.c.mark).where(obeyed.c.root == bindparam("root"))


class Obeyed:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, root: str) -> frozenset[str]:
        """The marks of a case's commands that were obeyed."""
        with self._engine.begin() as db:
            return frozenset(db.execute(_MARKS_OF, {"root": root}).scalars())

    def note(self, root: str, obeys: Collection[str], refuses: Collection[str]) -> None:
        """Remember what is obeyed, and forget what no longer is. Writes only where that is news."""
        with self._engine.begin() as db:
            known = set(db.execute(_MARKS_OF, {"root": root}).scalars())
            if new := sorted(set(obeys) - known):
                insert_missing(db, obeyed, [{"root": root, "mark": mark} for mark in new])
            if gone := sorted(known & set(refuses)):
                db.execute(delete(obeyed).where(obeyed.c.root == root, obeyed.c.mark.in_(gone)))
