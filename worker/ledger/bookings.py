"""Places in people's daily budgets that are kept for what waits (P9): a mention on a day to come, of an effect that is
intended and not sent. Once it goes out it is counted like any other, and one that nobody wants any more keeps none.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, bindparam, delete, insert, select

from rules.effects import Say
from rules.mention_budget import Booking
from worker.ledger.effects import values_of
from worker.ledger.schema import effects, mentions
from worker.ledger.upsert import upsert

_BOOKING = (mentions.c.person, mentions.c.day, effects.c.root, effects.c.ticket, effects.c.rule, effects.c.key)
# Statements of every look are built once: building costs more than running them. The first is led by the days, so that
# a database without statistics reads those and not all effects that ever were.
_AHEAD = (
    select(*_BOOKING, effects.c.state)
    .select_from(mentions)
    .outerjoin(effects, effects.c.key == mentions.c.effect)
    .where(mentions.c.day >= bindparam("today"))
)
_BEFORE = (
    select(*_BOOKING, effects.c.state)
    .join(effects, effects.c.key == mentions.c.effect)
    .where(effects.c.root == bindparam("root"), mentions.c.day < bindparam("today"))
)


class Bookings:
    """What waits for its day; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, root: str, today: str) -> tuple[Booking, ...]:
        """Everybody's for today (ISO) and later, and those of this case whose day went by without it."""
        with self._engine.begin() as db:
            rows = [*db.execute(_AHEAD, {"today": today}), *db.execute(_BEFORE, {"today": today, "root": root})]
        return tuple(Booking(*row[:-1]) for row in rows if row.state == "intended")

    def book(self, effect: Say, booking: Booking, now: dt.datetime) -> None:
        """Keep the place, in place of an earlier one; nothing where the comment has gone out, as a worker that stalled
        could not know."""
        again = {"state": "intended", "intended_at": now}
        with self._engine.begin() as db:
            upsert(db, effects, values_of(effect) | again, again, effects.c.state == "superseded")
            waits = select(effects.c.key).where(effects.c.key == effect.key, effects.c.state == "intended")
            if db.execute(waits).first():
                db.execute(delete(mentions).where(mentions.c.effect == effect.key))
                row = {"effect": effect.key, "person": booking.person, "day": booking.day}
                db.execute(insert(mentions), row)
