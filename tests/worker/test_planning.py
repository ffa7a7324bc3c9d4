"""The whole plan: what keeps `run` from starting is told first, and nothing is planned that stands already."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from tests.worker.process import PATIENCE_S, run_command
from worker.clock import stopwatch_s
from worker.config import load_config
from worker.planning import WholePlan, compose_as_it_stands, plan_all
from worker.program import Program
from worker.running import Running
from worker.sandbox import REPOSITORY


def fail_something(company: Sandbox, title: str = "Checkout is down") -> str:
    labels = ("failure", "sev2")
    return company.world.sites["github"].open_ticket("ada", REPOSITORY, title, labels=labels).key


@contextmanager
def composed(config_file: Path) -> Iterator[Program]:
    program = compose_as_it_stands(load_config(config_file, os.environ))
    try:
        yield program
    finally:
        program.close()


def plan_of(config_file: Path) -> WholePlan:
    with composed(config_file) as program:
        return plan_all(program)


def run_until_idle(config_file: Path, company: Sandbox) -> None:
    """Let Aftermath do everything that there is to do now. Polls, since it is other threads' silence."""
    pause, deadline = threading.Event(), stopwatch_s() + PATIENCE_S
    with Running(load_config(config_file, os.environ)) as running:
        while not (company.wait_idle(PATIENCE_S) and running.is_idle()):
            assert stopwatch_s() < deadline, "it never came to rest"
            pause.wait(0.05)


def with_limits(config_file: Path, limits: str) -> None:
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write(f"limits: {{{limits}}}\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("type: Task", "type: Epos", "has no issue type 'Epos'", id="issue-type"),
        pytest.param("aftermath-token", "stolen-token", "github does not let us in", id="token"),
        pytest.param("acme/shop", "acme/store", "acme/store is not on GitHub", id="repository"),
    ],
)
def test_what_would_keep_run_from_starting_is_told_by_plan_too(
    config_file: Path, company: Sandbox, *, old: str, new: str, said: str
) -> None:
    text = config_file.read_text(encoding="utf-8").replace(old, new)
    config_file.write_text(text, encoding="utf-8")
    done = run_command("plan", "--config", config_file)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    ran = run_command("run", "--config", config_file)
    assert ran.returncode == 2
    assert done.stderr.strip() in ran.stderr


def test_links_that_stand_are_not_invented_where_the_ledger_was_lost(config_file: Path, company: Sandbox) -> None:
    """P13. A link between trackers is shown by no ticket's reading: it is told for what it is, and GitHub, where links
    stand in texts, has none to make."""
    fail_something(company)
    run_until_idle(config_file, company)
    assert plan_of(config_file).now == [], "with its ledger it knows"
    with composed(config_file) as program:
        (config_file.parent / ".aftermath" / "aftermath.db").unlink()
        assert program.config.data.is_dir()
    lost = plan_of(config_file)
    assert [effect.what.partition(" link")[0] for effect in lost.now] == ["make sure of the"]
    assert all(effect.tracker == "jira" for effect in lost.now)
    assert "changes nothing" in lost.now[0].why


def test_an_owner_who_is_to_be_named_is_the_one_who_is_asked(config_file: Path, company: Sandbox) -> None:
    """P13: as it would stand, and a look names the owner before it says anything."""
    key = fail_something(company)
    told = {effect.what: effect.text for case in plan_of(config_file).cases for effect in case.effects}
    assert "assign grace" in told
    assert "looked after by Grace Murray" in told["keep the status comment"]
    assert "you are named as the owner of this failure" in told["comment (ask)"]
    run_until_idle(config_file, company)
    comments = company.world.sites["github"].ticket(key).comments
    assert [str(one.body) for one in comments if told["comment (ask)"] in str(one.body)], "and so it is said"


def test_what_it_would_cost_is_summed_up_by_tracker(config_file: Path, company: Sandbox) -> None:
    """P13: requests are the currency."""
    fail_something(company)
    plan = plan_of(config_file)
    assert {name: (cost.reads, cost.writes) for name, cost in plan.costs.items()} == {"github": (0, 3), "jira": (1, 1)}
    said = run_command("plan", "--config", config_file).stdout
    assert "In requests: github 3 writes, jira 1 write and 1 read." in said


def test_the_start_date_and_the_brake_are_shown(config_file: Path, company: Sandbox) -> None:
    """P13: and what is older is counted, and left alone."""
    fail_something(company)
    assert "No start date is set" in run_command("plan", "--config", config_file).stdout
    with_limits(config_file, "start_at: 2026-03-03, sweep_effects_max: 50")
    company.clock.advance(dt.timedelta(days=2))
    fail_something(company, "Search is slow")
    said = run_command("plan", "--config", config_file).stdout
    assert "Failures labelled from Tue 3 Mar 2026 00:00 UTC on are taken up; 1 older left alone." in said
    assert "The brake: 3 of at most 50 new comments and tickets an hour." in said


def test_where_no_failure_is_labelled_there_is_nothing_to_do(config_file: Path, company: Sandbox) -> None:
    assert (
        "No issue is labelled “failure”, so there is nothing to do."
        in run_command("plan", "--config", config_file).stdout
    )
