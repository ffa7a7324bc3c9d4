"""Web, worker and scheduler as real processes, on a real Valkey and a real PostgreSQL: killed, restarted, doubled."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.faults import Fault
from connectors.sandbox.server import Sandbox
from tests.worker.postgres import Postgres
from tests.worker.process import PATIENCE_S, Process, run_command
from worker.clock import stopwatch_s
from worker.sandbox import REPOSITORY, build_company, configuration, people_file, subscribe
from worker.valkey import EmbeddedValkey

#: What a status comment and the first question make.
FIRST_COMMENTS = 2
#: What is promised: so long after a worker was killed its case is in other hands.
MINUTE = dt.timedelta(minutes=1)
SLOW_S = 1.0


@pytest.fixture
def apart(config_file: Path, postgres: Postgres) -> Iterator[Path]:
    """The company's configuration, with a queue and a ledger for many processes."""
    yield from _with_stores(config_file, postgres)


def _with_stores(config_file: Path, postgres: Postgres) -> Iterator[Path]:
    valkey = EmbeddedValkey(config_file.parent / "valkey")
    valkey.start()
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write(f"queue: {valkey.url}\nledger: {postgres.new_database()}\n")
    yield config_file
    valkey.stop()


def wait_until(is_so: Callable[[], bool], otherwise: str) -> None:
    """Polls, since what is waited for is the doing of other processes."""
    deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    while not is_so():
        assert stopwatch_s() < deadline, otherwise
        pause.wait(0.05)


def fail_something(company: Sandbox) -> str:
    return company.world.sites["github"].open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure",)).key


def bodies(company: Sandbox, key: str) -> list[str]:
    return [str(comment.body) for comment in company.world.sites["github"].ticket(key).comments]


def wait_for_comments(company: Sandbox, key: str, count: int) -> None:
    wait_until(lambda: len(bodies(company, key)) >= count, f"there are no {count} comments on {key}")


def slow_first_comment(company: Sandbox, delay_s: float = SLOW_S) -> None:
    company.faults.add(Fault("slow", method="POST", path="/comments$", times=1, delay_s=delay_s))


def wait_for_fault(company: Sandbox) -> None:
    wait_until(lambda: company.faults.fired["slow"] == 1, "nothing was ever sent")


def url_of(process: Process) -> str:
    return process.wait_for("listening on").split()[2]


def readiness(url: str) -> dict[str, Any]:
    answer = requests.get(f"{url}/readyz", timeout=10)
    told: dict[str, Any] = answer.json()
    assert (answer.status_code == 200) == told["ready"]
    return told


def is_ready(url: str) -> bool:
    return bool(readiness(url)["ready"])


# --- together -----------------------------------------------------------------------------------


def test_a_failure_is_seen_through_by_processes_apart_and_a_killed_scheduler_is_followed(
    apart: Path, company: Sandbox
) -> None:
    """P6: the one that takes over finds all timers where the one before left them, in the database."""
    with (
        Process("scheduler", "--config", apart) as first,
        Process("worker", "--config", apart) as worker,
        Process("web", "--config", apart) as web,
    ):
        first.wait_for("read from the trackers")
        with Process("scheduler", "--config", apart) as second:
            standby = url_of(second)
            second.wait_for("this one stands by")
            told = readiness(standby)
            assert (told["role"], told["standing"], told["ready"]) == ("scheduler", "standby", True)
            _take_a_webhook(company, url_of(web), url_of(worker))

            first.signal(signal.SIGKILL)
            company.clock.advance(dt.timedelta(seconds=15))
            wait_until(lambda: readiness(standby)["standing"] == "active", "nobody took over")

            company.clock.advance(dt.timedelta(days=7))
            wait_for_comments(company, f"{REPOSITORY}#1", FIRST_COMMENTS + 1)
            for process in (second, worker, web):
                process.signal(signal.SIGTERM)
                assert process.wait() == 0
                assert "Traceback" not in process.text


