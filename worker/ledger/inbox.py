"""The inbox: tickets to be looked at, deliveries seen, and where each poll stands.

A hint stays here until a look at its ticket has ended, so that an emptied queue loses nothing (P1, P6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, delete, func, select, tuple_, update

from rules.refs import TicketRef
from worker.ledger.locking import lock_in_order
from worker.ledger.schema import cases, cursors, deliveries, hints, tickets
from worker.ledger.upsert import insert_missing, upsert

# Statements of every look and tick are built once: building costs more than running them.
_RINGING = (
    select(cases.c.root, cases.c.tracker, cases.c.failure_key)
    .where(cases.c.wake_at <= bindparam("now"))
    .order_by(cases.c.wake_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # of two schedulers, each takes what the other has not
)
_CLAIMING = (
    select(hints)
    .where(hints.c.not_before <= bindparam("now"))
    .order_by(hints.c.not_before)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_SEVERITIES = (
    select(tickets.c.tracker, tickets.c.key, func.min(cases.c.severity))
    .join(cases, cases.c.root == tickets.c.root)
    .where(tuple_(tickets.c.tracker, tickets.c.key).in_(bindparam("them", expanding=True)))
    .group_by(tickets.c.tracker, tickets.c.key)
)
_HINT = select(hints).where(hints.c.tracker == bindparam("tracker"), hints.c.key == bindparam("key"))
_GROWN = (
    update(cases)
    .where(
        cases.c.tracker == bindparam("its_tracker"),
        cases.c.failure_key == bindparam("its_key"),
        cases.c.severity > bindparam("told"),
    )
    .values(severity=bindparam("told"))
)
_NOBODY_SAYS: Mapping[TicketRef, int] = MappingProxyType({})
_NEXT_DUE = select(func.min(hints.c.not_before))
_WAITING_SINCE = select(func.min(hints.c.since))


@dataclass(frozen=True, slots=True)
class Hint:
    """Look at this ticket. `number` moves with every further hint about it."""

    ref: TicketRef
    number: int
    since: dt.datetime
    attempts: int
    problem: str = ""


class Inbox:
    """What waits to be looked at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receive(
        self,
        tracker: str,
        delivery_id: str,
        ref: TicketRef | None,
        now: dt.datetime,
        *,
        sources: Collection[str] = (),
        severities: Mapping[TicketRef, int] = _NOBODY_SAYS,
    ) -> bool:
        """Note a delivery and its ticket, or the places that are to be polled at once, in one transaction; False when
        it was received before. `severities` is how grave the ticket is by it: the look of one that grew grave does not
        wait (`_grow`)."""
        with self._engine.begin() as db:
            is_new = insert_missing(db, deliveries, {"tracker": tracker, "id": delivery_id, "at": now})
            if is_new and ref:
                _grow(db, severities)
                _put(db, ref, now)
            if is_new and sources:
                asked = cursors.c.source.in_(sources)
                lock_in_order(db, cursors.c.source, asked)
                db.execute(update(cursors).where(asked).values(asked_at=now))
            return is_new

    def put(self, refs: Iterable[TicketRef], now: dt.datetime) -> None:
        with self._engine.begin() as db:
            _put_all(db, refs, now)

    def get(self, ref: TicketRef) -> Hint | None:
        with self._engine.begin() as db:
            row = db.execute(_HINT, {"tracker": ref.tracker, "key": ref.key}).first()
            return _hint(row) if row else None

    def done(self, hint: Hint) -> bool:
        """The look has ended; False when another hint came meanwhile, which stays."""
        with self._engine.begin() as db:
            return db.execute(delete(hints).where(_at(hint.ref), hints.c.number == hint.number)).rowcount == 1

    def postpone(
        self,
        ref: TicketRef,
        not_before: dt.datetime,
        problem: str = "",
        *,
        of: Hint | None = None,
        is_trouble: bool = True,
    ) -> None:
        """The look failed, or has to wait: again at `not_before`, unless a newer hint than `of` came meanwhile.
        Waiting for another worker is no trouble, and does not count as an attempt."""
        where = _at(ref) if of is None else and_(_at(ref), hints.c.number == of.number)
        with self._engine.begin() as db:
            values = {"not_before": not_before, "problem": problem, "attempts": hints.c.attempts + int(is_trouble)}
            db.execute(update(hints).where(where).values(**values))

    def is_empty(self, now: dt.datetime | None = None) -> bool:
        """Whether nothing waits at all (or nothing that is due at `now`)."""
        query = select(hints.c.key).limit(1)
        if now is not None:
            query = query.where(hints.c.not_before <= now)
        with self._engine.begin() as db:
            return db.execute(query).first() is None

    def next_due(self) -> dt.datetime | None:
        with self._engine.begin() as db:
            return db.execute(_NEXT_DUE).scalar()

    def waiting_since(self) -> dt.datetime | None:
        """When the hint that has waited longest came: how far behind we are."""
        with self._engine.begin() as db:
            return db.execute(_WAITING_SINCE).scalar()

    def in_trouble(self) -> list[Hint]:
        with self._engine.begin() as db:
            return [_hint(row) for row in db.execute(select(hints).where(hints.c.problem != ""))]

    def last_delivery(self, tracker: str) -> dt.datetime | None:
        """When the newest delivery of a tracker was taken, of those that are still remembered."""
        with self._engine.connect() as db:
            found: dt.datetime | None = db.scalar(
                select(func.max(deliveries.c.at)).where(deliveries.c.tracker == tracker)
            )
        return found

    def forget_deliveries(self, before: dt.datetime) -> None:
        with self._engine.begin() as db:
            db.execute(delete(deliveries).where(deliveries.c.at < before))

    def ring(self, now: dt.datetime, limit: int) -> int:
        """Turn wake-ups that have come into hints, longest due first; how many (one index range, P6).

        In one transaction, so that a wake-up is either still stored or already a hint.
        """
        with self._engine.begin() as db:
            due = db.execute(_RINGING, {"now": now, "most": limit}).all()
            for row in due:
                db.execute(update(cases).where(cases.c.root == row.root).values(wake_at=None))
            _put_all(db, (TicketRef(row.tracker, row.failure_key) for row in due), now)
        return len(due)

    def claim(self, now: dt.datetime, again_at: dt.datetime, limit: int) -> list[TicketRef]:
        """Hints to be queued now; they are due again at `again_at`, should the queue lose them. The gravest cases come
        first, and before them what nobody has looked at yet."""
        with self._engine.begin() as db:
            refs = [TicketRef(row.tracker, row.key) for row in db.execute(_CLAIMING, {"now": now, "most": limit})]
            for ref in refs:
                db.execute(update(hints).where(_at(ref)).values(not_before=again_at))
            return _gravest_first(db, refs) if len(refs) > 1 else refs

    def unclaim(self, now: dt.datetime) -> None:
        """Let everything be due now that was queued, or waits for a case to be free: whoever had it is gone. What is
        in trouble waits on."""
        waiting = and_(hints.c.not_before > now, hints.c.problem == "")
        with self._engine.begin() as db:
            db.execute(update(hints).where(waiting).values(not_before=now))

    # --- polls ----------------------------------------------------------------------------------

    def cursor(self, source: str) -> tuple[str, dt.datetime | None]:
        with self._engine.begin() as db:
            row = db.execute(select(cursors.c.cursor, cursors.c.polled_at).where(cursors.c.source == source)).first()
            return (row[0], row[1]) if row else ("", None)

    def asked(self) -> dict[str, dt.datetime]:
        """The places that are to be polled at once, each with when it was last asked for."""
        query = select(cursors.c.source, cursors.c.asked_at).where(cursors.c.asked_at.is_not(None))
        with self._engine.begin() as db:
            return {row[0]: row[1] for row in db.execute(query)}

    def answered(self, source: str, asked_at: dt.datetime) -> None:
        """The place was polled, unless it was asked for again since."""
        where = and_(cursors.c.source == source, cursors.c.asked_at == asked_at)
        with self._engine.begin() as db:
            db.execute(update(cursors).where(where).values(asked_at=None))

    def looked_for(self, source: str) -> tuple[str, ...]:
        """The labels by which everything there was listed."""
        with self._engine.begin() as db:
            labels: str = db.scalar(select(cursors.c.looked_for).where(cursors.c.source == source)) or ""
        return tuple(labels.splitlines())

    def polled(
        self,
        source: str,
        cursor: str,
        refs: Iterable[TicketRef],
        now: dt.datetime,
        problem: str = "",
        looked_for: Iterable[str] | None = None,
        severities: Mapping[TicketRef, int] = _NOBODY_SAYS,
        *,
        is_passing: bool = False,
    ) -> None:
        """Move a cursor and note what it passed, in one transaction: neither can be lost without the other.
        `looked_for` are the labels by which everything was listed, None where that stays as it was; `severities` is how
        grave those tickets are whose labels say so. A problem that `is_passing` may go by itself: how long it lasts by
        now is kept."""
        values: dict[str, Any] = {"source": source, "cursor": cursor, "polled_at": now, "problem": problem}
        if looked_for is not None:
            values["looked_for"] = "\n".join(looked_for)
        with self._engine.begin() as db:
            _grow(db, severities)
            _put_all(db, refs, now)
            values["passing_since"] = _passing_since(db, source) or now if is_passing else None
            upsert(db, cursors, values)

    def polled_at(self) -> dt.datetime | None:
        """When any place was last polled."""
        with self._engine.begin() as db:
            at: dt.datetime | None = db.execute(select(func.max(cursors.c.polled_at))).scalar()
            return at

    def passing_polls(self) -> dict[str, dt.datetime]:
        """Places whose last poll failed in a way that may pass by itself, and since when they do."""
        with self._engine.begin() as db:
            rows = db.execute(
                select(cursors.c.source, cursors.c.passing_since).where(cursors.c.passing_since.is_not(None))
            )
            return {row[0]: row[1] for row in rows}

    def poll_problems(self) -> dict[str, str]:
        with self._engine.begin() as db:
            rows = db.execute(select(cursors.c.source, cursors.c.problem).where(cursors.c.problem != ""))
            return {row[0]: row[1] for row in rows}


