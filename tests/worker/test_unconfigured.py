"""The configuration no longer names a tracker or a place in which the ledger has tickets (P7)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.keys import case_id
from rules.refs import Place, TicketRef
from tests.worker.company import ANN, Company
from worker.config import load_config
from worker.explaining import explain
from worker.gather import Unconfigured
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow
from worker.planning import plan_all
from worker.program import Program, compose
from worker.sandbox import REPOSITORY
from worker.status import Trouble, read_status

FAILURE, OTHER = TicketRef("github", "acme/shop#1"), TicketRef("github", "acme/shop#2")
LEFT = TicketRef("left-behind", "OPS-1")


def leave_behind(ledger: Ledger) -> None:
    """The first case has its post-mortem on a tracker that is configured no more."""
    (root,) = ledger.cases.roots_of(FAILURE)
    ledger.cases.add_ticket(TicketRow(root, case_id(root, 1), LEFT, "1", "post-mortem", opening_key="key"))


@pytest.fixture
def program(config_file: Path, company: Sandbox) -> Iterator[Program]:
    for title in ("Checkout is down", "Search is down"):
        company.world.sites["github"].open_ticket("ada", REPOSITORY, title, labels=("failure",))
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.rebuild()
    yield program
    program.close()


def troubles(program: Program, what: str) -> list[Trouble]:
    return [trouble for trouble in read_status(program).troubles if trouble.what == what]


def test_a_case_with_a_ticket_on_a_removed_tracker_rests_and_the_others_go_on() -> None:
    company = Company()
    company.a_failure()
    company.settle()
    leave_behind(company.ledger)
    company.a_failure(title="Search is down")
    company.says(ANN, FAILURE.key, "/ack")
    company.pass_time("03-04 09:00")
    assert company.kinds(FAILURE.key) == ["status", "ask"]
    assert company.kinds(OTHER.key) == ["status", "ask", "ask-again"]
    (row,) = (row for row in company.ledger.cases.all() if row.failure == FAILURE)
    assert 'no longer names the tracker "left-behind"' in row.problem
    assert company.ledger.inbox.in_trouble() == []


def test_status_says_what_a_person_has_to_do_about_a_removed_tracker(program: Program) -> None:
    leave_behind(program.ledger)
    program.reconciler.look_at(FAILURE)
    program.reconciler.look_at(OTHER)
    (trouble,) = troubles(program, "case")
    assert trouble.where == str(FAILURE)
    assert "Put it back under `trackers:`" in trouble.problem
    assert trouble.needs_person
    assert read_status(program).needs_person


def test_plan_and_explain_say_it_too(program: Program) -> None:
    leave_behind(program.ledger)
    planned = {case.failure: case.problem for case in plan_all(program).cases}
    assert "Put it back under `trackers:`" in planned[str(FAILURE)]
    assert planned[str(OTHER)] == ""
    with pytest.raises(Unconfigured, match="Put it back"):
        explain(program, FAILURE)


def test_a_hint_for_a_removed_tracker_is_answered(program: Program) -> None:
    program.ledger.inbox.put([LEFT], program.clock.now())
    program.look(LEFT)
    assert program.ledger.inbox.get(LEFT) is None


def test_a_case_in_a_place_that_is_no_longer_watched_goes_on_and_status_says_what_to_do(
    program: Program, company: Sandbox
) -> None:
    config = replace(program.config, watch=(Place("github", "acme/other"),), post_mortems=Place("jira", "OPS"))
    program.ledger.inbox.polled(f"github:{REPOSITORY}", "", (), program.clock.now(), "the repository is gone")
    moved = replace(program, config=replace(config, actions=Place("jira", "OPS")))
    found = troubles(moved, "place")
    assert {trouble.where for trouble in found} == {str(FAILURE), str(OTHER)}
    assert all("put github:acme/shop back under `watch:`" in trouble.problem for trouble in found)
    assert troubles(moved, "poll") == [], "a place that is not polled is in no trouble"
    moved.reconciler.look_at(FAILURE)
    assert len(company.world.sites["github"].ticket(FAILURE.key).comments) == 2


def test_all_places_of_the_configuration_are_no_trouble(program: Program) -> None:
    program.reconciler.look_at(FAILURE)
    assert read_status(program).troubles == ()
