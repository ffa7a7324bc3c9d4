"""`aftermath run` as a real process beside a real sandbox, and the same in-process."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
import requests

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.control_client import SandboxControl
from connectors.sandbox.faults import Fault
from connectors.sandbox.server import Sandbox
from tests.worker.process import PATIENCE_S, Process, run_command
from worker.clock import stopwatch_s
from worker.config import load_config
from worker.rebuild import Rebuilt
from worker.running import Running
from worker.sandbox import OUR_ACCOUNT, PROJECT, REPOSITORY, build_company, configuration, subscribe

STOP_S_MAX = 10.0


def fail_something(company: Sandbox) -> str:
    return company.world.sites["github"].open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure",)).key


def wait_until_idle(running: Running, company: Sandbox) -> None:
    """Wait for deliveries and looks to end. Polls, since what is waited for is other threads' silence."""
    deadline = stopwatch_s() + PATIENCE_S
    pause = threading.Event()
    while not (company.wait_idle(PATIENCE_S) and running.is_idle()):
        assert stopwatch_s() < deadline, "it never came to rest"
        pause.wait(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_signal_stops_it_cleanly_within_ten_seconds(config_file: Path, number: signal.Signals) -> None:
    with Process("run", "--config", config_file) as process:
        process.wait_for("read from the trackers")
        asked_s = stopwatch_s()
        process.signal(number)
        assert process.wait() == 0
        assert stopwatch_s() - asked_s < STOP_S_MAX
    assert "Stopped." in process.text
    assert "Traceback" not in process.text
    assert not (config_file.parent / ".aftermath" / "valkey" / "valkey.sock").exists(), "its Valkey is gone too"


def test_it_says_where_it_listens_what_it_watches_and_as_whom_it_writes(config_file: Path) -> None:
    with Process("run", "--config", config_file) as process:
        process.wait_for("Aftermath is running for sandbox")
    for words in (
        "listening on http://127.0.0.1:",
        f"watching github:{REPOSITORY}",
        f"writing on jira as {OUR_ACCOUNT}",
    ):
        assert words in process.text


def test_a_stop_between_two_effects_hands_the_case_back_and_loses_nothing(config_file: Path, company: Sandbox) -> None:
    """P3: the effect under way is finished; the next run does the rest, and nothing twice."""
    key = fail_something(company)
    company.faults.add(Fault("slow", method="POST", path="/comments$", times=1, delay_s=2))
    with Process("run", "--config", config_file) as process:
        process.wait_for("read from the trackers")
        _wait_for_fault(company)
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
    assert len(company.world.sites["github"].ticket(key).comments) == 1, "the effect under way, and no further one"
    with Running(load_config(config_file, os.environ)) as running:
        wait_until_idle(running, company)
    bodies = [str(comment.body) for comment in company.world.sites["github"].ticket(key).comments]
    assert len(bodies) == len(set(bodies)) == 2


def _wait_for_fault(company: Sandbox) -> None:
    """Until the slow write is under way."""
    control, deadline, pause = SandboxControl(company.url()), stopwatch_s() + PATIENCE_S, threading.Event()
    while not control.faults()["fired"]:
        assert stopwatch_s() < deadline, "nothing was ever sent"
        pause.wait(0.02)


# --- what it tells ------------------------------------------------------------------------------


def test_it_says_in_a_line_each_thing_that_it_writes(config_file: Path, company: Sandbox) -> None:
    """Kinds and keys; what stands in a ticket stays there (P14)."""
    company.world.sites["github"].open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure", "sev2"))
    with Process("run", "--config", config_file) as process:
        process.wait_for("Monday 2 March 2026")
        assert process.wait_for("opened jira:") == f"09:00 opened jira:{PROJECT}-1 for github:{REPOSITORY}#1\n"
        process.wait_for(f"09:00 kept the status comment on github:{REPOSITORY}#1 up to date")
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
    assert "Checkout is down" not in process.text


def test_quiet_it_says_nothing_that_needs_nobody(config_file: Path, company: Sandbox) -> None:
    """Not even while it writes."""
    key = fail_something(company)
    with Process("run", "--quiet", "--config", config_file) as process:
        _wait_for_comments(company, key)
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
    assert [line for line in process.text.splitlines() if "in plain text" not in line] == []


def test_the_brake_is_told_aloud_with_how_to_lift_it(config_file: Path, company: Sandbox) -> None:
    """P13: on the terminal of whoever runs it, and for whoever watches its health."""
    _brake_after_two(config_file, company)
    with Process("run", "--config", config_file) as process:
        url = process.wait_for("listening on").split()[2]
        assert "`aftermath resume` lifts the brake" in process.wait_for("THE BRAKE HOLDS")
        told = requests.get(f"{url}/readyz", timeout=10)
    assert "aftermath resume" in told.json()["warnings"]["brake"]
    assert told.status_code == 200, "work gets done: what stands is kept up to date"


def test_the_brake_is_told_where_everything_else_is_quiet(config_file: Path, company: Sandbox) -> None:
    _brake_after_two(config_file, company)
    with Process("run", "--quiet", "--config", config_file) as process:
        process.wait_for("THE BRAKE HOLDS")


def _brake_after_two(config_file: Path, company: Sandbox) -> None:
    for _ in range(3):
        fail_something(company)
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write("limits: {sweep_effects_max: 2}\n")


def _wait_for_comments(company: Sandbox, key: str) -> None:
    deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    while not company.world.sites["github"].ticket(key).comments:
        assert stopwatch_s() < deadline, "the failure was never answered"
        pause.wait(0.05)


# --- how it starts, and ends --------------------------------------------------------------------


def test_a_second_one_in_the_same_data_folder_is_refused_and_told_which_process_is_there(config_file: Path) -> None:
    with Process("run", "--config", config_file) as process:
        process.wait_for("is running")
        done = run_command("run", "--config", config_file)
        assert done.returncode == 2
        assert f"Another Aftermath (process {process.pid}) runs in" in done.stderr
        assert "`data:`" in done.stderr


def test_a_second_signal_ends_it_at_once_and_its_valkey_with_it(config_file: Path, company: Sandbox) -> None:
    """The first one waits for the write that is under way; who has no patience for that leaves no orphan behind."""
    fail_something(company)
    company.faults.add(Fault("slow", method="POST", path="/comments$", times=1, delay_s=5))
    with Process("run", "--config", config_file) as process:
        _wait_for_fault(company)
        # Two of one kind could arrive as one.
        process.signal(signal.SIGINT)
        process.signal(signal.SIGTERM)
        assert process.wait() in (128 + signal.SIGINT, 128 + signal.SIGTERM)  # they come in either order
    deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    with (config_file.parent / ".aftermath" / "valkey" / "server.lock").open() as lock:
        while _is_locked(lock):
            assert stopwatch_s() < deadline, "its Valkey goes on"
            pause.wait(0.02)


def _is_locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def test_it_listens_where_the_command_line_says_whatever_the_configuration_does(config_file: Path) -> None:
    with taken_port() as address:
        text = config_file.read_text(encoding="utf-8")
        config_file.write_text(text.replace("127.0.0.1:0", address), encoding="utf-8")
        with Process("run", "--listen", "127.0.0.1:0", "--config", config_file) as process:
            process.wait_for("listening on http://127.0.0.1:")


def test_an_address_that_is_none_is_refused(config_file: Path) -> None:
    done = run_command("run", "--listen", "somewhere", "--config", config_file)
    assert done.returncode == 2
    assert "--listen somewhere: this is nothing to listen on: HOST:PORT" in done.stderr


@contextmanager
def taken_port() -> Iterator[str]:
    """An address that somebody else listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            f"token: {OUR_ACCOUNT}-token\n    webhook",
            "token: wrong-token\n    webhook",
            "trackers.github.token",
            id="token",
        ),
        pytest.param(
            f'watch: ["github:{REPOSITORY}"]',
            'watch: ["github:acme/nowhere"]',
            "github:acme/nowhere cannot be used",
            id="place",
        ),
        pytest.param("type: Task", "type: Sorrow", "'Sorrow'", id="issue-type"),
    ],
)
def test_what_a_person_has_to_put_right_ends_it_with_2_and_a_sentence(
    config_file: Path, old: str, new: str, said: str
) -> None:
    text = config_file.read_text(encoding="utf-8")
    assert old in text
    config_file.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = run_command("run", "--config", config_file)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "wrong-token" not in done.stdout + done.stderr, "P11: not even a wrong token is shown"


def test_a_port_that_is_taken_ends_it_with_2_and_a_sentence(config_file: Path) -> None:
    with taken_port() as address:
        text = config_file.read_text(encoding="utf-8")
        config_file.write_text(text.replace("127.0.0.1:0", address), encoding="utf-8")
        done = run_command("run", "--config", config_file)
    assert done.returncode == 2
    assert f"Nothing can listen on {address}" in done.stderr


def test_a_tracker_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    """It is healthy, not ready, and says so; when the tracker is back it fills its ledger and begins."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
    away = build_company(SandboxClock(start), port=port)
    text = configuration(away, listen="127.0.0.1:0").replace("people: people.yaml\n", "")
    away.stop()
    path = tmp_path / "aftermath.yaml"
    path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("clock:")), encoding="utf-8")
    with Process("run", "--config", path) as process:
        assert "github is away" in process.wait_for("is away")
        url = process.wait_for("listening on").split()[2]
        process.wait_for("Aftermath is running")
        assert requests.get(f"{url}/healthz", timeout=10).status_code == 200
        told = requests.get(f"{url}/readyz", timeout=10)
        assert told.status_code == 503
        assert set(told.json()["problems"]) == {"trackers", "rebuild"}
        with build_company(SandboxClock(start), port=port):
            process.wait_for("read from the trackers")
            _wait_for_ready(url)
            process.signal(signal.SIGTERM)
            assert process.wait() == 0


