"""Until when a tracker asked to be left alone: one row for each, heeded by every look of every process.

A rate limit is a credential's and not a look's: what one look was told, all others would be told too, each at
the price of a request that the tracker counts against us.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, func, select

from connectors.patience import REST_FORGOTTEN_AFTER, chosen_rest
from worker.ledger.schema import spared, trackers
from worker.ledger.upsert import upsert

_UNTIL = select(trackers.c.not_before).where(trackers.c.name == bindparam("name"))


@dataclass(frozen=True, slots=True)
class Rest:
    """A tracker that asked for patience, and its own words for it; or one that is spared, and why."""

    tracker: str
    until: dt.datetime
    problem: str


class Patience:
    """Every method but `choose` is one statement."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, tracker: str, until: dt.datetime, problem: str) -> None:
        """Leave a tracker alone until then, or longer where it asked for longer already. Atomic."""
        new = {"name": tracker, "not_before": until, "problem": problem}
        with self._engine.begin() as db:
            upsert(db, trackers, new, where=trackers.c.not_before < until)

    def choose(self, tracker: str, now: dt.datetime, problem: str) -> dt.datetime:
        """Leave a tracker alone that named no time, longer each time in a row; until when. Of several who were refused
        in one moment, the first to note it chooses for all."""
        with self._engine.begin() as db:
            seen = db.execute(select(trackers).where(trackers.c.name == tracker)).one_or_none()
            is_again = seen is not None and now < seen.not_before + REST_FORGOTTEN_AFTER
            in_a_row = (seen.in_a_row if seen and is_again else 0) + 1
            until = now + chosen_rest(in_a_row)
            new = {"name": tracker, "not_before": until, "problem": problem, "in_a_row": in_a_row}
            upsert(db, trackers, new, where=trackers.c.not_before <= now)
            noted: dt.datetime = db.execute(_UNTIL, {"name": tracker}).scalar_one()
            return noted

    def spare(self, tracker: str, until: dt.datetime, why: str) -> None:
        """Little is left of what a tracker allows until then: what can wait, waits. Atomic."""
        new = {"tracker": tracker, "until": until, "why": why}
        with self._engine.begin() as db:
            upsert(db, spared, new, where=spared.c.until < until)

    def sparing(self, now: dt.datetime) -> list[Rest]:
        """Those that are spared now, by name."""
        with self._engine.begin() as db:
            rows = db.execute(select(spared).where(spared.c.until > now).order_by(spared.c.tracker))
            return [Rest(row.tracker, row.until, row.why) for row in rows]

    def until(self, tracker: str) -> dt.datetime | None:
        """When it may be asked again; that may be past. None where it never asked for patience."""
        with self._engine.begin() as db:
            return db.execute(_UNTIL, {"name": tracker}).scalar()

    def until_all(self, names: Iterable[str], now: dt.datetime) -> dt.datetime | None:
        """When all of these may be asked, where that is later than `now`."""
        with self._engine.begin() as db:
            query = select(func.max(trackers.c.not_before)).where(trackers.c.name.in_(sorted(names)))
            at: dt.datetime | None = db.execute(query).scalar()
            return at if at and at > now else None

    def resting(self, now: dt.datetime) -> list[Rest]:
        """Those that are to be left alone now, by name."""
        with self._engine.begin() as db:
            rows = db.execute(select(trackers).where(trackers.c.not_before > now).order_by(trackers.c.name))
            return [Rest(row.name, row.not_before, row.problem) for row in rows]