def _passing_since(db: Connection, source: str) -> dt.datetime | None:
    since: dt.datetime | None = db.scalar(select(cursors.c.passing_since).where(cursors.c.source == source))
    return since


def _gravest_first(db: Connection, refs: list[TicketRef]) -> list[TicketRef]:
    """Among equals the order stands."""
    found = db.execute(_SEVERITIES, {"them": [(ref.tracker, ref.key) for ref in refs]})
    severities = {TicketRef(row[0], row[1]): row[2] for row in found}
    return sorted(refs, key=lambda ref: severities.get(ref, 0))


def _grow(db: Connection, severities: Mapping[TicketRef, int]) -> None:
    """Let cases of which these are the failure count for so grave until their next look, where that is graver than at
    the last one."""
    told = [{"its_tracker": ref.tracker, "its_key": ref.key, "told": severities[ref]} for ref in sorted(severities)]
    if told:
        db.execute(_GROWN, told)


def _at(ref: TicketRef) -> ColumnElement[bool]:
    return and_(hints.c.tracker == ref.tracker, hints.c.key == ref.key)


def _put_all(db: Connection, refs: Iterable[TicketRef], now: dt.datetime) -> None:
    # In one order everywhere: two that put the same tickets would otherwise wait for each other for ever.
    for ref in sorted(refs):
        _put(db, ref, now)


def _put(db: Connection, ref: TicketRef, now: dt.datetime) -> None:
    new = {"tracker": ref.tracker, "key": ref.key, "number": 1, "since": now, "not_before": now}
    upsert(db, hints, new, {"number": hints.c.number + 1, "not_before": now, "attempts": 0, "problem": ""})


def _hint(row: object) -> Hint:
    return Hint(TicketRef(row.tracker, row.key), row.number, row.since, row.attempts, row.problem)  # type: ignore[attr-defined]
