"""The accounts of the people file as their trackers have them: the lasting id behind each, and what it is called now.

Kept of accounts that stand in the people file, and of nobody else; nothing about what anybody does (P10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, and_, delete, or_, select

from connectors.accounts import AccountNow, Standing
from rules.accounts import folded_account
from worker.ledger.schema import accounts
from worker.ledger.upsert import upsert


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`account` is folded, as it is compared; `called` is what its id is called now, or empty."""

    tracker: str
    account: str
    uid: str
    called: str
    standing: Standing
    asked_at: dt.datetime

    @property
    def name(self) -> tuple[str, str]:
        return self.tracker, self.account

    @property
    def is_renamed(self) -> bool:
        return bool(self.called) and folded_account(self.called) != self.account

    @property
    def is_away(self) -> bool:
        """Whether nobody can be asked by it."""
        return self.standing in (Standing.LEFT, Standing.GONE)


class Accounts:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[AccountRow]:
        """By tracker and account."""
        query = select(accounts).order_by(accounts.c.tracker, accounts.c.account)
        with self._engine.begin() as db:
            return [
                AccountRow(row.tracker, row.account, row.uid, row.called, Standing(row.standing), row.asked_at)
                for row in db.execute(query)
            ]

    def note(self, tracker: str, account: str, now: AccountNow, at: dt.datetime) -> None:
        """What the tracker said. An id that was known once stays known, and where nothing is told, all that is."""
        address = {"tracker": tracker, "account": folded_account(account)}
        told = {"uid": now.id, "called": now.account, "standing": now.standing.value, "asked_at": at}
        news = {name: value for name, value in told.items() if value or name == "called"}
        if now.standing is Standing.UNTOLD:
            news = {"asked_at": at}
        with self._engine.begin() as db:
            upsert(db, accounts, address | told, news)

    def keep(self, named: Collection[tuple[str, str]]) -> int:
        """Forget all but these (tracker, folded account); how many were forgotten."""
        with self._engine.begin() as db:
            known = [(row.tracker, row.account) for row in db.execute(select(accounts.c.tracker, accounts.c.account))]
            return _forget(db, [one for one in known if one not in named])

    def names_of(self, words: Iterable[str]) -> list[str]:
        """What else those are called who are known by one of these names."""
        wanted = {folded_account(word) for word in words}
        rows = [row for row in self.all() if {row.account, folded_account(row.called)} & wanted]
        return sorted({name for row in rows for name in (row.account, row.called) if name})

    def forget(self, words: Iterable[str]) -> int:
        """Forget what is known by one of these names, by an old one or a new one; how many were forgotten."""
        wanted = {folded_account(word) for word in words if word}
        with self._engine.begin() as db:
            rows = db.execute(select(accounts)).all()
            return _forget(db, [(r.tracker, r.account) for r in rows if {r.account, folded_account(r.called)} & wanted])


def _forget(db: Connection, names: list[tuple[str, str]]) -> int:
    if names:
        these = or_(*(and_(accounts.c.tracker == tracker, accounts.c.account == one) for tracker, one in names))
        db.execute(delete(accounts).where(these))
    return len(names)
