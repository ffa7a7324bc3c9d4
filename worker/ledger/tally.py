"""How much of what the ledger holds: the counts behind `/metrics`, read in one transaction.

Counts and moments only. Nothing about people, and no ticket by name (P10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Select, func, select

from worker.ledger.schema import cases, cursors, effects, hints, installation, trackers

#: An effect that is not finished: it waits, or somebody has to help.
_UNFINISHED = ("intended", "sent")


@dataclass(frozen=True, slots=True)
class Poll:
    """How the last poll of a place went."""

    polled_at: dt.datetime
    has_failed: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """`cases` counts by phase, `polls` is by place, `patience` tells until when a tracker asked to be left alone,
    which may be past. Moments are None where there is nothing to wait for."""

    cases: Mapping[str, int]
    cases_in_trouble: int
    next_wake_at: dt.datetime | None
    hints: int
    hints_in_trouble: int
    oldest_hint_since: dt.datetime | None
    effects_refused: int
    effects_delayed: int
    polls: Mapping[str, Poll]
    patience: Mapping[str, dt.datetime]
    is_filled: bool
    is_braked: bool


def read_tally(engine: Engine) -> Tally:
    """Raises sqlalchemy.exc.SQLAlchemyError when the database is away."""
    troubled = effects.c.state.in_(_UNFINISHED) & (effects.c.problem != "")
    with engine.begin() as db:
        by_phase = db.execute(select(cases.c.phase, func.count()).group_by(cases.c.phase)).all()
        waiting, since = db.execute(select(func.count(), func.min(hints.c.since)).select_from(hints)).one()
        polls = db.execute(select(cursors.c.source, cursors.c.polled_at, cursors.c.problem)).all()
        resting = db.execute(select(trackers.c.name, trackers.c.not_before)).all()
        return Tally(
            cases={row[0]: row[1] for row in by_phase},
            cases_in_trouble=db.execute(select(func.count()).where(cases.c.problem != "")).scalar_one(),
            next_wake_at=db.execute(select(func.min(cases.c.wake_at))).scalar(),
            hints=waiting,
            hints_in_trouble=db.execute(select(func.count()).where(hints.c.problem != "")).scalar_one(),
            oldest_hint_since=since,
            effects_refused=db.execute(select(func.count()).where(effects.c.state == "refused")).scalar_one(),
            effects_delayed=db.execute(select(func.count()).where(troubled)).scalar_one(),
            patience={row.name: row.not_before for row in resting},
            polls={row.source: Poll(row.polled_at, bool(row.problem)) for row in polls},
            is_filled=db.execute(_how_many_installations(installation.c.rebuilt_at.is_not(None))).scalar_one() > 0,
            is_braked=db.execute(_how_many_installations(installation.c.braked_at.is_not(None))).scalar_one() > 0,
        )


def _how_many_installations(that: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(installation).where(that)
