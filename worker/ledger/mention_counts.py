"""Mentions as they are counted: by person and day, each where its comment goes out.

Two workers that look at two cases at once both find room for one more mention of somebody: every question that waited
for the morning is asked at its first minute. So it is looked again, with nobody else counting, before one is sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from rules.effects import Say
from worker.ledger.schema import effects, mentions

#: Everybody's day (ISO), or each one's by their id.
Days = str | Mapping[str, str]
#: PostgreSQL's advisory lock under which one process counts while others wait: any number, the same for ever.
_COUNTING = 7_202_611
_MENTIONED = (
    select(mentions.c.person, func.count())
    .join(effects, effects.c.key == mentions.c.effect)
    .where(mentions.c.day == bindparam("day"), effects.c.state != "intended")  # those are booked: see `bookings`
    .group_by(mentions.c.person)
)


def mentioned_on(db: Connection, day: str) -> dict[str, int]:
    """How often each person was mentioned that day."""
    return {row[0]: row[1] for row in db.execute(_MENTIONED, {"day": day})}


def is_spent(db: Connection, effect: Say, day: Days, mentions_max: int) -> bool:
    """Whether somebody whom it mentions was mentioned so often already. Nobody else counts until the transaction ends;
    on SQLite every transaction is the only writer from its beginning."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _COUNTING})
    for person in effect.counted:
        on = day if isinstance(day, str) else day[person]
        others = (mentions.c.person == person) & (mentions.c.day == on) & (mentions.c.effect != effect.key)
        said = effects.c.state != "intended"
        query = select(func.count()).select_from(mentions.join(effects, effects.c.key == mentions.c.effect))
        if db.execute(query.where(others, said)).scalar_one() >= mentions_max:
            return True
    return False


def count_mentions(db: Connection, effect: Say, day: Days) -> None:
    """Whose own command it answers is remembered for `forget`, and counts on no day."""
    db.execute(delete(mentions).where(mentions.c.effect == effect.key))
    counted = {person: day if isinstance(day, str) else day[person] for person in effect.counted}
    days = dict.fromkeys(effect.mentions, "") | counted
    rows = [{"effect": effect.key, "person": person, "day": counts_on} for person, counts_on in days.items()]
    if rows:
        db.execute(insert(mentions), rows)
