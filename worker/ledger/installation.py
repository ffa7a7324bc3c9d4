"""What the ledger knows of the installation as a whole: filled or not, the brake, the policy in force."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, bindparam, func, or_, select, update

from rules.policy import Phase
from worker.ledger.locking import lock_in_order
from worker.ledger.schema import cases, installation
from worker.ledger.upsert import insert_missing, upsert

# Statements of every look are built once: building costs more than running them.
_IS_REBUILT = select(installation.c.rebuilt_at).where(installation.c.id == bindparam("id"))
_BRAKE = select(installation.c.brake_reason).where(installation.c.braked_at.is_not(None))
_SWEEP_SINCE = select(func.max(installation.c.sweep_since))


class Installation:
    """One row for each installation; a database serves one. Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_rebuilt(self, installation_id: str) -> bool:
        """Whether this database was filled from the trackers once: an empty one must not decide anything (P1)."""
        with self._engine.begin() as db:
            at = db.execute(_IS_REBUILT, {"id": installation_id}).scalar()
            return at is not None

    def rebuilt_at(self, installation_id: str) -> dt.datetime | None:
        """When this database was last filled from the trackers; what had happened before, it does not remember."""
        with self._engine.begin() as db:
            at: dt.datetime | None = db.execute(_IS_REBUILT, {"id": installation_id}).scalar()
            return at

    def mark_rebuilt(self, installation_id: str, now: dt.datetime) -> None:
        with self._engine.begin() as db:
            upsert(db, installation, {"id": installation_id, "rebuilt_at": now})

    # --- the brake ------------------------------------------------------------------------------

    def brake(self) -> str:
        """Why the brake holds, or nothing."""
        with self._engine.begin() as db:
            row = db.execute(_BRAKE).first()
            return str(row[0]) if row else ""

    def sweep_since(self) -> dt.datetime | None:
        """Since when effects count towards the brake, where somebody resumed after it held."""
        with self._engine.begin() as db:
            return db.execute(_SWEEP_SINCE).scalar()

    def set_brake(self, reason: str, now: dt.datetime) -> None:
        with self._engine.begin() as db:
            unbraked = installation.c.braked_at.is_(None)
            db.execute(update(installation).where(unbraked).values(braked_at=now, brake_reason=reason))

    def release_brake(self, now: dt.datetime) -> bool:
        """Lift the brake and wake whatever it may have held back; False when it did not hold."""
        with self._engine.begin() as db:
            held = installation.c.braked_at.is_not(None)
            since = db.execute(select(func.min(installation.c.braked_at)).where(held)).scalar()
            if since is None:
                return False
            db.execute(update(installation).where(held).values(braked_at=None, brake_reason="", sweep_since=now))
            # A case that was paused or let go while the brake held still has that to say.
            concerned = or_(cases.c.phase == Phase.ACTIVE.value, cases.c.looked_at >= since)
            lock_in_order(db, cases.c.root, concerned)
            db.execute(update(cases).where(concerned).values(wake_at=now))
            return True

    # --- the policy -----------------------------------------------------------------------------

    def heed_policy(self, installation_id: str, digest: str, begin: dt.datetime, spread: dt.timedelta) -> int | None:
        """Note which policy is in force. Where it is another than the one noted last, every active case is woken
        within `spread` from `begin`, evenly, those that wake earlier anyway excepted.

        How many active cases there are, or None where the policy is the same or the first. Of several that ask at
        once only one is told a number.
        """
        with self._engine.begin() as db:
            if insert_missing(db, installation, {"id": installation_id, "policy_digest": digest}):
                return None
            mine = installation.c.id == installation_id
            noted = db.execute(select(installation.c.policy_digest).where(mine).with_for_update()).scalar_one()
            if noted == digest:
                return None
            db.execute(update(installation).where(mine).values(policy_digest=digest))
            if not noted:
                return None
            active = cases.c.phase == Phase.ACTIVE.value
            roots = db.execute(select(cases.c.root).where(active).order_by(cases.c.root)).scalars().all()
            if roots:
                step = spread / len(roots)
                db.execute(_WAKE_BY, [{"of_root": root, "at": begin + step * n} for n, root in enumerate(roots)])
            return len(roots)


_WAKE_BY = (
    update(cases)
    .where(cases.c.root == bindparam("of_root"), or_(cases.c.wake_at.is_(None), cases.c.wake_at > bindparam("at")))
    .values(wake_at=bindparam("at"))
)
