"""Cases in the ledger: their tickets and their wake-ups. Whose turn one is, is kept by `worker.ledger.leases`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, cast, delete, func, or_, select, update

from rules.refs import TicketRef
from worker.ledger.effects import follow_moved
from worker.ledger.leases import Leases
from worker.ledger.schema import aliases, cases, tickets
from worker.ledger.upsert import insert_missing, upsert

# Statements of every look are built once: building costs more than running them.
_TICKETS_OF = select(tickets).where(tickets.c.root == bindparam("root")).order_by(tickets.c.tracker, tickets.c.key)
_ROOTS_OF = (
    select(tickets.c.root)
    .where(tickets.c.tracker == bindparam("tracker"), tickets.c.key == bindparam("key"))
    .order_by(tickets.c.root)
)
_ALIAS_OF = select(aliases.c.key).where(
    aliases.c.tracker == bindparam("tracker"), aliases.c.old_key == bindparam("old_key")
)
_NOTE_FETCHED = (
    update(tickets)
    .where(tickets.c.tracker == bindparam("at_tracker"), tickets.c.key == bindparam("at_key"))
    .values(fetched_at=bindparam("now"), updated_at=bindparam("seen"))
)
_NEXT_WAKE = select(func.min(cases.c.wake_at))
_CASE = select(cases).where(cases.c.root == bindparam("root"))

#: Longer addresses do not exist on the trackers; aliases are followed no further than this.
_ALIAS_HOPS_MAX = 10


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket that belongs to a case. `role` is failure, post-mortem, action or twin."""

    root: str
    case: str
    ref: TicketRef
    uid: str
    role: str
    item: str = ""
    opening_key: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case, taken up at `opened_at`; its `severity` is that of the last look or of news since, if that is graver; 0
    before the first look."""

    root: str
    failure: TicketRef
    title: str
    generation: int
    phase: str
    wake_at: dt.datetime | None
    looked_at: dt.datetime | None
    problem: str
    attempts: int
    severity: int = 0
    opened_at: dt.datetime | None = None


class Cases(Leases):
    """Which tickets a case has, whose turn it is, and when it is to be looked at next."""

    # --- tickets --------------------------------------------------------------------------------

    def open_case(self, root: str, failure: TicketRef, uid: str, title: str, now: dt.datetime) -> None:
        """Note a case; nothing happens when it is there. It is due at once."""
        with self._engine.begin() as db:
            case = {"root": root, "tracker": failure.tracker, "failure_key": failure.key, "title": title}
            insert_missing(db, cases, case | {"opened_at": now, "wake_at": now})
            _put_ticket(db, TicketRow(root, f"{root}.1", failure, uid, "failure"))

    def add_ticket(self, row: TicketRow) -> None:
        """Note that a ticket belongs to a case; a later note about the same one replaces the earlier."""
        with self._engine.begin() as db:
            _put_ticket(db, row)

    def remove_ticket(self, root: str, ref: TicketRef) -> None:
        """A ticket that people made belongs to the case no longer."""
        with self._engine.begin() as db:
            at_ref = and_(tickets.c.root == root, tickets.c.tracker == ref.tracker, tickets.c.key == ref.key)
            db.execute(delete(tickets).where(at_ref))

    def holders(self, ref: TicketRef) -> list[TicketRow]:
        """What a ticket is to each case, by its present or an earlier address."""
        with self._engine.begin() as db:
            ref = _follow(db, ref)
            here = and_(tickets.c.tracker == ref.tracker, tickets.c.key == ref.key)
            found = db.execute(select(tickets).where(here).order_by(tickets.c.root))
            return [_ticket_row(row) for row in found]

    def tickets(self, root: str) -> list[TicketRow]:
        with self._engine.begin() as db:
            return [_ticket_row(row) for row in db.execute(_TICKETS_OF, {"root": root})]

    def tickets_of_active(self) -> list[TicketRow]:
        """The tickets of all active cases in their present generation, twins left out."""
        return self._tickets_where(cases.c.phase == "active")

    def tickets_of_open(self) -> list[TicketRow]:
        """The same, of cases whose clocks stand still too."""
        return self._tickets_where(cases.c.phase.in_(("active", "paused")))

    def _tickets_where(self, phase: ColumnElement[bool]) -> list[TicketRow]:
        is_present = or_(
            tickets.c.role == "failure",
            tickets.c.case_id == cases.c.root + "." + cast(cases.c.generation, String),
        )
        query = (
            select(tickets)
            .join(cases, cases.c.root == tickets.c.root)
            .where(phase, tickets.c.role != "twin", is_present)
            .order_by(tickets.c.tracker, tickets.c.key)
        )
        with self._engine.begin() as db:
            return [_ticket_row(row) for row in db.execute(query)]

    def orphans(self) -> list[TicketRow]:
        """Tickets of cases that are not there: their failures had no label when the ledger was filled."""
        query = (
            select(tickets)
            .outerjoin(cases, cases.c.root == tickets.c.root)
            .where(cases.c.root.is_(None))
            .order_by(tickets.c.root, tickets.c.role.desc(), tickets.c.tracker, tickets.c.key)
        )
        with self._engine.begin() as db:
            return [_ticket_row(row) for row in db.execute(query)]

    def roots_of(self, ref: TicketRef) -> list[str]:
        """The cases a ticket belongs to, by its present or an earlier address."""
        with self._engine.begin() as db:
            ref = _follow(db, ref)
            return list(db.execute(_ROOTS_OF, {"tracker": ref.tracker, "key": ref.key}).scalars())

    def move_ticket(self, old: TicketRef, new: TicketRef, uid: str) -> None:
        """A ticket has a new address; the old one goes on leading to it."""
        if old == new:
            return
        with self._engine.begin() as db:
            at_old = and_(tickets.c.tracker == old.tracker, tickets.c.key == old.key)
            rows = db.execute(select(tickets).where(at_old).with_for_update()).mappings().all()
            new_address = {"tracker": new.tracker, "key": new.key, "uid": uid}
            if rows:
                # What is noted at the new address already stays as it is.
                insert_missing(db, tickets, [dict(row) | new_address for row in rows])
                db.execute(delete(tickets).where(at_old))
                follow_moved(db, (row["root"] for row in rows), old, new)
            moved = and_(cases.c.tracker == old.tracker, cases.c.failure_key == old.key)
            db.execute(update(cases).where(moved).values(tracker=new.tracker, failure_key=new.key))
            # An address that is in use leads nowhere else: a ticket that moved there and back is at home again.
            for ref in (old, new):
                db.execute(delete(aliases).where(aliases.c.tracker == ref.tracker, aliases.c.old_key == ref.key))
            if old.tracker == new.tracker:
                upsert(db, aliases, {"tracker": old.tracker, "old_key": old.key, "key": new.key})

    def note_fetched(self, seen: Iterable[tuple[TicketRef, dt.datetime]], now: dt.datetime) -> None:
        """Remember how fresh our picture of a ticket is, so that a poll that says no more costs nothing."""
        # In one order, since two cases may share tickets and be looked at at once.
        rows = [
            {"at_tracker": ref.tracker, "at_key": ref.key, "now": now, "seen": updated_at}
            for ref, updated_at in sorted(seen)
        ]
        with self._engine.begin() as db:
            if rows:
                db.execute(_NOTE_FETCHED, rows)

    def is_news(self, ref: TicketRef, updated_at: dt.datetime, margin: dt.timedelta) -> bool | None:
        """Whether a ticket changed since we fetched it; None where it belongs to no case."""
        with self._engine.begin() as db:
            where = and_(tickets.c.tracker == ref.tracker, tickets.c.key == ref.key)
            rows = db.execute(select(tickets.c.updated_at, tickets.c.fetched_at).where(where)).all()
        if not rows:
            return None
        return any(row[0] != updated_at or row[1] is None or row[1] <= updated_at + margin for row in rows)

    def leases(self, now: dt.datetime) -> dict[str, dt.datetime]:
        """Until when each case is held that somebody holds, by root."""
        with self._engine.begin() as db:
            held = select(cases.c.root, cases.c.lease_until).where(cases.c.lease_until > now)
            return {row.root: row.lease_until for row in db.execute(held)}

    def end_leases(self, roots: Iterable[str]) -> None:
        """Take these cases from whoever holds them: only where it is certain that nobody does any more."""
        with self._engine.begin() as db:
            mine = cases.c.root.in_(list(roots))
            db.execute(update(cases).where(mine).values(lease_owner=None, lease_until=None))

    # --- wake-ups -------------------------------------------------------------------------------

    def settle(
        self,
        root: str,
        owner: str,
        now: dt.datetime,
        *,
        began_with: dt.datetime | EllipsisType | None = ...,
        **values: Any,
    ) -> None:
        """Store what a look at the case gave (wake_at, phase, generation, title, problem), if it is still ours.

        `began_with` is the wake-up that stood when the look began: an earlier one that was stored meanwhile (a
        brake that was lifted) is kept. Without it nothing is.
        """
        with self._engine.begin() as db:
            mine = and_(cases.c.root == root, cases.c.lease_owner == owner)
            stored = db.execute(select(cases.c.wake_at).where(mine).with_for_update()).scalar()
            wake_at = values.get("wake_at")
            if (
                began_with is not ...
                and stored is not None
                and stored != began_with
                and (wake_at is None or stored < wake_at)
            ):
                values["wake_at"] = stored
            db.execute(update(cases).where(mine).values(looked_at=now, **values))

    def wake(self, root: str, at: dt.datetime) -> None:
        """Look at the case at `at` or earlier."""
        with self._engine.begin() as db:
            later = or_(cases.c.wake_at.is_(None), cases.c.wake_at > at)
            db.execute(update(cases).where(cases.c.root == root, later).values(wake_at=at))

    def next_wake(self) -> dt.datetime | None:
        with self._engine.begin() as db:
            return db.execute(_NEXT_WAKE).scalar()

    def last_look(self) -> dt.datetime | None:
        """When a look at any case last ended."""
        with self._engine.begin() as db:
            at: dt.datetime | None = db.execute(select(func.max(cases.c.looked_at))).scalar()
            return at

    def all(self) -> list[CaseRow]:
        with self._engine.begin() as db:
            return [_case_row(row) for row in db.execute(select(cases).order_by(cases.c.opened_at, cases.c.root))]

    def get(self, root: str) -> CaseRow | None:
        with self._engine.begin() as db:
            row = db.execute(_CASE, {"root": root}).first()
            return _case_row(row) if row else None

    def count_active(self) -> int:
        with self._engine.begin() as db:
            return db.execute(select(func.count()).where(cases.c.phase == "active")).scalar_one()


def _follow(db: Connection, ref: TicketRef) -> TicketRef:
    for _ in range(_ALIAS_HOPS_MAX):
        key = db.execute(_ALIAS_OF, {"tracker": ref.tracker, "old_key": ref.key}).scalar()
        if key is None:
            break
        ref = TicketRef(ref.tracker, key)
    return ref


def _put_ticket(db: Connection, row: TicketRow) -> None:
    address = {"root": row.root, "tracker": row.ref.tracker, "key": row.ref.key}
    values = {
        "case_id": row.case,
        "uid": row.uid,
        "role": row.role,
        "item": row.item,
        "opening_key": row.opening_key,
        "due": row.due,
    }
    upsert(db, tickets, address | values)


def _ticket_row(row: Any) -> TicketRow:
    ref = TicketRef(row.tracker, row.key)
    return TicketRow(row.root, row.case_id, ref, row.uid, row.role, row.item, row.opening_key, row.due)


def _case_row(row: Any) -> CaseRow:
    return CaseRow(
        root=row.root,
        failure=TicketRef(row.tracker, row.failure_key),
        title=row.title,
        generation=row.generation,
        phase=row.phase,
        wake_at=row.wake_at,
        looked_at=row.looked_at,
        problem=row.problem,
        attempts=row.attempts,
        severity=row.severity,
        opened_at=row.opened_at,
    )
