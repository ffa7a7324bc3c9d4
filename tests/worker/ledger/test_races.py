"""Two connections of one PostgreSQL write the same row at once: whoever comes second waits, and neither fails.

The first is held just before it commits, until the database says that the second one waits for it (or has ended):
so every run meets in the same place.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import event, text

from connectors.write_limits import Bucket, WriteLimits
from rules.keys import case_id
from tests.worker.ledger.samples import KEEP, NOW, ONE, ROOT, THREE, TWO
from tests.worker.postgres import Postgres
from worker.clock import stopwatch_s
from worker.ledger import Ledger, open_ledger
from worker.ledger.cases import TicketRow
from worker.ledger.write_budgets import Wanted

PATIENCE_S = 30.0
ONE_AT_ONCE = WriteLimits(Bucket(1, 60, "one a minute"))
WANTED = Wanted(ROOT, 3, 0, 1, 0, 1, 0, 0.0)


@pytest.fixture
def pair(postgres: Postgres) -> Iterator[tuple[Ledger, Ledger]]:
    """Two processes' ledgers on one empty database."""
    url = postgres.emptied_database()
    first, second = open_ledger(url), open_ledger(url)
    yield first, second
    first.close()
    second.close()


def waits(ledger: Ledger) -> bool:
    """Whether anybody in the database waits for anybody's lock."""
    with ledger.engine.begin() as db:
        return bool(db.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar())


def meet(first: Ledger, second: Ledger, work: Callable[[Ledger], object]) -> None:
    """Both do it; the second begins after the first has written and before it has committed. Raises what they do."""
    may_commit, is_committing = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        is_committing.set()
        assert may_commit.wait(PATIENCE_S)

    event.listen(first.engine, "commit", hold)
    with ThreadPoolExecutor(2) as pool:
        earlier = pool.submit(work, first)
        assert is_committing.wait(PATIENCE_S)
        later = pool.submit(work, second)
        try:
            _until(later, lambda: waits(second))
        finally:
            may_commit.set()
        earlier.result(PATIENCE_S)
        later.result(PATIENCE_S)
    event.remove(first.engine, "commit", hold)


def _until(later: Future[object], is_waiting: Callable[[], bool]) -> None:
    deadline = stopwatch_s() + PATIENCE_S
    while not later.done() and not is_waiting():
        assert stopwatch_s() < deadline, "the second neither waits nor ends"


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda one: one.cases.open_case(ROOT, ONE, "901", "Down", NOW), id="a case is opened"),
        pytest.param(
            lambda one: one.cases.add_ticket(TicketRow(ROOT, case_id(ROOT, 1), TWO, "902", "action")),
            id="a ticket is noted",
        ),
        pytest.param(lambda one: one.cases.move_ticket(ONE, TWO, "902"), id="a ticket moves"),
        pytest.param(lambda one: one.inbox.polled("github:acme/shop", "c1", [ONE, TWO], NOW), id="a place is polled"),
        pytest.param(lambda one: one.inbox.put([ONE, TWO], NOW), id="tickets are hinted at"),
        pytest.param(lambda one: one.inbox.receive("github", "d1", ONE, NOW), id="a delivery comes twice"),
        pytest.param(lambda one: one.effects.intend([KEEP], NOW), id="an effect is intended"),
        pytest.param(lambda one: one.effects.adopt([KEEP], {KEEP.key: "c1"}, NOW), id="an effect is adopted"),
        pytest.param(lambda one: one.installation.mark_rebuilt("acme", NOW), id="a rebuild ends"),
        pytest.param(lambda one: one.patience.ask("github", NOW, "429"), id="a tracker asks for patience"),
        pytest.param(lambda one: one.patience.spare("github", NOW, "little is left"), id="a tracker is spared"),
        pytest.param(lambda one: one.write_budgets.draw("github", ONE_AT_ONCE, WANTED, NOW), id="a write is drawn"),
    ],
)
def test_of_two_that_write_the_same_row_at_once_neither_fails(
    pair: tuple[Ledger, Ledger], work: Callable[[Ledger], object]
) -> None:
    meet(*pair, work)


def test_a_ticket_that_is_noted_at_its_new_address_while_it_moves_there_is_noted_once(
    pair: tuple[Ledger, Ledger],
) -> None:
    first, second = pair
    first.cases.open_case(ROOT, ONE, "901", "Down", NOW)
    arrived = TicketRow(ROOT, case_id(ROOT, 1), TWO, "902", "failure")
    meet(
        first,
        second,
        lambda one: one.cases.add_ticket(arrived) if one is first else one.cases.move_ticket(ONE, TWO, "902"),
    )
    assert [row.ref for row in first.cases.tickets(ROOT)] == [TWO]
    assert first.cases.roots_of(ONE) == [ROOT]


def test_of_two_that_draw_the_last_of_a_budget_at_once_one_gets_it(pair: tuple[Ledger, Ledger]) -> None:
    """Whoever comes second is asked again by the database, on what the first has left."""
    first, second = pair
    first.write_budgets.draw("github", ONE_AT_ONCE, WANTED, NOW - dt.timedelta(minutes=1))
    put_off: list[bool] = []
    meet(
        first,
        second,
        lambda one: put_off.append(one.write_budgets.draw("github", ONE_AT_ONCE, WANTED, NOW) is not None),
    )
    assert sorted(put_off) == [False, True]


def test_a_delivery_that_comes_twice_at_once_is_received_once(pair: tuple[Ledger, Ledger]) -> None:
    received: list[bool] = []
    meet(*pair, lambda one: received.append(one.inbox.receive("github", "d1", ONE, NOW)))
    assert sorted(received) == [False, True]


def test_two_that_put_the_same_tickets_in_another_order_do_not_block_each_other(pair: tuple[Ledger, Ledger]) -> None:
    """Each would hold what the other waits for."""
    first, second = pair
    meet(first, second, lambda one: one.inbox.put([ONE, TWO, THREE] if one is first else [THREE, TWO, ONE], NOW))
    with first.engine.begin() as db:
        assert db.execute(text("SELECT min(number), count(*) FROM hints")).one() == (2, 3)
