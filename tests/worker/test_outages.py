"""A store that went away is said once, and once that it is back; by real processes on a real PostgreSQL and Valkey."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import psycopg
import pytest
import redis
from dramatiq.errors import ConnectionClosed
from sqlalchemy.exc import OperationalError, ProgrammingError
from structlog.testing import capture_logs

from connectors.sandbox.server import Sandbox
from tests.worker.postgres import Postgres
from tests.worker.process import PATIENCE_S, Process
from worker.clock import stopwatch_s
from worker.loops import Loop
from worker.outages import LEDGER, QUEUE, Outages, problem_in_words, store_that_is_away
from worker.valkey import EmbeddedValkey

REFUSED = OperationalError("SELECT 1", {}, psycopg.OperationalError("connection refused: password=s3cr3t"))


def test_an_outage_that_many_meet_is_said_once_and_its_end_once() -> None:
    outages = Outages({LEDGER: "PostgreSQL at db.test:5432"})
    with capture_logs() as said:
        for _ in range(5):
            outages.away(LEDGER, "Nothing answers there.")
        for _ in range(5):
            outages.back(LEDGER)
    away, back = said
    assert away == {
        "event": "the ledger is away; what was under way is done again when it is back",
        "log_level": "warning",
        "problem": "Nothing answers there.",
        "at": "PostgreSQL at db.test:5432",
    }
    assert (back["event"], back["log_level"]) == ("the ledger is back", "info")


def test_who_asked_before_it_was_back_says_nothing_new() -> None:
    outages = Outages()
    before_s = stopwatch_s()
    outages.away(QUEUE, "gone")
    outages.back(QUEUE)
    with capture_logs() as said:
        outages.away(QUEUE, "gone", asked_s=before_s)
        assert said == []
        outages.away(QUEUE, "gone", asked_s=stopwatch_s())
    assert [one["event"] for one in said] == ["the queue is away; hints wait in the ledger"]


def test_who_asked_before_it_went_away_does_not_bring_it_back() -> None:
    outages = Outages()
    before_s = stopwatch_s()
    outages.away(LEDGER, "gone")
    outages.back(LEDGER, asked_s=before_s)
    assert outages.is_away(LEDGER)


@pytest.mark.parametrize(
    ("error", "store"),
    [
        pytest.param(REFUSED, LEDGER, id="ledger"),
        pytest.param(ProgrammingError("SELEKT", {}, psycopg.errors.SyntaxError("…")), "", id="our-mistake"),
        pytest.param(redis.ConnectionError("…"), QUEUE, id="queue"),
        pytest.param(redis.TimeoutError("…"), QUEUE, id="slow-queue"),
        pytest.param(ConnectionClosed("…"), QUEUE, id="dramatiq's"),
        pytest.param(ValueError("…"), "", id="anything-else"),
    ],
)
def test_an_outage_is_told_from_a_mistake(error: Exception, store: str) -> None:
    assert store_that_is_away(error) == store


def test_what_a_database_s_driver_says_is_told_in_our_words() -> None:
    """P11: its words may hold the whole address."""
    assert problem_in_words(REFUSED) == "Nothing answers there: is PostgreSQL running, and is the address right?"
    assert problem_in_words(redis.ConnectionError("no such socket")) == "no such socket"


def test_loops_that_miss_the_same_store_say_it_together_and_without_a_traceback() -> None:
    outages, turns = Outages(), {"one": threading.Semaphore(0), "two": threading.Semaphore(0)}

    def step(name: str) -> None:
        turns[name].release()
        raise REFUSED

    loops = [Loop(name, 0.001, lambda name=name: step(name), outages) for name in turns]  # type: ignore[misc]
    with capture_logs() as said:
        for loop in loops:
            loop.start()
        for turn in turns.values():
            assert turn.acquire(timeout=PATIENCE_S)
        for loop in loops:
            loop.ask_to_stop()
            assert loop.join(PATIENCE_S)
    assert [one["event"] for one in said] == ["the ledger is away; what was under way is done again when it is back"]
    assert "exc_info" not in said[0]


def test_a_process_apart_says_an_outage_in_one_line_and_its_end_in_another(
    config_file: Path, company: Sandbox, postgres: Postgres
) -> None:
    """The ledger, then the queue."""
    valkey = EmbeddedValkey(config_file.parent / "valkey")
    valkey.start()
    url = postgres.new_database()
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write(f"queue: {valkey.url}\nledger: {url}\n")
    with Process("worker", "--config", config_file) as worker:
        worker.wait_for("is running")
        with postgres.closed(url):
            worker.wait_for("the ledger is away")
        worker.wait_for("the ledger is back")
        valkey.stop()
        worker.wait_for("the queue is away")
        valkey.start()
        worker.wait_for("the queue is back")
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0
    valkey.stop()
    assert "Traceback" not in worker.text
    for store in (LEDGER, QUEUE):
        assert worker.text.count(f"the {store} is away") == worker.text.count(f"the {store} is back") == 1
