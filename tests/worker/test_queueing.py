"""The queue on a real Valkey: it carries addresses, and losing it harms nobody."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.refs import TicketRef
from worker.queueing import RedisQueue
from worker.valkey import EmbeddedValkey

REF = TicketRef("jira", "OPS-1")
PATIENCE_S = 30.0


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def looks(valkey: EmbeddedValkey) -> Iterator[RedisQueue]:
    looks = RedisQueue(valkey.url, "acme")
    yield looks
    looks.stop_workers(5)
    looks.close()


def test_what_is_put_in_is_looked_at(looks: RedisQueue) -> None:
    seen: queue.Queue[TicketRef] = queue.Queue()
    looks.start_workers(seen.put, 2)
    assert looks.put(REF)
    assert seen.get(timeout=PATIENCE_S) == REF


def test_it_is_empty_only_when_the_last_look_has_ended(looks: RedisQueue) -> None:
    began, may_end = threading.Event(), threading.Event()

    def look(_: TicketRef) -> None:
        began.set()
        may_end.wait(PATIENCE_S)

    looks.start_workers(look, 1)
    looks.put(REF)
    assert began.wait(PATIENCE_S)
    assert not looks.is_empty()
    may_end.set()
    looks.stop_workers(PATIENCE_S)
    assert looks.is_empty()


def test_a_look_that_fails_is_not_repeated_by_the_queue(looks: RedisQueue) -> None:
    """The hint in the ledger is the retry (P1); the queue has none of its own."""
    seen: queue.Queue[TicketRef] = queue.Queue()

    def look(ref: TicketRef) -> None:
        seen.put(ref)
        raise ValueError("this look fails")

    looks.start_workers(look, 1)
    looks.put(REF)
    looks.put(TicketRef("jira", "OPS-2"))
    assert [seen.get(timeout=PATIENCE_S).key for _ in range(2)] == ["OPS-1", "OPS-2"]
    looks.stop_workers(PATIENCE_S)
    assert looks.is_empty()
    assert seen.empty()


def test_a_queue_that_is_away_takes_nothing_and_raises_nothing(valkey: EmbeddedValkey, looks: RedisQueue) -> None:
    """P1: whoever noticed the ticket keeps its hint."""
    valkey.stop()
    assert not looks.put(REF)
    assert not looks.put(REF), "nor while it rests after the failure"
    assert not looks.is_up()


def test_workers_go_on_when_the_store_comes_back(valkey: EmbeddedValkey, looks: RedisQueue) -> None:
    seen: queue.Queue[TicketRef] = queue.Queue()
    looks.start_workers(seen.put, 1)
    valkey.stop()
    valkey.start()
    assert looks.put(REF)
    assert seen.get(timeout=PATIENCE_S) == REF


def test_two_installations_on_one_store_do_not_see_each_other(valkey: EmbeddedValkey, looks: RedisQueue) -> None:
    other = RedisQueue(valkey.url, "other")
    other.put(REF)
    assert looks.is_empty()
    assert not other.is_empty()
    other.close()