def _take_a_webhook(company: Sandbox, web: str, worker: str) -> None:
    """From a delivery to the first words; and each process answers what is its to answer."""
    assert requests.post(f"{worker}/webhooks/github", data=b"{}", timeout=10).status_code == 404
    assert requests.post(f"{web}/webhooks/github", data=b"{}", timeout=10).status_code == 401, "it is not signed"
    for url, role in ((web, "web"), (worker, "worker")):
        wait_until(partial(is_ready, url), f"{role} is not ready")
        assert readiness(url)["role"] == role
        assert requests.get(f"{url}/healthz", timeout=10).status_code == 200
        assert requests.get(f"{url}/metrics", timeout=10).status_code == 200
    subscribe(company, web)
    wait_for_comments(company, fail_something(company), FIRST_COMMENTS)


# --- killed, and replaced -----------------------------------------------------------------------


def test_the_case_of_a_killed_worker_is_in_other_hands_within_a_minute(apart: Path, company: Sandbox) -> None:
    """P3: its last request arrives after its death, and is read back rather than sent again."""
    key = fail_something(company)
    slow_first_comment(company)
    with Process("scheduler", "--config", apart) as scheduler:
        with Process("worker", "--config", apart) as killed:
            wait_for_fault(company)
            killed.signal(signal.SIGKILL)
            assert killed.wait() == -signal.SIGKILL
        wait_for_comments(company, key, 1)
        with Process("worker", "--config", apart) as worker:
            worker.wait_for("is running")
            company.clock.advance(MINUTE)
            wait_for_comments(company, key, FIRST_COMMENTS)
            worker.signal(signal.SIGTERM)
            assert worker.wait() == 0
        scheduler.signal(signal.SIGTERM)
        assert scheduler.wait() == 0
    assert len(set(bodies(company, key))) == len(bodies(company, key)) == FIRST_COMMENTS


def test_a_worker_that_is_replaced_in_the_middle_of_a_case_loses_nothing_and_repeats_nothing(
    apart: Path, company: Sandbox
) -> None:
    """P3: it finishes the effect that it is at and hands the case over at once: no clock has to move for that."""
    key = fail_something(company)
    slow_first_comment(company)
    with Process("scheduler", "--config", apart), Process("worker", "--config", apart) as old:
        wait_for_fault(company)
        with Process("worker", "--config", apart) as new:
            old.signal(signal.SIGTERM)
            assert old.wait() == 0
            wait_for_comments(company, key, FIRST_COMMENTS)
            new.signal(signal.SIGTERM)
            assert new.wait() == 0
    assert len(set(bodies(company, key))) == len(bodies(company, key)) == FIRST_COMMENTS


@pytest.mark.soak
def test_in_real_time_the_case_of_a_killed_worker_is_in_other_hands_within_a_minute(
    tmp_path: Path, postgres: Postgres
) -> None:
    """With every clock running: the queue's heartbeat, the lease of the case, the hint in the ledger."""
    start = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
    path = tmp_path / "aftermath.yaml"
    with build_company(SandboxClock(start, factor=1, real_s=stopwatch_s)) as company:
        path.write_text(configuration(company, listen="127.0.0.1:0"), encoding="utf-8")
        (tmp_path / "people.yaml").write_text(people_file(), encoding="utf-8")
        key = fail_something(company)
        slow_first_comment(company, delay_s=14)
        for config in _with_stores(path, postgres):
            with Process("scheduler", "--config", config), Process("worker", "--config", config) as killed:
                wait_for_fault(company)
                with Process("worker", "--config", config) as other:
                    other.wait_for("is running")
                    killed.signal(signal.SIGKILL)
                    killed_s = stopwatch_s()
                    assert bodies(company, key) == [], "it died in the middle of its first write"
                    wait_until(lambda: len(bodies(company, key)) == FIRST_COMMENTS, "the case was left alone")
                    assert stopwatch_s() - killed_s < MINUTE.total_seconds()


# --- what they need -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["web", "worker", "scheduler"])
def test_a_process_apart_says_what_to_write_where_it_has_no_queue_and_no_ledger_to_share(
    config_file: Path, role: str
) -> None:
    done = run_command(role, "--config", config_file)
    assert done.returncode == 2
    for words in (f"`aftermath {role}`", "queue: redis://", "ledger: postgresql://", "`aftermath run` needs neither"):
        assert words in done.stderr
    assert not (config_file.parent / ".aftermath").exists(), "nothing was begun"
