"""Deliveries that failed and were asked for again: how often, and whether they arrived by now.

Kept for as long as the tracker can still repeat them, so that neither a restart nor a second scheduler asks for one
more often than it should be asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, and_, delete, func, select, update

from worker.ledger.schema import deliveries, redeliveries
from worker.ledger.upsert import upsert


@dataclass(frozen=True, slots=True)
class Asked:
    """A delivery that was asked for again, `tries` times, the last time at `asked_at`."""

    id: str
    tries: int
    asked_at: dt.datetime
    arrived_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Missing:
    """How many deliveries of a place were asked for again and did not arrive yet, and when that was last."""

    source: str
    count: int
    asked_at: dt.datetime


class Redeliveries:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def received(self, tracker: str, ids: Collection[str]) -> set[str]:
        """Those of the deliveries that we took."""
        where = and_(deliveries.c.tracker == tracker, deliveries.c.id.in_(ids))
        with self._engine.begin() as db:
            return set(db.execute(select(deliveries.c.id).where(where)).scalars())

    def asked_for(self, source: str) -> dict[str, Asked]:
        """What was asked for again of a place, by the delivery's id."""
        with self._engine.begin() as db:
            rows = db.execute(select(redeliveries).where(redeliveries.c.source == source)).all()
        return {row.id: Asked(row.id, row.tries, row.asked_at, row.arrived_at) for row in rows}

    def ask(self, tracker: str, delivery_id: str, source: str, now: dt.datetime) -> None:
        """Note that one is about to be asked for, before it is: an answer that is lost counts too."""
        new = {"tracker": tracker, "id": delivery_id, "source": source, "tries": 1, "asked_at": now}
        again = {"tries": redeliveries.c.tries + 1, "asked_at": now, "arrived_at": None}
        with self._engine.begin() as db:
            upsert(db, redeliveries, new, again)

    def arrived(self, tracker: str, ids: Collection[str], now: dt.datetime) -> None:
        where = and_(redeliveries.c.tracker == tracker, redeliveries.c.id.in_(ids), redeliveries.c.arrived_at.is_(None))
        with self._engine.begin() as db:
            db.execute(update(redeliveries).where(where).values(arrived_at=now))

    def missing(self) -> list[Missing]:
        """Places whose deliveries were asked for again and did not arrive yet."""
        query = (
            select(redeliveries.c.source, func.count(), func.max(redeliveries.c.asked_at))
            .where(redeliveries.c.arrived_at.is_(None))
            .group_by(redeliveries.c.source)
            .order_by(redeliveries.c.source)
        )
        with self._engine.begin() as db:
            return [Missing(*row) for row in db.execute(query)]

    def forget(self, before: dt.datetime) -> None:
        with self._engine.begin() as db:
            db.execute(delete(redeliveries).where(redeliveries.c.asked_at < before))
