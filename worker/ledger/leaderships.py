"""Which of several processes of a kind is at work: one row for each kind, taken, renewed and handed back.

It saves requests and nothing else. Every step of a scheduler is safe beside another one's (`worker.scheduling`),
so that two who both believe to lead, since a clock or a network misled them, do no harm.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, delete, or_, select

from worker.ledger.schema import leaderships
from worker.ledger.upsert import upsert


class Leaderships:
    """Every method is one statement. A `holder` is a token of one process, unlike any other's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, holder: str, now: dt.datetime, until: dt.datetime) -> bool:
        """Lead until then: for the first time, again, or after another whose time has run out. Atomic."""
        is_free = or_(leaderships.c.holder == holder, leaderships.c.until <= now)
        with self._engine.begin() as db:
            return upsert(db, leaderships, {"name": name, "holder": holder, "until": until}, where=is_free)

    def is_taken(self, name: str, now: dt.datetime) -> bool:
        """Whether anybody leads."""
        with self._engine.begin() as db:
            mine = select(leaderships.c.holder).where(leaderships.c.name == name, leaderships.c.until > now)
            return db.execute(mine).first() is not None

    def hand_back(self, name: str, holder: str) -> None:
        """Let the next one lead at once. Nothing happens where another leads by now."""
        mine = (leaderships.c.name == name) & (leaderships.c.holder == holder)
        with self._engine.begin() as db:
            db.execute(delete(leaderships).where(mine))
