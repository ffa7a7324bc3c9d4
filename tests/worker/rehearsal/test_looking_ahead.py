"""What `plan --until` shows is what would happen: nobody moves, time really passes, and it does."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.markers import MarkerCodec
from connectors.sandbox.faults import Fault
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Happening
from rules.refs import TicketRef
from tests.worker.process import run_command
from tests.worker.rehearsal.by_hand import Aftermath, working
from worker.config import load_config
from worker.demo.witness import Kind, Witness
from worker.planning import compose_as_it_stands
from worker.program import Program
from worker.rehearsal.future import Future, look_ahead
from worker.sandbox import REPOSITORY

TWO_MONTHS = dt.timedelta(days=60)
FAILURE = TicketRef("github", f"{REPOSITORY}#1")
WRITTEN_DOWN = "## Action items\n\n- [ ] Alert on 502s\n- [ ] Rehearse failover (due 2026-03-25)\n"


@contextmanager
def composed(config_file: Path) -> Iterator[Program]:
    program = compose_as_it_stands(load_config(config_file, os.environ))
    try:
        yield program
    finally:
        program.close()


def future_of(config_file: Path, only: TicketRef | None = None, ahead: dt.timedelta = TWO_MONTHS) -> Future:
    with composed(config_file) as program:
        return look_ahead(program, program.clock.now() + ahead, only)


def two_failures(company: Sandbox) -> None:
    site = company.world.sites["github"]
    site.open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure", "sev1"), assignees=("ada",))
    site.open_ticket("ben", REPOSITORY, "Search is slow", labels=("failure",))


def a_week_of_work(aftermath: Aftermath) -> None:
    """A first word, a post-mortem with actions of which nobody does anything, a date that was moved, an answer."""
    company = aftermath.company
    two_failures(company)
    aftermath.pass_until(company.clock.now() + dt.timedelta(hours=2))
    github, jira = company.world.sites["github"], company.world.sites["jira"]
    github.comment_on("ada", FAILURE.key, "/ack Card payments fail")
    github.comment_on("ada", FAILURE.key, "/action Alert on 502s")
    github.comment_on("ada", FAILURE.key, "/action Rehearse failover")
    aftermath.pass_until(company.clock.now() + dt.timedelta(days=2))
    jira.set_due("ada", "OPS-1", dt.date(2026, 3, 12))
    jira.comment_on("ada", "OPS-1", "We are still waiting for the vendor.")
    aftermath.pass_until(company.clock.now() + dt.timedelta(days=4))


def said(company: Sandbox, config_file: Path) -> list[tuple[dt.datetime, str, str, str]]:
    """Every comment, edit and ticket of ours that stands on the trackers, but for those edited in place."""
    config = load_config(config_file, os.environ)
    witness = Witness(company.world, MarkerCodec(config.installation, config.secret.encode()))
    kept = ("status", "plan")
    return sorted(
        (one.at, one.ticket if one.kind is Kind.COMMENT else "", one.what, one.key)
        for one in witness.written()
        if one.kind in (Kind.COMMENT, Kind.TICKET) and one.what not in kept
    )


def foretold(future: Future) -> list[tuple[dt.datetime, str, str, str]]:
    def what(text: str) -> str:
        return text.removesuffix(".md")

    return sorted(
        (one.at, "" if one.verb == "open" else one.ticket.key, what(one.what), one.key)
        for one in future.reaching
        if one.verb != "notify"
    )


@pytest.mark.parametrize("lost", [False, True], ids=["ledger-there", "ledger-lost"])
def test_what_was_foretold_comes_to_the_second_and_nothing_else(
    config_file: Path, company: Sandbox, *, lost: bool
) -> None:
    """P1, P3: with the same keys, so that nothing that was said is said again, though the ledger be lost."""
    with working(config_file, company) as aftermath:
        a_week_of_work(aftermath)
        before = said(company, config_file)
    if lost:
        (config_file.parent / ".aftermath" / "aftermath.db").unlink()
    happened: list[Happening] = []
    for site in company.world.sites.values():
        site.listeners.append(happened.append)
    future = future_of(config_file)
    assert happened == [], "nothing was written"
    assert future.is_good
    assert len(foretold(future)) > 10
    with working(config_file, company) as aftermath:
        aftermath.pass_until(future.ends)
    came = [one for one in said(company, config_file) if one not in before]
    assert foretold(future) == came


def test_a_failure_that_nobody_looked_at_yet_is_foretold_too(config_file: Path, company: Sandbox) -> None:
    """Its post-mortem is not there, and is reminded of all the same: the key that it will have nobody knows."""
    two_failures(company)
    future = future_of(config_file)
    with working(config_file, company) as aftermath:
        aftermath.pass_until(future.ends)
    came = said(company, config_file)
    assert [(at, what, key) for at, _, what, key in foretold(future)] == [(at, what, key) for at, _, what, key in came]


def test_it_leaves_nothing_behind(config_file: Path, company: Sandbox) -> None:
    two_failures(company)
    future_of(config_file)
    assert not (config_file.parent / ".aftermath").exists()
    with working(config_file, company) as aftermath:
        aftermath.settle()
        rows = [row.wake_at for row in aftermath.program.ledger.cases.all()]
    future_of(config_file)
    with working(config_file, company) as aftermath:
        assert [row.wake_at for row in aftermath.program.ledger.cases.all()] == rows


def test_each_ticket_is_read_once_however_long_the_time(config_file: Path, company: Sandbox) -> None:
    with working(config_file, company) as aftermath:
        a_week_of_work(aftermath)
    short = future_of(config_file, ahead=dt.timedelta(days=1)).reads_spent
    assert future_of(config_file, ahead=dt.timedelta(days=200)).reads_spent == short


def test_one_ticket_is_looked_ahead_for_alone(config_file: Path, company: Sandbox) -> None:
    with working(config_file, company) as aftermath:
        a_week_of_work(aftermath)
    everything, alone = future_of(config_file), future_of(config_file, FAILURE)
    mine = {one.root for one in alone.cases if one.failure == FAILURE}
    assert {one.case for one in alone.happened} == mine
    assert [one.key for one in alone.reaching] == [one.key for one in everything.reaching if one.case in mine]


def test_a_tracker_that_is_away_leaves_its_cases_out_and_says_so(config_file: Path, company: Sandbox) -> None:
    with working(config_file, company) as aftermath:
        a_week_of_work(aftermath)
    company.faults.add(Fault("error-503", site="jira", path="issue"))
    future = future_of(config_file)
    assert not future.is_good
    assert FAILURE in [trouble.ticket for trouble in future.troubles]
    assert not [one for one in future.happened if one.ticket.tracker == "jira"]


# --- as a command ---------------------------------------------------------------------------------


def test_the_command_tells_it_by_day_and_by_case(config_file: Path, company: Sandbox) -> None:
    with working(config_file, company) as aftermath:
        a_week_of_work(aftermath)
    done = run_command("plan", "--config", config_file, "--until", "30d")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("From Sun 8 Mar 2026 11:00 UTC to Tue 7 Apr 2026 11:00 UTC, if nobody moved:\n")
    assert "\nThu 12 Mar 2026\n  09:00  remind on jira:OPS-1 (reminder.md), asks Ada Byron\n" in done.stdout
    assert f"\n{FAILURE}  Checkout is down\n  " in done.stdout
    assert done.stdout.endswith("Nothing was written.\n")
    assert max(map(len, done.stdout.splitlines())) <= 80
    texts = run_command("plan", "--config", config_file, "--until", "30d", "--texts").stdout
    assert "         | @Ada Byron, " in texts


def test_for_programs_it_is_json_and_tells_nobody_whom_a_letter_is_for(config_file: Path, company: Sandbox) -> None:
    """P10."""
    with working(config_file, company) as aftermath:
        a_week_of_work(aftermath)
    told = json.loads(run_command("plan", "--config", config_file, "--until", "30d", "--json").stdout)
    assert told["is_good"]
    asked = [one for one in told["happenings"] if one["asks"]]
    assert asked
    assert all(one["failure"] and one["rule"] and one["text"] for one in asked)
    assert not [one for one in asked if one["what"] == "notify"]


@pytest.mark.parametrize(
    ("until", "said"),
    [
        pytest.param("60x", "neither a time nor a day", id="no-unit"),
        pytest.param("soon", "neither a time nor a day", id="no-time"),
        pytest.param("-3 days", "does not look ahead", id="backwards"),
        pytest.param("2026-03-01", "does not look ahead", id="a-day-that-is-over"),
        pytest.param("9999 w", "more than 366 days ahead", id="too-far"),
    ],
)
def test_a_time_that_is_none_is_a_wrong_question(config_file: Path, company: Sandbox, until: str, said: str) -> None:
    done = run_command("plan", "--config", config_file, f"--until={until}")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
