"""The parts of a running Aftermath, each by itself: what they say, and how often."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from worker.checking import Checked
from worker.config import load_config
from worker.ledger.database import open_memory_ledger
from worker.loops import Loop
from worker.parts.brake_watch import BrakeWatch
from worker.parts.data_folder import DataFolder
from worker.parts.part import StartError
from worker.parts.tracker_check import ASK_AGAIN_S_MAX, TrackerCheck, by_tracker
from worker.parts.tracker_news import TrackerNews
from worker.parts.web_side import exposure
from worker.program import Program, compose

PATIENCE_S = 30.0


def nothing(_: str) -> None:
    """Tells nobody."""


# --- trackers that are away ---------------------------------------------------------------------


def test_a_tracker_is_said_to_be_away_once_and_back_once() -> None:
    news = TrackerNews()
    with capture_logs() as said:
        for _ in range(5):
            news.report("polls", {"github": "github:acme/shop: no answer"})
        for _ in range(5):
            news.report("polls", {})
    assert [(one["event"], one["tracker"]) for one in said] == [
        ("a tracker is away; it is asked again", "github"),
        ("a tracker is back", "github"),
    ]
    assert said[0]["problem"] == "github:acme/shop: no answer"


def test_a_tracker_is_back_only_when_nobody_misses_it() -> None:
    """The check at the start may get its answer before the next poll does."""
    news = TrackerNews()
    with capture_logs() as said:
        news.report("check", {"jira": "jira is away"}, is_told=True)
        news.report("polls", {"jira": "jira:OPS: no answer"})
        news.report("check", {})
        assert said == []
        news.report("polls", {})
    assert [one["event"] for one in said] == ["a tracker is back"]


def test_a_sentence_is_counted_to_the_tracker_with_the_longest_name_that_it_begins_with() -> None:
    sentences = ["hub is away: x", "hub-2 is away: y", "hub-2:acme/shop could not be looked at: z"]
    assert by_tracker(["hub", "hub-2"], sentences) == {
        "hub": "hub is away: x",
        "hub-2": "hub-2 is away: y; hub-2:acme/shop could not be looked at: z",
    }


@pytest.fixture
def program(config_file: Path) -> Iterator[Program]:
    program = compose(load_config(config_file, os.environ), ledger=open_memory_ledger())
    yield program
    program.close()


def test_a_tracker_that_stays_away_is_asked_ever_more_rarely_but_once_a_minute() -> None:
    elapsed_s = 0.0
    asked_at_s: list[float] = []
    warned: list[str] = []

    def ask() -> Checked:
        asked_at_s.append(elapsed_s)
        return Checked(away=["github is away: no answer."])

    check = TrackerCheck(ask, ["github"], TrackerNews(), nothing, warned.append, lambda: True, lambda: elapsed_s)
    check.start()
    while elapsed_s < 600:
        elapsed_s += 0.5
        check.ask_again()
    waits = [after - before for before, after in pairwise(asked_at_s)]
    assert waits[:6] == [1, 2, 4, 8, 16, 32]
    assert set(waits[6:]) == {ASK_AGAIN_S_MAX}
    assert warned == ["github is away: no answer. It is asked again, at least once a minute."]


# --- a loop that fails --------------------------------------------------------------------------


def test_a_loop_logs_its_trouble_once_and_its_end_once() -> None:
    turns, over = 0, threading.Event()

    def step() -> None:
        nonlocal turns
        turns += 1
        if turns <= 4:
            loop.nudge()
            raise OSError("the same trouble at each turn")
        over.set()

    loop = Loop("poller", 0.001, step)
    with capture_logs() as said:
        loop.start()
        assert over.wait(PATIENCE_S)
        loop.ask_to_stop()
        assert loop.join(PATIENCE_S)
    assert [one["event"] for one in said] == [
        "a background loop failed and goes on",
        "a background loop works again",
    ]
    assert said[1]["failures"] == 4


# --- the brake ----------------------------------------------------------------------------------


def test_the_brake_is_told_when_it_takes_hold_and_when_it_is_lifted(program: Program) -> None:
    """P13: whoever pulled and whoever lifted it, in whatever process."""
    warned: list[str] = []
    told: list[str] = []
    watch = BrakeWatch(program.ledger, warned.append, told.append)
    now = program.clock.now()
    program.ledger.installation.mark_rebuilt(program.config.installation, now)
    watch.look()
    program.ledger.installation.set_brake("200 new comments within an hour", now)
    for _ in range(3):
        watch.look()
    assert len(warned) == 1
    assert "200 new comments within an hour" in warned[0]
    assert "`aftermath resume`" in warned[0]
    program.ledger.installation.release_brake(now)
    for _ in range(3):
        watch.look()
    assert (len(warned), len(told)) == (1, 1)


# --- the data folder, the port ------------------------------------------------------------------


def test_a_data_folder_is_for_one_at_a_time_and_free_again_afterwards(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path / "data"), DataFolder(tmp_path / "data")
    first.start()
    with pytest.raises(StartError, match=rf"Another Aftermath \(process {os.getpid()}\) runs in .*data"):
        second.start()
    first.stop()
    second.start()
    second.stop()


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    with pytest.raises(StartError, match=r"Cannot write to the data folder .*file/data"):
        DataFolder(tmp_path / "file" / "data").start()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        pytest.param("127.0.0.1", "", id="loopback"),
        pytest.param("localhost", "", id="localhost"),
        pytest.param("::1", "", id="loopback-v6"),
        pytest.param("0.0.0.0", "put a proxy in front that shows only /webhooks/", id="everywhere"),  # noqa: S104
        pytest.param("::", "put a proxy in front that shows only /webhooks/", id="everywhere-v6"),
        pytest.param("10.0.0.7", "put a proxy in front that shows only /webhooks/", id="one-address"),
    ],
)
def test_an_address_that_others_can_reach_is_told_with_what_to_do(host: str, said: str) -> None:
    assert said in exposure(host, takes_webhooks=True)
    assert bool(exposure(host, takes_webhooks=True)) == bool(said)
