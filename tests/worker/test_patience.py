"""A tracker asks for patience once, and all looks of all processes heed it, reads and writes alike.

Two programs on one ledger stand for two processes; what they send over HTTP is counted.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from connectors.errors import Temporary
from connectors.patience import LONGEST
from connectors.sandbox.faults import Fault, FaultKind
from connectors.sandbox.server import Sandbox
from rules.refs import TicketRef
from tests.worker.company import ANN, Company
from tests.worker.process import run_command
from worker.config import load_config
from worker.program import Program, compose
from worker.sandbox import OUR_ACCOUNT, REPOSITORY
from worker.status import read_status

ASKED_S = 600
FAILURE = TicketRef("github", "acme/shop#1")


@pytest.fixture
def programs(config_file: Path, company: Sandbox) -> Iterator[list[Program]]:
    """Two processes of one installation, and three failures that nobody has looked at."""
    config = load_config(config_file, os.environ)
    both = [compose(config, clock=company.clock), compose(config, clock=company.clock)]
    for number in range(3):
        company.world.sites["github"].open_ticket("ada", REPOSITORY, f"Failure {number}", labels=("failure",))
    both[0].poller.poll_due()
    both[0].rebuild()
    yield both
    for program in both:
        program.close()


def requests_sent(programs: list[Program]) -> int:
    counts = [program.meters["github"].snapshot() for program in programs]
    return sum(count.reads + count.writes for count in counts)


def look(program: Program, most: int) -> int:
    """Look at so many of the tickets that are due; how many there were."""
    now = program.clock.now()
    program.ledger.inbox.ring(now, most)
    refs = program.ledger.inbox.claim(now, now + dt.timedelta(minutes=1), most)
    for ref in refs:
        program.look(ref)
    return len(refs)


def work(programs: list[Program]) -> None:
    """Both look at whatever is due and poll, until nothing is due."""
    while sum(look(program, 1) for program in programs):
        for program in programs:
            program.poller.poll_due()


@pytest.mark.parametrize(
    ("kind", "only"),
    [
        pytest.param("limit", "reads", id="429 to a read"),
        pytest.param("secondary", "reads", id="secondary limit on a read"),
        pytest.param("limit", "writes", id="429 to a write"),
        pytest.param("secondary", "writes", id="secondary limit on a write"),
    ],
)
def test_after_one_refused_request_none_is_sent_until_the_time_has_come(
    programs: list[Program], company: Sandbox, kind: FaultKind, only: Literal["reads", "writes"]
) -> None:
    company.faults.add(Fault(kind, site="github", account=OUR_ACCOUNT, only=only, times=0, retry_after_s=ASKED_S))
    assert look(programs[0], 1) == 1
    refused = requests_sent(programs)
    assert sum(company.faults.fired.values()) == 1
    work(programs)
    assert programs[1].ledger.patience.until("github") == programs[0].clock.now() + dt.timedelta(seconds=ASKED_S)
    company.clock.advance(dt.timedelta(seconds=ASKED_S - 1))
    work(programs)
    assert requests_sent(programs) == refused
    company.faults.clear()
    company.clock.advance(dt.timedelta(seconds=1))
    work(programs)
    answered = [ticket.comments for ticket in company.world.sites["github"].in_place(REPOSITORY)]
    assert all(len(comments) == 2 for comments in answered), "whatever waited is done, once each"


def test_a_tracker_at_rest_is_one_line_of_status_and_nobody_s_trouble(config_file: Path, company: Sandbox) -> None:
    """However many cases wait for it, a person has nothing to do (P7)."""
    config = load_config(config_file, os.environ)
    program = compose(config)
    program.rebuild()
    until = program.clock.now() + dt.timedelta(seconds=ASKED_S)
    program.ledger.patience.ask("github", until, "too many requests")
    (trouble,) = read_status(program).troubles
    program.close()
    assert (trouble.what, trouble.where, trouble.problem) == ("tracker", "github", "too many requests")
    assert (trouble.again_at, trouble.needs_person) == (until.isoformat(), False)
    done = run_command("status", "--config", config_file, "--json")
    assert (done.returncode, json.loads(done.stdout)["needs_person"]) == (0, False)


def test_a_case_that_only_waits_for_its_tracker_is_in_no_trouble() -> None:
    company = Company()
    company.a_failure()
    company.settle()
    company.weather.when["ticket"] = Temporary("too many requests", retry_after_s=ASKED_S)
    company.says(ANN, FAILURE.key, "/ack")
    company.settle()
    (row,) = company.ledger.cases.all()
    assert (row.problem, company.ledger.inbox.in_trouble()) == ("", [])
    company.weather.when.clear()
    company.pass_time("03-02 09:10")
    assert "Ann" in company.text("status")


def test_a_tracker_that_asks_again_and_again_is_trouble_in_the_end() -> None:
    """What does not pass by waiting is for a person to see (P7)."""
    company = Company()
    company.a_failure()
    company.settle()
    company.weather.when["ticket"] = Temporary("too many requests", retry_after_s=30)
    company.says(ANN, FAILURE.key, "/ack")
    company.pass_time("03-02 17:00")
    (row,) = company.ledger.cases.all()
    assert "too many requests" in row.problem


def test_a_date_far_away_does_not_silence_us_for_good() -> None:
    company = Company()
    company.a_failure()
    company.weather.when["ticket"] = Temporary("come back next century", retry_after_s=3e9)
    company.settle()
    assert company.ledger.patience.until("github") == company.time + LONGEST


@pytest.mark.parametrize("asked_s", [10 * 365 * 86_400, 1_764_000_000_000], ids=["ten years", "an epoch in ms"])
def test_nor_does_it_silence_one_case(asked_s: float) -> None:
    """What is asked of a case, or of one effect, is as long as of the whole tracker."""
    company = Company()
    company.a_failure()
    company.weather.when["comment"] = Temporary("come back later", retry_after_s=asked_s)
    company.settle()
    company.weather.when.clear()
    company.time += LONGEST
    company.settle()
    assert "status" in company.kinds()
