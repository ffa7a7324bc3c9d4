"""Whether anything is at work, as the lock on the data folder and the ledger tell it."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.refs import TicketRef
from tests.worker.conftest import START
from tests.worker.process import run_command
from worker.config import load_config
from worker.parts.data_folder import DataFolder, is_held
from worker.parts.leading import LEADERSHIP
from worker.presence import ago, read_presence, unfilled_words
from worker.program import Program, compose
from worker.sandbox import REPOSITORY

LATER = dt.timedelta(minutes=12)
ONE = TicketRef("github", f"{REPOSITORY}#1")


@pytest.fixture
def program(config_file: Path, company: Sandbox) -> Iterator[Program]:
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    yield program
    program.close()


@pytest.fixture
def apart(program: Program) -> Program:
    """As `web`, `worker` and `scheduler` are configured; the ledger is the same."""
    stores = {"queue_url": "redis://far.test", "ledger_url": "postgresql://far.test/x"}
    return replace(program, config=replace(program.config, **stores))  # type: ignore[arg-type]


def test_it_is_said_who_fills_an_empty_ledger(program: Program, apart: Program) -> None:
    told = {name: unfilled_words(one.config) for name, one in (("run", program), ("scheduler", apart))}
    for name, words in told.items():
        assert f"`aftermath {name}` does that first, `aftermath rebuild` by hand." in words


@contextmanager
def held(folder: Path) -> Iterator[None]:
    lock = DataFolder(folder)
    lock.start()
    yield
    lock.stop()


def test_what_holds_the_data_folder_is_at_work(program: Program) -> None:
    with held(program.config.data):
        presence = read_presence(program)
    assert (presence.is_running, presence.missing) == (True, "")


def test_nothing_is_running_where_nobody_holds_it(program: Program, company: Sandbox) -> None:
    program.ledger.inbox.polled(f"github:{REPOSITORY}", "", (), START)
    company.clock.advance(LATER)
    presence = read_presence(program)
    assert not presence.is_running
    assert presence.missing == (
        f"Nothing is running in {program.config.data}. The trackers were last asked on Mon 2 Mar 2026 09:00 UTC, "
        "12 minutes ago. Start it: aftermath run"
    )


def test_an_installation_that_never_ran_says_so(program: Program) -> None:
    assert "The trackers were never asked. Start it: aftermath run" in read_presence(program).missing


def test_of_processes_apart_the_scheduler_is_missed_ten_seconds_after_its_last_word(
    apart: Program, company: Sandbox
) -> None:
    apart.ledger.leaderships.take(LEADERSHIP, "me", START, START + dt.timedelta(seconds=10))
    assert read_presence(apart).is_running
    company.clock.advance(dt.timedelta(seconds=10))
    assert read_presence(apart).missing == (
        "No scheduler is at work, so nothing is polled and nobody is asked. The trackers were never asked. "
        "Start one: aftermath scheduler"
    )


def test_a_worker_is_missed_where_something_waits_that_nobody_looks_at(apart: Program, company: Sandbox) -> None:
    apart.ledger.leaderships.take(LEADERSHIP, "me", START, START + dt.timedelta(days=1))
    apart.ledger.inbox.put([ONE], START)
    company.clock.advance(dt.timedelta(minutes=1))
    assert read_presence(apart).is_running, "it may just have come"
    company.clock.advance(LATER)
    assert read_presence(apart).missing == (
        "No worker is at work: what came on Mon 2 Mar 2026 09:00 UTC, 13 minutes ago, still waits. "
        "Start one: aftermath worker"
    )


def test_a_backlog_is_no_missing_worker(apart: Program, company: Sandbox) -> None:
    """Something waits for long, and other cases are looked at meanwhile."""
    apart.ledger.leaderships.take(LEADERSHIP, "me", START, START + dt.timedelta(days=1))
    apart.ledger.inbox.put([ONE], START)
    apart.ledger.cases.open_case("root", TicketRef("github", f"{REPOSITORY}#2"), "2", "", START)
    company.clock.advance(LATER)
    assert apart.ledger.cases.lease("root", "me", company.clock.now(), company.clock.now() + LATER)
    apart.ledger.cases.settle("root", "me", company.clock.now())
    assert read_presence(apart).is_running


# --- the lock -----------------------------------------------------------------------------------


def test_looking_whether_a_folder_is_held_keeps_nobody_from_holding_it(tmp_path: Path) -> None:
    """Whoever looks holds it for a moment; who starts in that moment tries again."""
    with held(tmp_path):
        pass
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            is_held(tmp_path)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(50):
            with held(tmp_path):
                assert is_held(tmp_path)
    finally:
        stop.set()
        looking.join()
    assert not is_held(tmp_path)
    assert not is_held(tmp_path / "nowhere")


# --- what the commands say ----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["status", "dead"])
def test_a_command_says_first_that_nothing_is_running(config_file: Path, company: Sandbox, command: str) -> None:
    done = run_command(command, "--config", config_file)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith(f"Nothing is running in {config_file.parent / '.aftermath'}. ")


@pytest.mark.parametrize(
    ("span", "said"),
    [
        pytest.param(dt.timedelta(seconds=59), "just now", id="seconds"),
        pytest.param(dt.timedelta(seconds=60), "1 minute ago", id="a-minute"),
        pytest.param(dt.timedelta(minutes=119), "119 minutes ago", id="minutes"),
        pytest.param(dt.timedelta(minutes=120), "2 hours ago", id="hours"),
        pytest.param(dt.timedelta(hours=48), "2 days ago", id="days"),
    ],
)
def test_a_span_is_told_as_people_say_it(span: dt.timedelta, said: str) -> None:
    assert ago(span) == said
