"""The queue on a real Valkey: it carries addresses, and losing it harms nobody."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.refs import TicketRef
from worker.queueing import HEARTBEAT_TIMEOUT_MS, QUEUED_MAX, RedisQueue
from worker.valkey import EmbeddedValkey

REF = TicketRef("jira", "OPS-1")
PATIENCE_S = 30.0
ROOT = Path(__file__).parents[2]


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


def test_what_a_killed_worker_held_goes_to_another_after_its_last_heartbeat(valkey: EmbeddedValkey) -> None:
    """With the timeout that is shipped, 30 seconds: half of the minute within which its case is to be looked at."""
    script = f"""
import os, signal
from rules.refs import TicketRef
from worker.queueing import RedisQueue
looks = RedisQueue({valkey.url!r}, "acme")
looks.start_workers(lambda _: os.kill(os.getpid(), signal.SIGKILL), 1)
looks.put(TicketRef("jira", "OPS-1"))
signal.pause()
"""
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=PATIENCE_S, check=False)
    assert killed.returncode == -signal.SIGKILL
    seen: queue.Queue[TicketRef] = queue.Queue()
    other = RedisQueue(valkey.url, "acme", heartbeat_timeout_ms=200)
    other.start_workers(seen.put, 1)
    assert seen.get(timeout=PATIENCE_S) == REF
    other.stop_workers(5)
    other.close()
    assert HEARTBEAT_TIMEOUT_MS <= 30_000


def test_two_installations_on_one_store_do_not_see_each_other(valkey: EmbeddedValkey, looks: RedisQueue) -> None:
    other = RedisQueue(valkey.url, "other")
    other.put(REF)
    assert looks.is_empty()
    assert not other.is_empty()
    other.close()


def test_its_room_is_what_is_left_of_a_bound_and_none_while_it_is_away(
    valkey: EmbeddedValkey, looks: RedisQueue
) -> None:
    """A backlog waits in the ledger, not in the queue."""
    assert looks.room() == QUEUED_MAX
    for number in range(QUEUED_MAX + 1):
        looks.put(TicketRef("jira", f"OPS-{number}"))
    assert looks.room() == 0
    valkey.stop()
    assert looks.room() == 0
