"""What a person has to put right on a tracker: it ends a first start, and later holds up its own cases only."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from connectors.sandbox.server import Sandbox
from tests.worker.test_running import fail_something, wait_until_idle
from worker.checking import Checked
from worker.config import load_config
from worker.parts.part import StartError
from worker.parts.tracker_check import ASK_AGAIN_S_MAX, WRONG_AGAIN_S, TrackerCheck
from worker.parts.tracker_news import TrackerNews
from worker.running import Running
from worker.sandbox import OUR_ACCOUNT, PROJECT

ARCHIVED = "github:acme/api cannot be used: acme/api is archived, so nothing can be written there."
NO_ENTRY = "github does not let us in: 401"
AWAY = "jira is away: no answer."
IN = {"github": OUR_ACCOUNT}


@dataclass
class Rig:
    """A check of trackers that answer as `answer` says, at seconds that the test drives."""

    answer: Checked
    has_run: bool = True
    at_s: float = 0.0
    asked_at_s: list[float] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def check(self) -> TrackerCheck:
        def ask() -> Checked:
            self.asked_at_s.append(self.at_s)
            return self.answer

        tell: Callable[[str], None] = lambda _: None  # noqa: E731
        trackers = ["github", "jira"]
        return TrackerCheck(
            ask, trackers, TrackerNews(), tell, self.warned.append, lambda: self.has_run, lambda: self.at_s
        )


@pytest.mark.parametrize(
    ("answer", "has_run", "is_refused"),
    [
        pytest.param(Checked(IN, wrong=[ARCHIVED]), False, True, id="first start - a place"),
        pytest.param(Checked(IN, wrong=[ARCHIVED]), True, False, id="later - a place"),
        pytest.param(Checked(IN, wrong=[NO_ENTRY]), True, False, id="later - one of the trackers"),
        pytest.param(Checked(wrong=[NO_ENTRY]), True, True, id="later - no tracker lets us in"),
        pytest.param(Checked(away=[AWAY], wrong=[NO_ENTRY]), True, False, id="later - one refuses, one is away"),
        pytest.param(Checked(away=[AWAY]), False, False, id="first start - away"),
        pytest.param(Checked(away=[AWAY], wrong=[NO_ENTRY]), False, True, id="first start - one refuses, one is away"),
    ],
)
def test_what_is_wrong_ends_a_first_start_and_a_later_one_where_nothing_could_be_done(
    answer: Checked, has_run: bool, is_refused: bool
) -> None:
    check = Rig(answer, has_run).check()
    if is_refused:
        with pytest.raises(StartError, match=r"cannot be used|does not let us in"):
            check.start()
    else:
        check.start()
        assert check.problems == [*answer.wrong, *answer.away]


def test_what_is_wrong_is_told_at_the_start_with_what_to_do() -> None:
    """P7."""
    rig = Rig(Checked(IN, wrong=[ARCHIVED]))
    rig.check().start()
    assert rig.warned == [f"{ARCHIVED}\n  Everything else goes on. `aftermath check` says what to do."]


def test_what_is_wrong_is_asked_about_now_and_then_until_it_is_right() -> None:
    """Each time costs a request or two for each place."""
    rig = Rig(Checked(IN, wrong=[ARCHIVED]))
    check = rig.check()
    check.start()
    for _ in range(7200):
        rig.at_s += 0.5
        check.ask_again()
    waits = {after - before for before, after in pairwise(rig.asked_at_s)}
    assert waits == {WRONG_AGAIN_S}
    rig.answer = Checked(IN)
    rig.at_s += WRONG_AGAIN_S
    check.ask_again()
    assert (check.wrong, check.problems) == ([], [])


def test_a_tracker_that_is_away_is_asked_once_a_minute_whatever_else_is_wrong() -> None:
    rig = Rig(Checked(IN, away=[AWAY], wrong=[ARCHIVED]))
    check = rig.check()
    check.start()
    while rig.at_s < 600:
        rig.at_s += 0.5
        check.ask_again()
    assert rig.asked_at_s[-1] - rig.asked_at_s[-2] == ASK_AGAIN_S_MAX


def test_after_a_restart_the_cases_of_all_other_places_go_on(config_file: Path, company: Sandbox) -> None:
    """The project was archived meanwhile: health says so, and the process is ready for everything else."""
    config = load_config(config_file, os.environ)
    with Running(config) as running:
        wait_until_idle(running, company)
    company.world.sites["jira"].places[PROJECT].is_archived = True
    warned: list[str] = []
    with Running(config, warn=warned.append) as running:
        key = fail_something(company)
        running.nudge()
        running.program.poller.poll_due(at_once=True)
        wait_until_idle(running, company)
        health = requests.get(f"{running.web_url}/readyz", timeout=10)
    ours = [one for one in company.world.sites["github"].ticket(key).comments if one.author == OUR_ACCOUNT]
    assert len(ours) >= 1
    assert f"jira:{PROJECT} cannot be used" in warned[0]
    assert f"jira:{PROJECT} cannot be used" in health.json()["warnings"]["trackers"]
    assert health.status_code == 200
