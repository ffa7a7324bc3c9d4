"""Effects in the ledger: intended, sent, confirmed, refused, superseded, dropped (P3).

`intended` rows were never sent or definitely not done; `sent` rows may or may not have been done, and are
read back before anything else happens to them. `dropped` ones a person let go (`aftermath dead drop`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, case, delete, func, select, update

from rules.effects import AnyEffect, Keep, OpenTicket, Say
from rules.keys import split_case_id
from rules.refs import TicketRef
from worker.ledger.locking import lock_in_order
from worker.ledger.mention_counts import Days, count_mentions, is_spent, mentioned_on
from worker.ledger.schema import effects, mentions
from worker.ledger.upsert import upsert

# Statements of every look are built once: building costs more than running them.
_OF = select(effects).where(effects.c.root == bindparam("root"))
_SPENT = select(func.count(), func.count(func.distinct(effects.c.root))).where(effects.c.new_at >= bindparam("since"))


#: What is not over yet, or was let go by a person.
OPEN_STATES = ("intended", "sent", "refused", "dropped")


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One effect as the ledger knows it. `result` is the comment's id or the ticket's key."""

    key: str
    case: str
    kind: str
    ticket: str
    rule: str
    state: str
    said: str
    digest: str
    result: str
    bookmark: str
    closes: bool
    attempts: int
    sent_at: dt.datetime | None
    done_at: dt.datetime | None
    not_before: dt.datetime | None
    problem: str


