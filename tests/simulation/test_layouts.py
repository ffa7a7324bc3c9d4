"""Histories live in every layout that the directions allow, and the independent model follows them there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.refs import Place
from tests.simulation.expected_worlds import ACTION, ANN, GOOD, LEA, MORTEM, SETTING, Stage, found, play, says, until
from worker.simulation.history import run_history, simulated_policy
from worker.simulation.layout import ALONE, HANDBOOK, LAYOUTS, Layout, draw_layout


def test_a_hundred_seeds_draw_every_layout() -> None:
    drawn = [draw_layout(seed) for seed in range(1, 101)]
    assert {replace(one, lessons=None, is_handbook_public=False) for one in drawn} == set(LAYOUTS)
    assert {(one.lessons, one.is_handbook_public) for one in drawn} == {
        (None, False),
        (HANDBOOK, False),
        (HANDBOOK, True),
    }


def test_a_seed_draws_its_layout_again() -> None:
    assert [draw_layout(seed) for seed in range(20)] == [draw_layout(seed) for seed in range(20)]


def test_each_tracker_meets_each_in_every_part() -> None:
    trackers = {(one.failures.tracker, one.post_mortems_in.tracker, one.actions_in.tracker) for one in LAYOUTS}
    assert len(trackers) == 8


def test_the_smallest_team_has_one_place_and_nobody_above_anybody() -> None:
    assert ALONE.places == (Place("github", "acme/shop"),)
    assert ALONE.people.people == {}


@pytest.mark.parametrize(
    "layout",
    [
        LAYOUTS[1],
        replace(ALONE, lessons=HANDBOOK),
        Layout(Place("jira", "OPS"), None, Place("github", "acme/shop"), lessons=HANDBOOK, is_handbook_public=True),
    ],
    ids=str,
)
def test_a_history_ends_well_wherever_its_tickets_are(layout: Layout) -> None:
    """P1, P3, P5, P6: no clock late, nothing missing, nothing twice, in the layout and not only in the drawn one."""
    assert run_history(3, simulated_policy(), layout=layout).violations == []


@pytest.mark.parametrize(
    ("setting", "ticket"),
    [
        pytest.param(replace(SETTING, mortem_place="SAFE"), MORTEM, id="post-mortem"),
        pytest.param(replace(SETTING, action_place="acme/plans"), ACTION, id="action"),
    ],
)
def test_a_ticket_in_another_place_than_its_layouts_is_wrong(setting: object, ticket: str) -> None:
    assert isinstance(setting, type(SETTING))
    violations = [one for one in play(GOOD, setting=setting) if "opened in" in one.sentence]
    assert found(violations) == {("wrong", ticket)}


@pytest.mark.parametrize(
    ("asked", "is_right"),
    [
        pytest.param((ANN,), True, id="the owner"),
        pytest.param((LEA,), False, id="somebody above the owner"),
        pytest.param((ANN, LEA), False, id="both, where one is meant"),
    ],
)
def test_where_nobody_is_above_anybody_the_owner_is_who_is_asked(asked: tuple[str, ...], is_right: bool) -> None:
    alone = replace(SETTING, owner_lead={}, owner_manager={}, has_people=False)
    steps = [*until(GOOD, "reminder"), says("01-22 09:02", "reminder", ACTION, "reminder", *asked)]
    violations = play(steps, ended_at="01-22 09:10", setting=alone)
    assert ([one for one in violations if "that is not this rung's" in one.sentence] == []) is is_right


def test_hand_made_worlds_have_their_failure_where_the_setting_says() -> None:
    """Otherwise nothing in them would be judged."""
    stage = Stage()
    stage.fail()
    assert (SETTING.failure_site, SETTING.failure_place) == ("github", stage.ticket("acme/shop#1").container)
