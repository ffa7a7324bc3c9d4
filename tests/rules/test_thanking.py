"""Thanks: by name and for something, each person once, in the order of the story, and nobody counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.facts import Audience, Case, ChangeKind, Resolution
from rules.situation import Situation
from rules.thanking import thanks_of
from tests.rules.cases import (
    ANN,
    BOB,
    LEA,
    MO,
    PACK,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    closed,
    says,
)

DONE = closed("03-05 09:00")


def thanked(case: Case, audience: Audience = Audience.INTERNAL) -> list[tuple[str, str]]:
    return [(one.who, one.what_for) for one in thanks_of(Situation(PACK, case, at("03-05 10:00")), audience)]


FAILURE = a_failure(
    "sev2",
    reporter=BOB,
    comments=(says("c1", "03-02 09:30", "/ack On it.", by=LEA),),
    changes=(*a_failure().changes, change("x1", "03-05 09:00", ChangeKind.CLOSED, by=MO)),
    **DONE,
)
ACTIONS = (
    an_action(3, "itema", title="Alert earlier", assignees=(ANN,), **DONE),
    an_action(4, "itemb", title="Write it down", assignees=(MO,), **DONE),
    an_action(5, "itemc", title="Rehearse", assignees=(ANN,), **DONE),
)


def test_everybody_stands_there_once_with_everything_they_had_a_part_in() -> None:
    """P10: nobody is ranked or counted; the order is that of the story."""
    assert thanked(a_case(FAILURE, a_post_mortem(assignees=(LEA,), **DONE), *ACTIONS)) == [
        ("Bob", "reported it"),
        ("Ann", "took ownership and finished “Alert earlier” and “Rehearse”"),
        ("Lea", "helped in the response and saw to the analysis"),
        ("Mo", "helped in the response and finished “Write it down”"),
    ]


@pytest.mark.parametrize("resolution", [Resolution.NOT_PLANNED, Resolution.DUPLICATE])
def test_what_was_not_done_is_not_called_finished(resolution: Resolution) -> None:
    action = an_action(3, assignees=(MO,), resolution=resolution, **DONE)
    assert not [what for _, what in thanked(a_case(a_failure(**DONE), None, action)) if "finished" in what]


def test_what_was_done_in_an_internal_ticket_is_not_told_in_public() -> None:
    """P14: neither its title nor who is assigned there."""
    public = replace(FAILURE, audience=Audience.PUBLIC)
    mortem = a_post_mortem(assignees=(LEA,), audience=Audience.INTERNAL, **DONE)
    told = thanked(a_case(public, mortem, *ACTIONS), Audience.PUBLIC)
    assert told == [
        ("Bob", "reported it"),
        ("Ann", "took ownership"),
        ("Lea", "helped in the response"),
        ("Mo", "helped in the response"),
    ]