def _wait_for_ready(url: str) -> None:
    deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    while (told := requests.get(f"{url}/readyz", timeout=10)).status_code != 200:
        assert stopwatch_s() < deadline, told.text
        pause.wait(0.05)


def test_a_failure_is_answered_from_a_webhook_alone_and_its_ladder_from_the_clock(
    config_file: Path, company: Sandbox
) -> None:
    """In-process: a label brings the first word; the owner is asked again when the clock says so (P6)."""
    github = company.world.sites["github"]
    with Running(load_config(config_file, os.environ)) as running:
        subscribe(company, running.web_url)
        wait_until_idle(running, company)
        key = fail_something(company)
        wait_until_idle(running, company)
        assert [comment.author for comment in github.ticket(key).comments] == [OUR_ACCOUNT] * 2
        company.clock.advance(dt.timedelta(days=7))
        wait_until_idle(running, company)
        asked = [str(comment.body) for comment in github.ticket(key).comments[2:]]
        assert len(asked) == 1, "of all rungs that came due only the highest speaks (P9)"


def test_a_start_asks_what_changed_however_lately_the_last_one_did(config_file: Path, company: Sandbox) -> None:
    """Without webhooks, and on a clock that stands still, so that no interval ever passes."""
    config = load_config(config_file, os.environ)
    with Running(config) as running:
        wait_until_idle(running, company)
    key = fail_something(company)
    with Running(config):
        _wait_for_comments(company, key)


