"""What cases have to tell the weekly digest, and the digests that were sent or may have been: each at most once (P3).

A row is `sent` before the message goes out, and stays so where nobody can tell whether it arrived; `confirmed` when
the channel took it; `refused` when it surely did not go, and is tried again; `empty` when there was nothing to tell.
A key is a salted hash: no row says whom it was to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select, update

from worker.ledger.schema import cases, digests
from worker.ledger.upsert import insert_missing


@dataclass(frozen=True, slots=True)
class DigestRow:
    """One digest to one reader, as the ledger knows it."""

    key: str
    week: str
    state: str
    attempts: int
    at: dt.datetime
    not_before: dt.datetime | None
    problem: str


class Digests:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- what there is to tell ------------------------------------------------------------------

    def news(self) -> list[str]:
        """What all cases have to tell, of those that have something; as `rules.news` writes it."""
        with self._engine.begin() as db:
            query = select(cases.c.news).where(cases.c.news != "").order_by(cases.c.opened_at, cases.c.root)
            return list(db.execute(query).scalars())

    def news_of(self, root: str) -> str:
        with self._engine.begin() as db:
            return db.execute(select(cases.c.news).where(cases.c.root == root)).scalar() or ""

    def note_news(self, root: str, owner: str, news: str) -> None:
        """Keep what a case has to tell, as long as that owner holds it."""
        mine = (cases.c.root == root) & (cases.c.lease_owner == owner)
        with self._engine.begin() as db:
            db.execute(update(cases).where(mine).values(news=news))

    def reword(self, reworded: Callable[[str], str]) -> int:
        """Replace what cases have to tell by what `reworded` makes of it; of how many cases that changed anything."""
        count = 0
        with self._engine.begin() as db:
            told = select(cases.c.root, cases.c.news).where(cases.c.news != "").order_by(cases.c.root)
            for row in db.execute(told).all():
                if (news := reworded(row.news)) != row.news:
                    mine = (cases.c.root == row.root) & (cases.c.news == row.news)
                    count += db.execute(update(cases).where(mine).values(news=news)).rowcount
        return count

    # --- what was sent --------------------------------------------------------------------------

    def get(self, key: str) -> DigestRow | None:
        with self._engine.begin() as db:
            row = db.execute(select(digests).where(digests.c.key == key)).first()
            return DigestRow(**row._mapping) if row else None

    def claim(self, key: str, week: str, now: dt.datetime) -> bool:
        """Note that it is sent now, at first or again after a refusal; of several who ask, one is told yes."""
        again = (digests.c.key == key) & (digests.c.state == "refused") & (digests.c.not_before <= now)
        values = {"state": "sent", "at": now, "not_before": None, "problem": ""}
        with self._engine.begin() as db:
            if insert_missing(db, digests, {"key": key, "week": week, "attempts": 1} | values):
                return True
            more = digests.c.attempts + 1
            return db.execute(update(digests).where(again).values(**values, attempts=more)).rowcount == 1

    def leave_out(self, key: str, week: str, now: dt.datetime) -> None:
        """Note that there was nothing to tell, so that what happens later in the week makes no late digest."""
        with self._engine.begin() as db:
            insert_missing(db, digests, {"key": key, "week": week, "attempts": 0, "state": "empty", "at": now})

    def confirm(self, key: str) -> None:
        self._end(key, state="confirmed", problem="")

    def doubt(self, key: str, problem: str) -> None:
        """It may have arrived, and nobody can find out: it stays `sent`, and what went wrong is shown."""
        self._end(key, problem=problem)

    def refuse(self, key: str, not_before: dt.datetime, problem: str) -> None:
        """It did not go; it is tried again at `not_before`."""
        self._end(key, state="refused", not_before=not_before, problem=problem)

    def in_trouble(self, week: str) -> list[DigestRow]:
        """Those of a week that did not go, or of which nobody knows, oldest first."""
        unsure = (digests.c.week == week) & digests.c.state.in_(("sent", "refused"))
        with self._engine.begin() as db:
            rows = db.execute(select(digests).where(unsure).order_by(digests.c.at, digests.c.key))
            return [DigestRow(**row._mapping) for row in rows]

    def forget_before(self, moment: dt.datetime) -> None:
        """Forget what nobody asks about any more."""
        with self._engine.begin() as db:
            db.execute(delete(digests).where(digests.c.at < moment))

    def _end(self, key: str, **values: object) -> None:
        mine = (digests.c.key == key) & (digests.c.state == "sent")
        with self._engine.begin() as db:
            db.execute(update(digests).where(mine).values(**values))
