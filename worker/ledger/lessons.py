"""Lessons in the ledger: a copy of the lesson comments, to be listed and searched. The comments are the truth (P1).

No tracker's marker and nobody's name is looked for here; who may read a lesson is stored with it (P14).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, bindparam, delete, select, update

from rules.facts import Audience
from rules.refs import TicketRef
from worker.ledger.schema import lessons
from worker.ledger.upsert import upsert

_OF = select(lessons).where(lessons.c.root == bindparam("root")).order_by(lessons.c.told_at, lessons.c.case_id)


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson. `text` is Markdown; `audience` is who could read it where it was told."""

    case: str
    root: str
    failure: TicketRef
    url: str
    title: str
    labels: tuple[str, ...]
    severity: int
    audience: Audience
    told_at: dt.datetime
    text: str


class Lessons:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, root: str, found: Iterable[LessonRow]) -> None:
        """A case's lessons are these, over its generations: what is not among them was taken off its failure."""
        wanted = sorted(found, key=lambda row: row.case)  # in the order of worker.ledger.locking
        with self._engine.begin() as db:
            known = {row.case_id: _row(row) for row in db.execute(_OF, {"root": root})}
            gone = known.keys() - {row.case for row in wanted}
            if gone:
                db.execute(delete(lessons).where(lessons.c.case_id.in_(sorted(gone))))
            for row in wanted:
                if known.get(row.case) != row:
                    upsert(db, lessons, _values(row))

    def all(self) -> list[LessonRow]:
        """Every lesson, newest first."""
        with self._engine.begin() as db:
            query = select(lessons).order_by(lessons.c.told_at.desc(), lessons.c.case_id)
            return [_row(row) for row in db.execute(query)]

    def of(self, roots: Iterable[str]) -> list[LessonRow]:
        """The lessons of these cases, newest first."""
        with self._engine.begin() as db:
            query = select(lessons).where(lessons.c.root.in_(list(roots)))
            return [_row(row) for row in db.execute(query.order_by(lessons.c.told_at.desc(), lessons.c.case_id))]

    def reword(self, reworded: Callable[[str], str]) -> int:
        """Replace titles and texts by what `reworded` makes of them; how many lessons that changed."""
        count = 0
        with self._engine.begin() as db:
            every = select(lessons.c.case_id, lessons.c.title, lessons.c.text).order_by(lessons.c.case_id)
            for row in db.execute(every).all():
                title, text = reworded(row.title), reworded(row.text)
                if (title, text) != (row.title, row.text):
                    db.execute(update(lessons).where(lessons.c.case_id == row.case_id).values(title=title, text=text))
                    count += 1
        return count


def _values(row: LessonRow) -> dict[str, Any]:
    return {
        "case_id": row.case,
        "root": row.root,
        "tracker": row.failure.tracker,
        "failure_key": row.failure.key,
        "url": row.url,
        "title": row.title,
        "labels": json.dumps(row.labels, ensure_ascii=False),
        "severity": row.severity,
        "audience": row.audience.value,
        "told_at": row.told_at,
        "text": row.text,
    }


def _row(row: Any) -> LessonRow:
    return LessonRow(
        case=row.case_id,
        root=row.root,
        failure=TicketRef(row.tracker, row.failure_key),
        url=row.url,
        title=row.title,
        labels=tuple(json.loads(row.labels)),
        severity=row.severity,
        audience=Audience(row.audience),
        told_at=row.told_at,
        text=row.text,
    )
