"""What each tracker still lets us write, counted for all processes in one place, and which cases wait for it.

A bucket (`connectors.write_limits`) is one number: the moment at which it is full again. A write is taken by one
UPDATE that moves that moment on, if there is room before it and nobody more urgent waits; so of many who write at
once none can take what another has taken. The queue may be emptied at any moment: nothing of this is in it.

Whoever is not let through keeps a place, by severity, then by how overdue, then by who waited longest. A place that
its case did not come for in time holds nobody up: the case may be in trouble of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from connectors.write_limits import Bucket, WriteLimits
from worker.ledger.schema import UtcDateTime, write_budgets, write_waits
from worker.ledger.upsert import insert_missing, upsert

PACE, CONTENTS = "pace", "contents"
#: A place is kept so long after its time: a look begins within seconds of its wake-up, unless something is wrong.
KEPT_AFTER = dt.timedelta(minutes=1)
#: Clocks of our machines differ by less.
_SKEW_MS = 60_000
#: Nobody asks again sooner.
_SOONEST = dt.timedelta(seconds=1)

_budget, _wait = write_budgets.c, write_waits.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """One effect's share: `writes` requests, of which `contents` make something new. `all_writes` and `all_contents`
    are what its case wants to write there now, this included, so that it waits once for all of it. `overdue` is in
    quarters of an hour; `kept` is the part of each bucket, from 0 to 1, that is left for the more urgent."""

    root: str
    severity: int
    overdue: int
    writes: int
    contents: int
    all_writes: int
    all_contents: int
    kept: float


@dataclass(frozen=True, slots=True)
class WriteWait:
    """A case that waits until then; `short_of` is PACE or CONTENTS, the bucket that was too empty."""

    tracker: str
    root: str
    short_of: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class _Share:
    """What one effect wants of one bucket, all in ms of filling it; of a bucket that there is not: nothing."""

    name: str
    every: int
    whole: int
    room: int
    cost: int
    need: int

    def params(self) -> dict[str, int]:
        return {f"{self.name}_{what}": getattr(self, what) for what in ("whole", "room", "cost")}


def _share(name: str, bucket: Bucket | None, cost: int, all_of_it: int, kept: float) -> _Share:
    if bucket is None:
        return _Share(name, 0, 0, 0, 0, 0)
    every, whole = bucket.every_ms, bucket.burst * bucket.every_ms
    if not cost:
        return _Share(name, every, whole, whole, 0, 0)
    # However small the bucket is: what is kept of it leaves room for one.
    room = max(bucket.burst - int(kept * bucket.burst), 1)
    return _Share(name, every, whole, room * every, cost * every, min(max(cost, all_of_it), room) * every)


def _filled(column: ColumnElement[int], name: str) -> ColumnElement[int]:
    """When the bucket is full: now, where that has passed. No later than one that was just emptied is, since a clock
    may have been put back."""
    now, whole = _ms("now_ms"), _ms(f"{name}_whole")
    return case((column > now + whole, now + whole), (column > now, column), else_=now)


def _ms(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=BigInteger)


def _is_ahead() -> ColumnElement[bool]:
    """Places of others that come first. Who wants nothing of a bucket waits for nobody who is short of that alone."""
    mine = write_waits.alias("mine")
    own_since = select(mine.c.since).where(mine.c.tracker == bindparam("at"), mine.c.root == bindparam("of"))
    since = func.coalesce(own_since.scalar_subquery(), bindparam("now", type_=UtcDateTime))
    severity, overdue = bindparam("severity", type_=Integer), bindparam("overdue", type_=Integer)
    earlier = or_(_wait.since < since, and_(_wait.since == since, _wait.root < bindparam("of")))
    longer = or_(_wait.overdue > overdue, and_(_wait.overdue == overdue, earlier))
    return and_(
        _wait.tracker == bindparam("at"),
        _wait.root != bindparam("of"),
        _wait.until > bindparam("kept_since", type_=UtcDateTime),
        or_(_wait.short_of == PACE, _ms(f"{CONTENTS}_cost") > 0),
        or_(_wait.severity < severity, and_(_wait.severity == severity, longer)),
    )


def _taking() -> Any:
    pace, contents = _filled(_budget.pace_full_ms, PACE), _filled(_budget.contents_full_ms, CONTENTS)
    return (
        update(write_budgets)
        .where(
            _budget.tracker == bindparam("at"),
            # A write that costs more than there can ever be room for is let through when there is all the room.
            or_(pace + _ms(f"{PACE}_cost") <= _ms("now_ms") + _ms(f"{PACE}_room"), pace <= _ms("now_ms")),
            or_(
                contents + _ms(f"{CONTENTS}_cost") <= _ms("now_ms") + _ms(f"{CONTENTS}_room"),
                contents <= _ms("now_ms"),
            ),
            ~exists().where(_is_ahead()),
        )
        .values(pace_full_ms=pace + _ms(f"{PACE}_cost"), contents_full_ms=contents + _ms(f"{CONTENTS}_cost"))
    )


_TAKING = _taking()
_AHEAD = select(func.coalesce(func.sum(_wait.writes), 0), func.coalesce(func.sum(_wait.contents), 0)).where(_is_ahead())
_LEVELS = select(write_budgets).where(_budget.tracker == bindparam("at"))


class WriteBudgets:
    """Every method is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def draw(self, tracker: str, limits: WriteLimits, wanted: Wanted, now: dt.datetime) -> WriteWait | None:
        """Take what one effect wants, now (None), or keep a place for its case: until when it waits."""
        pace = _share(PACE, limits.pace, wanted.writes, wanted.all_writes, wanted.kept)
        contents = _share(CONTENTS, limits.contents, wanted.contents, wanted.all_contents, wanted.kept)
        now_ms = _to_ms(now)
        asked = {
            "at": tracker,
            "of": wanted.root,
            "now": now,
            "now_ms": now_ms,
            "kept_since": now - KEPT_AFTER,
            "severity": wanted.severity,
            "overdue": wanted.overdue,
            **pace.params(),
            **contents.params(),
        }
        with self._engine.begin() as db:
            if db.execute(_TAKING, asked).rowcount == 1:
                return None
            full = {"tracker": tracker, "pace_full_ms": now_ms, "contents_full_ms": now_ms}
            if insert_missing(db, write_budgets, full) and db.execute(_TAKING, asked).rowcount == 1:
                return None
            return _keep_place(db, asked, wanted, (pace, contents))

    def leave(self, root: str) -> None:
        """The case waits no longer."""
        with self._engine.begin() as db:
            db.execute(delete(write_waits).where(_wait.root == root))

    def forget_places(self, before: dt.datetime) -> None:
        """Forget those whose time had come before then, but for what somebody has in hand."""
        old = select(_wait.tracker, _wait.root).where(_wait.until < before).with_for_update(skip_locked=True)
        with self._engine.begin() as db:
            for row in db.execute(old).all():
                db.execute(delete(write_waits).where(_wait.tracker == row.tracker, _wait.root == row.root))

    def waiting(self, now: dt.datetime) -> list[WriteWait]:
        """Cases that wait, by tracker, first come first."""
        return self._waits(_wait.until > now - KEPT_AFTER)

    def kept_places(self) -> list[WriteWait]:
        """Cases that have a place, by tracker; also those that did not come for it, until they are looked at."""
        return self._waits(_wait.until.is_not(None))

    def waits_of(self, root: str, now: dt.datetime) -> list[WriteWait]:
        """What one case waits for."""
        return self._waits((_wait.root == root) & (_wait.until > now))

    def _waits(self, where: ColumnElement[bool]) -> list[WriteWait]:
        query = select(write_waits).where(where).order_by(_wait.tracker, _wait.until, _wait.root)
        with self._engine.begin() as db:
            return [WriteWait(row.tracker, row.root, row.short_of, row.until) for row in db.execute(query)]

    def full_at(self) -> dict[str, dict[str, dt.datetime]]:
        """When each tracker's buckets are full again, which may be past, by the names of the buckets."""
        with self._engine.begin() as db:
            return {
                row.tracker: {PACE: _from_ms(row.pace_full_ms), CONTENTS: _from_ms(row.contents_full_ms)}
                for row in db.execute(select(write_budgets))
            }