class Effects:
    """Rows of one case at a time; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, root: str) -> dict[str, EffectRow]:
        """All effects of a case, over its generations, by key."""
        with self._engine.begin() as db:
            return {row.key: _row(row) for row in db.execute(_OF, {"root": root})}

    def intend(self, wanted: Iterable[AnyEffect], now: dt.datetime) -> None:
        """Record what is about to be done. A state's row that was done before goes back to intended, since it wants
        new content; so does one that was superseded. An event that was done stays so, whatever a worker that stalled
        since it read the ledger still wants: of a private message nothing but this row tells."""
        effects_wanted = tuple(wanted)
        with self._engine.begin() as db:
            _lock(db, (effect.key for effect in effects_wanted))
            for effect in effects_wanted:
                values = values_of(effect)
                again = {"state": "intended", "intended_at": now, "digest": _digest(effect), "attempts": 0}
                again["ticket"] = values["ticket"]  # a standing comment's may turn out to be a twin of another
                was_over = effects.c.state.in_(("superseded",) if effect.is_event else ("confirmed", "superseded"))
                upsert(db, effects, values | {"state": "intended", "intended_at": now}, again, was_over)

    def sending(
        self,
        effect: AnyEffect,
        now: dt.datetime,
        day: Days,
        bookmark: str = "",
        *,
        is_new: bool = False,
        mentions_max: int | None = None,
    ) -> bool:
        """Record that the request goes out now; who is mentioned counts from here, on that `day` (ISO), or each on
        their own. `is_new` says that a comment or a ticket comes of it which was not there, for the brake.

        False, and nothing is recorded, where somebody would be mentioned more than `mentions_max` times that day: of
        two workers that found room for one more, the second finds none."""
        with self._engine.begin() as db:
            if isinstance(effect, Say) and mentions_max is not None and is_spent(db, effect, day, mentions_max):
                return False
            values: dict[str, Any] = {
                "state": "sent",
                "sent_at": now,
                "digest": _digest(effect),
                "attempts": effects.c.attempts + 1,
            }
            if bookmark:
                values["bookmark"] = bookmark
            if is_new:
                values["new_at"] = now
            db.execute(update(effects).where(effects.c.key == effect.key).values(**values))
            if isinstance(effect, Say):
                count_mentions(db, effect, day)
            return True

    def confirm(self, key: str, now: dt.datetime, result: str = "") -> None:
        """It was done. The first confirmation stands: a worker that stalled and wrote a twin does not replace it."""
        values: dict[str, Any] = {"state": "confirmed", "done_at": now, "not_before": None, "problem": ""}
        values["attempts"] = 0
        if result:
            values["result"] = result
        with self._engine.begin() as db:
            unconfirmed = (effects.c.key == key) & (effects.c.state != "confirmed")
            db.execute(update(effects).where(unconfirmed).values(**values))

    def adopt(self, found: Iterable[AnyEffect], results: dict[str, str], now: dt.datetime) -> None:
        """Record effects that the trackers show as done and the ledger did not know of."""
        effects_found = tuple(found)
        with self._engine.begin() as db:
            _lock(db, (effect.key for effect in effects_found))
            for effect in effects_found:
                done = {"state": "confirmed", "done_at": now, "result": results.get(effect.key, "")}
                settled = {"digest": _digest(effect), "not_before": None, "problem": "", "attempts": 0}
                upsert(db, effects, values_of(effect) | {"intended_at": now} | done, done | settled)

    def postpone(self, key: str, not_before: dt.datetime, problem: str, *, is_done_unknown: bool = False) -> None:
        """Not done (or unknown whether): look again at `not_before`."""
        state = "sent" if is_done_unknown else "intended"
        with self._engine.begin() as db:
            values = {"state": state, "not_before": not_before, "problem": problem}
            db.execute(update(effects).where(effects.c.key == key).values(**values))
            if not is_done_unknown:
                _was_not_done(db, key)

    def leave_in_doubt(self, key: str, problem: str) -> None:
        """It may have been done, and nobody can find out: it stays `sent`, and what went wrong is shown. Where it is
        known by now, nothing happens."""
        with self._engine.begin() as db:
            mine = (effects.c.key == key) & (effects.c.state == "sent")
            db.execute(update(effects).where(mine).values(state="sent", not_before=None, problem=problem))

    def refuse(self, key: str, not_before: dt.datetime, problem: str) -> None:
        """The tracker said no; a person has to change something. It is tried again at `not_before`. A refusal before
        the request went out counts as an attempt too, so that the waits grow."""
        # What went out was counted as it did: see `sending`.
        attempts = case((effects.c.state == "sent", effects.c.attempts), else_=effects.c.attempts + 1)
        with self._engine.begin() as db:
            values = {"state": "refused", "not_before": not_before, "problem": problem, "attempts": attempts}
            db.execute(update(effects).where(effects.c.key == key).values(**values))
            _was_not_done(db, key)

    def supersede(self, keys: Iterable[str]) -> None:
        """Nobody wants these any more: they are no trouble to anybody. One that may have been done stays `sent`,
        so that it is read back should it be wanted again."""
        unwanted = list(keys)
        if not unwanted:
            return
        waiting = effects.c.key.in_(unwanted) & effects.c.state.in_(("intended", "refused"))
        in_doubt = effects.c.key.in_(unwanted) & (effects.c.state == "sent")
        with self._engine.begin() as db:
            _lock(db, unwanted)
            waited = select(effects.c.key).where(waiting)
            db.execute(delete(mentions).where(mentions.c.effect.in_(waited)))  # nobody's place is kept for it
            db.execute(update(effects).where(in_doubt).values(problem=""))
            db.execute(update(effects).where(waiting).values(state="superseded", not_before=None, problem=""))

    def retry(self, keys: Iterable[str]) -> set[str]:
        """Let these be tried again now, dropped ones too; the roots of their cases."""
        wanted = list(keys)
        # What may have been done when it was dropped is read back first; a private message, which cannot be, stays so.
        before = case((effects.c.sent_at.is_not(None), "sent"), else_="intended")
        now = {"not_before": None, "state": case((effects.c.state == "dropped", before), else_=effects.c.state)}
        with self._engine.begin() as db:
            _lock(db, wanted)
            which = effects.c.key.in_(wanted) & effects.c.state.in_(OPEN_STATES)
            roots = set(db.execute(select(effects.c.root).where(which)).scalars())
            db.execute(update(effects).where(which).values(**now))
            return roots

    def drop(self, key: str) -> bool:
        """A person lets it go: nobody tries it any more, until somebody says `retry`. False where it is not open."""
        waiting = (effects.c.key == key) & effects.c.state.in_(OPEN_STATES)
        with self._engine.begin() as db:
            return db.execute(update(effects).where(waiting).values(state="dropped", not_before=None)).rowcount == 1

    def under_way(self, since: dt.datetime) -> set[str]:
        """The roots of cases for which a request went out since then whose answer was never recorded."""
        with self._engine.begin() as db:
            unanswered = (effects.c.state == "sent") & (effects.c.sent_at >= since)
            return set(db.execute(select(effects.c.root).where(unanswered)).scalars())

    def mentioned_on(self, day: str) -> dict[str, int]:
        """How often each person was mentioned that day."""
        with self._engine.begin() as db:
            return mentioned_on(db, day)

    def spent_since(self, since: dt.datetime) -> tuple[int, int]:
        """New things said or opened since then, and in how many cases."""
        with self._engine.begin() as db:
            row = db.execute(_SPENT, {"since": since}).one()
            return int(row[0]), int(row[1])

    def in_trouble(self) -> list[EffectRow]:
        """Effects that were refused or are stuck, for `status` and health."""
        with self._engine.begin() as db:
            query = select(effects).where(effects.c.state.in_(("intended", "sent", "refused")), effects.c.problem != "")
            return [_row(row) for row in db.execute(query.order_by(effects.c.intended_at))]

    def dropped(self) -> list[EffectRow]:
        """Effects that a person let go, for `dead`."""
        with self._engine.begin() as db:
            query = select(effects).where(effects.c.state == "dropped")
            return [_row(row) for row in db.execute(query.order_by(effects.c.intended_at))]

    def mentioning(self, people: Iterable[str]) -> list[EffectRow]:
        """Effects that mention somebody of these names, as far as that is still counted."""
        ours = select(mentions.c.effect).where(mentions.c.person.in_(list(people)))
        with self._engine.begin() as db:
            query = select(effects).where(effects.c.key.in_(ours)).order_by(effects.c.intended_at)
            return [_row(row) for row in db.execute(query)]

    def forget_mentions(self, people: Iterable[str]) -> int:
        """Forget that people of these names were ever mentioned; how many mentions were forgotten."""
        with self._engine.begin() as db:
            return db.execute(delete(mentions).where(mentions.c.person.in_(list(people)))).rowcount


def follow_moved(db: Connection, roots: Iterable[str], old: TicketRef, new: TicketRef) -> None:
    """Of these cases: what was said on a ticket was said on it at its new address, and that is what was opened."""
    of_place = effects.c.ticket.startswith(f"{old.tracker}:", autoescape=True)
    is_opened = (effects.c.kind == OpenTicket.kind) & (effects.c.result == old.key) & of_place
    at_old = effects.c.ticket == str(old)
    mine = effects.c.root.in_(sorted(set(roots)))
    lock_in_order(db, effects.c.key, mine & (at_old | is_opened))
    db.execute(update(effects).where(mine, at_old).values(ticket=str(new)))
    db.execute(update(effects).where(mine, is_opened).values(result=new.key))


def _lock(db: Connection, keys: Iterable[str]) -> None:
    if wanted := list(keys):
        lock_in_order(db, effects.c.key, effects.c.key.in_(wanted))


def _was_not_done(db: Connection, key: str) -> None:
    """It was not done after all: nobody was mentioned, nothing new was said, and there is nothing to be read back."""
    db.execute(delete(mentions).where(mentions.c.effect == key))
    # Only where this attempt was the one that brought something new: an edit that failed takes nothing back.
    db.execute(update(effects).where(effects.c.key == key, effects.c.new_at == effects.c.sent_at).values(new_at=None))
    db.execute(update(effects).where(effects.c.key == key).values(sent_at=None))


def _digest(effect: AnyEffect) -> str:
    return effect.digest if isinstance(effect, Keep) else ""


def values_of(effect: AnyEffect) -> dict[str, Any]:
    return {
        "key": effect.key,
        "root": split_case_id(effect.case)[0],
        "case_id": effect.case,
        "kind": effect.kind,
        "ticket": str(effect.place) if isinstance(effect, OpenTicket) else str(effect.ticket),
        "rule": effect.rule,
        "said": effect.said if isinstance(effect, Say) else "",
        "digest": _digest(effect),
        "closes": int(isinstance(effect, Say) and effect.closes),
    }


def _row(row: Any) -> EffectRow:
    return EffectRow(
        key=row.key,
        case=row.case_id,
        kind=row.kind,
        ticket=row.ticket,
        rule=row.rule,
        state=row.state,
        said=row.said,
        digest=row.digest,
        result=row.result,
        bookmark=row.bookmark,
        closes=bool(row.closes),
        attempts=row.attempts,
        sent_at=row.sent_at,
        done_at=row.done_at,
        not_before=row.not_before,
        problem=row.problem,
    )
