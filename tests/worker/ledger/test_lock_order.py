"""Whoever writes several rows takes them in one order (`worker.ledger.locking`), so that of two who want the same rows
of one PostgreSQL neither waits for the other for ever.

The first is held after each of its statements in turn, until the database says that the other one waits for it (or
has ended): so every run meets in the same places.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from itertools import count

import pytest
from sqlalchemy import event, text

from rules.effects import Keep
from rules.keys import case_id, state_key
from rules.refs import TicketRef
from tests.worker.postgres import Postgres
from worker.clock import stopwatch_s
from worker.ledger import Ledger, open_ledger

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SPREAD = dt.timedelta(minutes=10)
PATIENCE_S = 30.0
ONE, TWO = (TicketRef("github", f"acme/shop#{number}") for number in (1, 2))
#: Written in the order opposite to their keys', since an UPDATE takes rows as they lie in the table.
ROOTS = ("rootrootroo2", "rootrootroo1")


def keep(root: str, ref: TicketRef) -> Keep:
    key = state_key(case_id(root, 1), "failure", "status")
    return Keep(key=key, case=case_id(root, 1), rule="r", why="w", ticket=ref, slot="status", body="b", digest="d")


KEEPS = sorted((keep(root, ref) for root, ref in zip(ROOTS, (ONE, TWO), strict=True)), key=lambda one: one.key)[::-1]
KEYS = [one.key for one in KEEPS]

#: What writes several rows at once, each in another process as likely as not.
WORKS: dict[str, Callable[[Ledger], object]] = {
    "the brake is lifted": lambda one: one.installation.release_brake(NOW),
    "a new policy is heeded": lambda one: one.installation.heed_policy("acme", "the second", NOW, SPREAD),
    "wake-ups ring": lambda one: one.inbox.ring(NOW, 9),
    "tickets are hinted at": lambda one: one.inbox.put([TWO, ONE], NOW),
    "words are forgotten": lambda one: one.forget_words(lambda words: words == "hidden", "gone"),
    "effects are intended": lambda one: one.effects.intend(KEEPS, NOW),
    "effects are adopted": lambda one: one.effects.adopt(KEEPS[::-1], {}, NOW),
    "effects are let go": lambda one: one.effects.supersede(KEYS),
    "effects are tried again": lambda one: one.effects.retry(KEYS),
}
#: In every run: what people start by hand, beside what goes on.
ALWAYS = {
    ("the brake is lifted", "a new policy is heeded"),
    ("a new policy is heeded", "the brake is lifted"),
    ("words are forgotten", "the brake is lifted"),
    ("effects are adopted", "words are forgotten"),
    ("effects are intended", "effects are tried again"),
    ("effects are let go", "effects are tried again"),
}


@pytest.mark.parametrize(
    ("work", "other"),
    [
        pytest.param(work, other, id=f"{work}, {other}", marks=() if (work, other) in ALWAYS else pytest.mark.soak)
        for work in WORKS
        for other in WORKS
    ],
)
def test_two_who_write_the_same_rows_never_wait_for_each_other(postgres: Postgres, work: str, other: str) -> None:
    """Otherwise PostgreSQL ends one of them with an error, as it sees fit."""
    url = postgres.emptied_database()
    with closing(open_ledger(url)) as first, closing(open_ledger(url)) as second:
        for statements in count(1):
            postgres.emptied_database()
            fill(first)
            if not meet_after(statements, first, second, WORKS[work], WORKS[other]):
                assert statements > 1, "the first has one statement, and is nowhere in between"
                return


def fill(ledger: Ledger) -> None:
    """Two cases with an effect each, one of which may have been done; all in trouble, and the brake holds."""
    ledger.installation.heed_policy("acme", "the first", NOW, SPREAD)
    ledger.installation.set_brake("too much", NOW)
    ledger.effects.intend(KEEPS, NOW)
    for root, ref, key, is_done_unknown in zip(ROOTS, (ONE, TWO), KEYS, (True, False), strict=True):
        ledger.cases.open_case(root, ref, "9", "Down", NOW)
        ledger.cases.lease(root, "us", NOW, NOW + SPREAD)
        ledger.cases.settle(root, "us", NOW, problem="hidden", wake_at=NOW)
        ledger.effects.postpone(key, NOW, "hidden", is_done_unknown=is_done_unknown)
        ledger.inbox.put([ref], NOW)
        ledger.inbox.postpone(ref, NOW, "hidden")


def meet_after(
    statements: int,
    first: Ledger,
    second: Ledger,
    work: Callable[[Ledger], object],
    other: Callable[[Ledger], object],
) -> bool:
    """Hold the first after so many statements until the second has done its work or waits for the first. Raises what
    they raise; False where the first has no more statements than that."""
    is_held, may_go_on, begun = threading.Event(), threading.Event(), count(1)

    def hold(*_: object) -> None:
        if next(begun) == statements + 1:
            is_held.set()
            assert may_go_on.wait(PATIENCE_S)

    event.listen(first.engine, "before_cursor_execute", hold)
    try:
        with ThreadPoolExecutor(3) as pool:
            earlier = pool.submit(work, first)
            wait((earlier, pool.submit(is_held.wait, PATIENCE_S)), return_when=FIRST_COMPLETED)
            if not is_held.is_set():
                is_held.set()
                earlier.result()
                return False
            later = pool.submit(other, second)
            try:
                _until(later, lambda: waits(second))
            finally:
                may_go_on.set()
            for one in (earlier, later):
                one.result(PATIENCE_S)
            return True
    finally:
        event.remove(first.engine, "before_cursor_execute", hold)


def waits(ledger: Ledger) -> bool:
    """Whether anybody in the database waits for anybody's lock."""
    with ledger.engine.begin() as db:
        return bool(db.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar())


def _until(later: Future[object], is_waiting: Callable[[], bool]) -> None:
    deadline = stopwatch_s() + PATIENCE_S
    while not later.done() and not is_waiting():
        assert stopwatch_s() < deadline, "the second neither waits nor ends"
