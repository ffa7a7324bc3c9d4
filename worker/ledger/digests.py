"""What cases have to tell the weekly digest, and the digests that were sent or may have been: each at most once (P3).

A row is `sent` before the message goes out, and stays so where nobody can tell whether it arrived; `confirmed` when
the channel took it; `refused` when it surely did not go, and is tried again; `empty` when there was nothing to tell.
A key is a salted hash: no row says whom it was to.

A digest reads only the cases that it may have something to tell of, by the index on `news_until` (P6). A case that
cannot be read keeps its news without that moment, and so is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, case, delete, func, select, update

from rules.refs import Place, TicketRef, place_of
from worker.ledger.locking import lock_in_order
from worker.ledger.schema import cases, digests, tickets
from worker.ledger.upsert import insert_missing, upsert


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

    def news(self, since: dt.datetime) -> list[str]:
        """What cases have to tell a digest of what came from `since` on, as `rules.news` writes it; one index range."""
        told = select(cases.c.news).where(cases.c.news_until >= since).order_by(cases.c.opened_at, cases.c.root)
        with self._engine.begin() as db:
            return list(db.execute(told).scalars())

    def noted(self, root: str) -> tuple[str, dt.datetime | None]:
        """What a case has to tell, and until when; no moment where that is left out, or there is nothing."""
        with self._engine.begin() as db:
            row = db.execute(select(cases.c.news, cases.c.news_until).where(cases.c.root == root)).first()
            return (row.news, row.news_until) if row else ("", None)

    def note_news(self, root: str, owner: str, news: str, until: dt.datetime | None) -> None:
        """Keep what a case has to tell, and until when, as long as that owner holds it."""
        mine = (cases.c.root == root) & (cases.c.lease_owner == owner)
        with self._engine.begin() as db:
            db.execute(update(cases).where(mine).values(news=news, news_until=until))

    def leave_out(self, root: str, owner: str) -> None:
        """Tell nothing of a case until it is noted anew, as long as that owner holds it."""
        mine = (cases.c.root == root) & (cases.c.lease_owner == owner)
        with self._engine.begin() as db:
            db.execute(update(cases).where(mine).values(news_until=None))

    def leave_out_place(self, place: Place, since: dt.datetime) -> None:
        """Tell nothing of the cases with a ticket there, of which something after `since` would be told, until each is
        noted anew."""
        in_tracker = select(cases.c.root, tickets.c.tracker, tickets.c.key).join(
            tickets, tickets.c.root == cases.c.root
        )
        with self._engine.begin() as db:
            rows = db.execute(in_tracker.where(cases.c.news_until >= since, tickets.c.tracker == place.tracker))
            roots = {row.root for row in rows if place_of(TicketRef(row.tracker, row.key)) == place}
            for root in sorted(roots):  # in the order of worker.ledger.locking
                db.execute(update(cases).where(cases.c.root == root).values(news_until=None))

    def left_out(self) -> dict[str, TicketRef]:
        """The failures of the cases whose news is not told, since they could not be read; by root."""
        out = select(cases.c.root, cases.c.tracker, cases.c.failure_key).where(
            cases.c.news != "", cases.c.news_until.is_(None)
        )
        with self._engine.begin() as db:
            rows = db.execute(out.order_by(cases.c.opened_at, cases.c.root))
            return {row.root: TicketRef(row.tracker, row.failure_key) for row in rows}

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

    def note_empty(self, key: str, week: str, now: dt.datetime) -> None:
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

    def fail(self, key: str, week: str, now: dt.datetime, not_before: dt.datetime, problem: str) -> None:
        """Its text could not be made: it did not go, and is tried again at `not_before`. One that is on its way, or
        went, stays as it is."""
        values = {"state": "refused", "at": now, "not_before": not_before, "problem": problem}
        more = values | {"attempts": digests.c.attempts + 1}
        with self._engine.begin() as db:
            new = {"key": key, "week": week, "attempts": 1} | values
            upsert(db, digests, new, more, digests.c.state == "refused")

    def retry(self, keys: Iterable[str], now: dt.datetime) -> None:
        """Let these be tried again now, of those that did not go or were let go."""
        self._retry(digests.c.key.in_(list(keys)) & digests.c.state.in_(("refused", "dropped")), now)

    def retry_week(self, week: str, now: dt.datetime) -> None:
        """Let what did not go of a week be tried again now."""
        self._retry((digests.c.week == week) & (digests.c.state == "refused"), now)

    def drop(self, key: str) -> None:
        """Let one go. What did not go is tried no more until somebody says `retry`; what may have arrived is never sent
        again, whatever anybody says."""
        mine = (digests.c.key == key) & digests.c.state.in_(("sent", "refused"))
        with self._engine.begin() as db:
            state = case((digests.c.state == "sent", "unknown"), else_="dropped")
            db.execute(update(digests).where(mine).values(state=state, not_before=None))

    def in_trouble(self, week: str) -> list[DigestRow]:
        """Those of a week that did not go, or of which nobody knows, oldest first; what was let go comes with them."""
        unsure = (digests.c.week == week) & digests.c.state.in_(("sent", "refused", "dropped"))
        with self._engine.begin() as db:
            rows = db.execute(select(digests).where(unsure).order_by(digests.c.at, digests.c.key))
            return [DigestRow(**row._mapping) for row in rows]

    def count(self, week: str) -> dict[str, int]:
        """How many of a week there are, by state."""
        query = select(digests.c.state, func.count()).where(digests.c.week == week).group_by(digests.c.state)
        with self._engine.begin() as db:
            return {row[0]: row[1] for row in db.execute(query)}

    def is_any_between(self, since: dt.datetime, until: dt.datetime) -> bool:
        """Whether any was sent, tried or left out from `since` on, before `until`."""
        query = select(digests.c.key).where(digests.c.at >= since, digests.c.at < until).limit(1)
        with self._engine.begin() as db:
            return db.execute(query).first() is not None

    def forget_before(self, moment: dt.datetime) -> None:
        """Forget what nobody asks about any more."""
        with self._engine.begin() as db:
            db.execute(delete(digests).where(digests.c.at < moment))

    def _retry(self, which: ColumnElement[bool], now: dt.datetime) -> None:
        with self._engine.begin() as db:
            lock_in_order(db, digests.c.key, which)
            db.execute(update(digests).where(which).values(state="refused", not_before=now))

    def _end(self, key: str, **values: object) -> None:
        mine = (digests.c.key == key) & (digests.c.state == "sent")
        with self._engine.begin() as db:
            db.execute(update(digests).where(mine).values(**values))
