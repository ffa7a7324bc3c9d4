"""The cost of waking is proportional to what is due, not to what is open (P6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from rules.refs import Place
from tests.worker.ledger.samples import (
    HOUR,
    MINUTE,
    NOW,
    ONE,
)
from worker.ledger import Ledger, open_ledger
from worker.ledger.schema import cases, effects, hints, tickets

#: Every question that is asked at each tick or look, however many cases there are.
QUESTIONS: dict[str, Callable[[Ledger], object]] = {
    "ring wake-ups": lambda ledger: ledger.inbox.ring(NOW, 10),
    "claim hints": lambda ledger: ledger.inbox.claim(NOW, NOW + MINUTE, 10),
    "patience of a tracker": lambda ledger: ledger.patience.until("github"),
    "one hint": lambda ledger: ledger.inbox.get(ONE),
    "put a hint": lambda ledger: ledger.inbox.put([ONE], NOW),
    "lease": lambda ledger: ledger.cases.lease("root1", "me", NOW, NOW + MINUTE),
    "renew": lambda ledger: ledger.cases.renew("root1", "me", NOW, NOW + MINUTE),
    "settle": lambda ledger: ledger.cases.settle("root1", "me", NOW, wake_at=NOW),
    "cases of a ticket": lambda ledger: ledger.cases.roots_of(ONE),
    "tickets of a case": lambda ledger: ledger.cases.tickets("root1"),
    "news of a ticket": lambda ledger: ledger.cases.is_news(ONE, NOW, MINUTE),
    "effects of a case": lambda ledger: ledger.effects.of("root1"),
    "mentions of a day": lambda ledger: ledger.effects.mentioned_on("2026-03-02"),
    "mentions that wait for their day": lambda ledger: ledger.bookings.of("root1", "2026-03-02"),
    "what a digest tells": lambda ledger: ledger.digests.news(NOW),
    "what a case tells a digest": lambda ledger: ledger.digests.noted("root1"),
    "what a closed place takes out of it": lambda ledger: ledger.digests.leave_out_place(SHOP, NOW),
    "effects of a sweep": lambda ledger: ledger.effects.spent_since(NOW),
}
SHOP = Place("github", "acme/shop")
ROWS = 3_000


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crowded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with thousands of cases, few of them due."""
    if request.param == "sqlite":
        home = f"sqlite:///{tmp_path_factory.mktemp('crowded') / 'ledger.db'}"
    else:
        home = request.getfixturevalue("postgres").new_database()
    ledger = open_ledger(home)
    later = NOW + 24 * HOUR
    with ledger.engine.begin() as db:
        numbers = range(1, ROWS + 1)
        place = {"tracker": "github"}
        opened = {"opened_at": NOW - HOUR}
        db.execute(
            insert(cases),
            [
                place
                | opened
                | {"root": f"root{n}", "failure_key": f"acme/shop#{n}", "wake_at": later + n * MINUTE}
                | {"news": "{}", "news_until": NOW - n * MINUTE}
                for n in numbers
            ],
        )
        db.execute(
            insert(tickets),
            [
                place
                | {"root": f"root{n}", "key": f"acme/shop#{n}", "case_id": f"root{n}.1", "uid": "1", "role": "failure"}
                for n in numbers
            ],
        )
        db.execute(
            insert(hints),
            [
                place | {"key": f"acme/shop#{n}", "number": 1, "since": NOW, "not_before": later + n * MINUTE}
                for n in numbers
            ],
        )
        db.execute(
            insert(effects),
            [
                {
                    "key": f"key{n}",
                    "root": f"root{n}",
                    "case_id": f"root{n}.1",
                    "kind": "say",
                    "ticket": str(ONE),
                    "rule": "r",
                    "state": "confirmed",
                    "intended_at": NOW,
                    "sent_at": NOW - n * HOUR,
                    "new_at": NOW - n * HOUR,
                }
                for n in numbers
            ],
        )
    with ledger.engine.begin() as db:
        db.execute(text("ANALYZE"))
    yield ledger
    ledger.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_what_is_asked_at_every_look_reads_an_index_and_no_whole_table(crowded: Ledger, question: str) -> None:
    """The cost of waking is proportional to what is due, not to what is open (P6)."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN", "PRAGMA")):
            asked.append((statement, parameters))

    event.listen(crowded.engine, "before_cursor_execute", note)
    try:
        QUESTIONS[question](crowded)
    finally:
        event.remove(crowded.engine, "before_cursor_execute", note)
    assert asked
    for statement, parameters in asked:
        assert not _scans(explain(crowded, statement, parameters)), statement


def explain(ledger: Ledger, statement: str, parameters: Any) -> str:
    word = "EXPLAIN QUERY PLAN" if ledger.engine.dialect.name == "sqlite" else "EXPLAIN"
    with ledger.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{word} {statement}", parameters)
        return "\n".join(str(tuple(row)) for row in rows)


def _scans(plan: str) -> bool:
    """Whether a large table is read from end to end."""
    large = ("cases", "tickets", "hints", "effects")
    return any(f"{word} {table}" in plan for word in ("SCAN", "Seq Scan on") for table in large)


def test_reading_a_whole_table_would_be_noticed(crowded: Ledger) -> None:
    assert _scans(explain(crowded, "SELECT * FROM cases WHERE title = 'x'", ()))


def test_the_wake_up_itself_is_found_by_its_index(crowded: Ledger) -> None:
    """A wake-up is a row in an index, and nothing else (P6)."""
    due = "SELECT root FROM cases WHERE wake_at <= '2026-03-02 09:00:00' ORDER BY wake_at LIMIT 10"
    plan = explain(crowded, due, ())
    assert "cases_by_wake_at" in plan
