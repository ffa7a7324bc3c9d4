"""Who we are, where we may work, and whom a ticket can be given to."""

from __future__ import annotations

import pytest

from connectors.errors import Refused
from connectors.inspection import Grade, Wanted
from rules.facts import ActorKind
from rules.refs import Place
from tests.connectors.contract_stage import OURS, Stage


def test_people_who_can_be_given_a_ticket_are_listed_without_bots_and_us(stage: Stage) -> None:
    """Who may only read can be assigned on GitHub, and not in Jira."""
    accounts = {actor.account for actor in stage.tracker.assignable(stage.place)}
    assert {"ada", "ben"} <= accounts <= {"ada", "ben", "eve"}


def test_looking_over_a_place_that_is_there_finds_nothing_wrong_and_one_that_is_not_does(stage: Stage) -> None:
    missing = Place(stage.place.tracker, "acme/nowhere" if "/" in stage.place.container else "NOWHERE")
    findings = list(stage.tracker.inspect(Wanted((stage.place,), failure_labels=("failure",))))
    assert not [finding for finding in findings if finding.grade is Grade.WRONG]
    assert Grade.WRONG in [finding.grade for finding in stage.tracker.inspect(Wanted((missing,)))]


def test_we_know_who_we_are(stage: Stage) -> None:
    us = stage.tracker.who_we_are()
    assert (us.account, us.kind) == (OURS, ActorKind.OURS)


def test_a_place_that_is_there_is_fine_and_one_that_is_not_is_refused(stage: Stage) -> None:
    stage.tracker.check_place(stage.place)
    with pytest.raises(Refused):
        stage.tracker.check_place(Place(stage.place.tracker, f"{stage.place.container}NONE"))


@pytest.mark.parametrize(
    ("who", "may"), [("ben", True), ("ada", True), ("eve", False), ("nobody", False)],
)  # fmt: skip
def test_rights_are_those_that_the_tracker_gives(stage: Stage, who: str, may: bool) -> None:
    assert stage.tracker.has_rights(stage.reported(), who) is may
