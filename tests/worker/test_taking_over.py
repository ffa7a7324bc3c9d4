"""What a killed `aftermath run` left in the middle: taken over at once where that is sound, and else told (P3, P6)."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.sandbox.faults import Fault
from connectors.sandbox.server import Sandbox
from rules.effects import AddLabel
from rules.refs import TicketRef
from tests.worker.conftest import START
from tests.worker.process import Process
from tests.worker.test_running import _wait_for_comments, _wait_for_fault, fail_something
from worker.config import load_config
from worker.parts.taking_over import TakingOver
from worker.program import Program, compose
from worker.reconcile import LEASE
from worker.sandbox import REPOSITORY

ONE, TWO = TicketRef("github", f"{REPOSITORY}#1"), TicketRef("github", f"{REPOSITORY}#2")
SOON = dt.timedelta(seconds=5)


@pytest.fixture
def program(config_file: Path, company: Sandbox) -> Iterator[Program]:
    """A ledger as a killed process leaves it: two cases held, their tickets queued, nothing under way."""
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.ledger.installation.mark_rebuilt(program.config.installation, START)
    for root, ref in (("one", ONE), ("two", TWO)):
        program.ledger.cases.open_case(root, ref, root, "", START)
        assert program.ledger.cases.lease(root, "a process that was killed", START, START + LEASE)
    program.ledger.inbox.put([ONE, TWO], START)
    program.ledger.inbox.claim(START, START + dt.timedelta(minutes=1), 10)
    company.clock.advance(SOON)
    yield program
    program.close()


def send(program: Program, root: str) -> None:
    """A request of that case goes out, and no answer comes."""
    effect = AddLabel(key=f"key-{root}", case=f"{root}.1", rule="r", why="", ticket=ONE, label="x")
    program.ledger.effects.intend([effect], START)
    program.ledger.effects.sending(effect, START, "2026-03-02")


def take_over(program: Program) -> list[str]:
    told: list[str] = []
    TakingOver(program, told.append).start()
    return told


def test_cases_of_a_process_that_is_certainly_gone_are_free_at_once(program: Program) -> None:
    assert take_over(program) == ["taking over 2 cases that an earlier process left in the middle"]
    assert program.ledger.cases.leases(START + SOON) == {}
    assert sorted(program.ledger.inbox.claim(START + SOON, START + LEASE, 10)) == [ONE, TWO], "and due again"


def test_a_case_whose_last_request_may_still_arrive_is_left_until_it_must_have(program: Program) -> None:
    """P3: read back at once, it could be missed, and sent again."""
    send(program, "one")
    at_once, later = take_over(program)
    assert at_once == "taking over 1 case that an earlier process left in the middle"
    assert later == (
        "taking over 1 case of an earlier process at 09:00:50, when what was being written as it ended has certainly "
        "arrived"
    )
    assert program.ledger.cases.leases(START + SOON) == {"one": START + LEASE}


def test_a_request_from_long_ago_holds_nothing_up(program: Program, company: Sandbox) -> None:
    send(program, "one")
    company.clock.advance(LEASE)
    now = company.clock.now()
    assert program.ledger.cases.lease("one", "another that was killed", now, now + LEASE)
    assert take_over(program) == ["taking over 1 case that an earlier process left in the middle"]


def test_a_ledger_that_others_may_work_on_is_left_to_the_leases(program: Program) -> None:
    """The lock on our data folder says nothing about them."""
    shared = replace(program, config=replace(program.config, ledger_url="postgresql://far.test/x"))
    assert take_over(shared) == [
        "taking over 2 cases of an earlier process at 09:00:50, unless whoever holds them is at work"
    ]
    assert program.ledger.cases.leases(START + SOON) == {"one": START + LEASE, "two": START + LEASE}


def test_what_is_in_trouble_is_not_hurried(program: Program) -> None:
    later = START + dt.timedelta(hours=1)
    program.ledger.inbox.postpone(TWO, later, "the tracker is away")
    take_over(program)
    assert program.ledger.inbox.claim(START + SOON, START + LEASE, 10) == [ONE]


def test_nothing_is_said_where_nothing_was_left(program: Program, company: Sandbox) -> None:
    company.clock.advance(LEASE)
    assert take_over(program) == []


def test_after_a_kill_in_the_middle_of_a_write_it_is_said_when_the_case_goes_on(
    config_file: Path, company: Sandbox
) -> None:
    """P3: and nothing is written twice."""
    key = fail_something(company)
    company.faults.add(Fault("slow", method="POST", path="/comments$", times=1, delay_s=1))
    with Process("run", "--config", config_file) as killed:
        _wait_for_fault(company)
        killed.signal(signal.SIGKILL)
        assert killed.wait() == -signal.SIGKILL
    _wait_for_comments(company, key)
    with Process("run", "--config", config_file) as process:
        assert process.wait_for("taking over 1 case") == (
            "taking over 1 case of an earlier process at 09:00:50, when what was being written as it ended has "
            "certainly arrived\n"
        )
        process.wait_for("is running")
        company.clock.advance(dt.timedelta(minutes=1))
        process.wait_for("commented on")
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
    bodies = [str(comment.body) for comment in company.world.sites["github"].ticket(key).comments]
    assert len(bodies) == len(set(bodies)) == 2
