"""The configuration no longer names a tracker or a place in which the ledger has tickets (P7)."""

from __future__ import annotations

import datetime as dt
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


@pytest.mark.parametrize(
    ("routed", "now"),
    [
        pytest.param(Place("jira", "OPX"), "`post_mortems.place` says jira:OPX instead", id="mistyped"),
        pytest.param(None, "`post_mortems.place` names no place", id="taken-out"),
    ],
)
def test_a_mistyped_place_of_post_mortems_is_told_by_its_key(program: Program, routed: Place | None, now: str) -> None:
    (root,) = program.ledger.cases.roots_of(FAILURE)
    mortem = TicketRow(root, case_id(root, 1), TicketRef("jira", "OPS-1"), "1", "post-mortem", opening_key="key")
    program.ledger.cases.add_ticket(mortem)
    (trouble,) = troubles(replace(program, config=replace(program.config, post_mortems=routed)), "place")
    assert trouble.problem == (
        "an open case has this post-mortem in jira:OPS, which the configuration does not name, so it is not polled. "
        f"{now}: if that is a mistake, write jira:OPS there. If new ones are to be opened elsewhere from now on, put "
        "jira:OPS under `watch:`, until the case has ended."
    )


@pytest.mark.parametrize("problem", ["GitHub answered 404.", "GitHub answered 404"])
def test_a_place_that_cannot_be_polled_is_told_with_every_key_that_names_it(program: Program, problem: str) -> None:
    program.ledger.inbox.polled(f"github:{REPOSITORY}", "", (), program.clock.now(), problem)
    (trouble,) = troubles(program, "poll")
    named = "`watch` and `actions.place` in the configuration"
    assert trouble.problem == f"GitHub answered 404. It is named by {named}."


def test_a_tracker_that_is_away_for_a_moment_needs_nobody_and_one_that_stays_away_does(program: Program) -> None:
    now, away = program.clock.now(), "GitHub could not be reached."

    def polls(minutes: int, problem: str) -> list[tuple[str, str, str, bool]]:
        at = now - dt.timedelta(minutes=minutes)
        program.ledger.inbox.polled(f"github:{REPOSITORY}", "", (), at, problem, is_passing=bool(problem))
        found = (*troubles(program, "tracker"), *troubles(program, "poll"))
        return [(one.what, one.where, one.problem, one.needs_person) for one in found]

    assert polls(59, away) == [("tracker", "github", f"{away} Nothing is lost by that.", False)]
    assert not read_status(program).needs_person
    assert polls(58, "") == []
    (lasting,) = polls(61, away)
    assert (lasting[:2], lasting[3]) == (("tracker", "github"), True)
    assert lasting[2].startswith(f"{away} It has been away since ")
    assert polls(1, away) == [lasting]


def test_a_place_that_stays_away_while_others_of_its_tracker_answer_is_told_with_its_keys(program: Program) -> None:
    other, away = Place("github", "acme/other"), "GitHub could not be reached."
    program = replace(program, config=replace(program.config, watch=(*program.config.watch, other)))
    at = program.clock.now() - dt.timedelta(minutes=61)
    program.ledger.inbox.polled(f"github:{REPOSITORY}", "", (), at, away, is_passing=True)
    program.ledger.inbox.polled(str(other), "", (), at)
    (trouble,) = (*troubles(program, "tracker"), *troubles(program, "poll"))
    named = "`watch` and `actions.place` in the configuration"
    assert (trouble.what, trouble.where, trouble.needs_person) == ("poll", f"github:{REPOSITORY}", True)
    assert trouble.problem == f"{away} It is named by {named}."


def test_all_places_of_the_configuration_are_no_trouble(program: Program) -> None:
    program.reconciler.look_at(FAILURE)
    assert read_status(program).troubles == ()
