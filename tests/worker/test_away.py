"""A tracker that stays away is a person's matter after an hour, whoever meets it first: a poll, or a look (P7).

Over HTTP: what is refused here is the connection.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox.faults import Fault, FaultKind
from connectors.sandbox.server import Sandbox
from tests.worker.process import run_command
from worker.config import load_config
from worker.program import Program, compose
from worker.sandbox import PROJECT, REPOSITORY
from worker.status import Trouble, read_status


@pytest.fixture
def program(config_file: Path, company: Sandbox) -> Iterator[Program]:
    """Three failures of which every look was taken; post-mortems are in Jira."""
    for number in range(3):
        company.world.sites["github"].open_ticket("ada", REPOSITORY, f"Failure {number}", labels=("failure", "sev2"))
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.rebuild()
    program.poller.poll_due()
    work(program)
    yield program
    program.close()


def work(program: Program) -> None:
    """Look at whatever is due."""
    now = program.clock.now()
    program.ledger.inbox.ring(now, 20)
    for ref in program.ledger.inbox.claim(now, now + dt.timedelta(minutes=1), 20):
        program.look(ref)


def later(program: Program, company: Sandbox, minutes: int, *, looks_first: bool = False) -> None:
    """Time passes in which everything is looked at and polled, as a running worker does."""
    for _ in range(minutes):
        company.clock.advance(dt.timedelta(minutes=1))
        if looks_first:
            for row in program.ledger.cases.all():
                program.ledger.cases.wake(row.root, program.clock.now())
            work(program)
        program.poller.poll_due()
        work(program)


def of_trackers(program: Program) -> list[Trouble]:
    return [one for one in read_status(program).troubles if one.what in ("tracker", "poll", "look", "case")]


@pytest.mark.parametrize("kind", ["refuse", "error-503"])
@pytest.mark.parametrize("looks_first", [False, True], ids=["a poll meets it", "looks meet it"])
def test_a_tracker_that_stays_away_needs_a_person_after_an_hour_and_none_once_it_is_back(
    program: Program, company: Sandbox, kind: FaultKind, *, looks_first: bool
) -> None:
    company.faults.add(Fault(kind, site="github", retry_after_s=0))
    began = program.clock.now()
    later(program, company, 30, looks_first=looks_first)
    assert of_trackers(program), "it is told"
    assert not any(one.needs_person for one in of_trackers(program)), of_trackers(program)
    later(program, company, 45, looks_first=looks_first)
    (trouble,) = of_trackers(program)
    assert (trouble.what, trouble.where, trouble.needs_person) == ("tracker", "github", True)
    since = began + dt.timedelta(minutes=1)
    assert f"It has been away since {since:%a} {since.day} {since:%b %Y %H:%M}" in trouble.problem
    assert "Cases on jira alone go on." in trouble.problem
    assert "trackers.github.url" in trouble.todo
    assert read_status(program).needs_person
    company.faults.clear()
    later(program, company, 15)
    assert of_trackers(program) == []
    assert not read_status(program).needs_person


def test_status_says_since_when_what_goes_on_and_what_to_look_at(
    program: Program, company: Sandbox, config_file: Path
) -> None:
    company.faults.add(Fault("refuse", site="jira"))
    later(program, company, 75)
    done = run_command("status", "--config", config_file)
    assert done.returncode == 1, done.stdout + done.stderr
    told = " ".join(done.stdout.split())
    assert "tracker on jira: " in told
    assert "nobody is reminded of anything there" in told
    assert "Cases on github alone go on." in told
    assert f"look at `trackers.jira.url` ({company.url('jira')})" in told
    assert "HTTPS_PROXY" in told
    data = json.loads(run_command("status", "--config", config_file, "--json").stdout)
    assert data["needs_person"]
    (one,) = [one for one in data["troubles"] if one["what"] == "tracker"]
    assert (one["where"], one["needs_person"]) == ("jira", True)
    assert PROJECT not in one["problem"]


def test_a_tracker_that_asks_for_patience_is_never_away(program: Program, company: Sandbox) -> None:
    """It says when, and a person could do nothing about it."""
    company.faults.add(Fault("limit", site="github", retry_after_s=1_200))
    later(program, company, 90)
    assert not any(one.needs_person for one in of_trackers(program)), of_trackers(program)