def test_a_lost_queue_loses_nothing(config_file: Path, company: Sandbox) -> None:
    """P1: the ledger keeps what waits; another queue carries it on."""
    config = load_config(config_file, os.environ)
    with Running(config) as running:
        wait_until_idle(running, company)
    key = fail_something(company)
    for path in (config.data / "valkey").glob("appendonlydir/*"):
        path.unlink()
    with Running(config) as running:
        company.clock.advance(dt.timedelta(seconds=60))
        deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
        while not company.world.sites["github"].ticket(key).comments:
            assert stopwatch_s() < deadline, "the failure was never answered"
            pause.wait(0.05)


def test_an_empty_ledger_is_filled_before_anything_is_written(config_file: Path, company: Sandbox) -> None:
    """P1: the second installation of the same name finds what the first one did, and repeats none of it."""
    key = fail_something(company)
    company.world.sites["github"].add_label("ada", key, "sev1")
    config = load_config(config_file, os.environ)
    with Running(config) as running:
        wait_until_idle(running, company)
    control = SandboxControl(company.url())
    before = control.state()
    assert len(company.world.sites["jira"].in_place(PROJECT)) == 1
    for path in config.data.glob("aftermath.db*"):
        path.unlink()
    with Running(config) as running:
        wait_until_idle(running, company)
        assert running.program.rebuild() == Rebuilt(failures=1, tickets=1)
    assert control.state() == before