def _keep_place(db: Connection, asked: dict[str, Any], wanted: Wanted, shares: Sequence[_Share]) -> WriteWait:
    """Where those ahead are let through first, and the case has room for all it wants, its turn has come."""
    for share in shares:
        # Written down by a clock that is ahead of ours by more than clocks differ: ours was put back since.
        column, brim_ms = _budget[f"{share.name}_full_ms"], asked["now_ms"] + share.whole
        ahead_of_us = and_(_budget.tracker == asked["at"], column > brim_ms + _SKEW_MS)
        db.execute(update(write_budgets).where(ahead_of_us).values({column: brim_ms}))
    levels = db.execute(_LEVELS, {"at": asked["at"]}).one()
    ahead = dict(zip((PACE, CONTENTS), db.execute(_AHEAD, asked).one(), strict=True))
    now_ms, turns = asked["now_ms"], []
    for share in shares:
        if share.cost:
            full_ms = min(max(getattr(levels, f"{share.name}_full_ms"), now_ms), now_ms + share.whole)
            turns.append((full_ms + int(ahead[share.name]) * share.every + share.need - share.room, share.name))
    turn_ms, short_of = max(turns)
    until = max(_from_ms(turn_ms), asked["now"] + _SOONEST)
    place = {
        "short_of": short_of,
        "severity": wanted.severity,
        "overdue": wanted.overdue,
        "until": until,
        "writes": max(wanted.writes, wanted.all_writes),
        "contents": max(wanted.contents, wanted.all_contents),
    }
    key = {"tracker": asked["at"], "root": wanted.root}
    upsert(db, write_waits, key | place | {"since": asked["now"]}, place)
    return WriteWait(asked["at"], wanted.root, short_of, until)


def _to_ms(at: dt.datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _from_ms(ms: int) -> dt.datetime:
    return _EPOCH + ms * _MILLISECOND


_EPOCH, _MILLISECOND = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.timedelta(milliseconds=1)
