"""The independent model knows when it is right to ask somebody above an owner."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.expected_worlds import ACTION, ANN, LEA, MORTEM, SETTING, Stage, Step, at, found, says, step
from worker.simulation.expected_approvals import approval_violations
from worker.simulation.expected_case import Cases
from worker.simulation.expected_setting import Patience

BEGUN = [
    step("01-05 09:00", "failure", lambda s: s.fail("sev2")),
    step("01-05 09:04", "post-mortem", lambda s: s.open_mortem()),
    step("01-06 09:04", "action", lambda s: s.open_action()),
]
CLOSED = step("01-08 10:00", "close post-mortem", lambda s: s.jira.close(ANN, MORTEM))


def due(when: str, day: str) -> Step:
    return step(when, "due", lambda s: s.github.comment_on(ANN, ACTION, f"/due {day}"))


TWICE = [due("01-07 09:00", "2026-05-01"), due("01-08 09:00", "2026-06-01")]


def judged(steps: list[Step], has_people: bool = True) -> set[tuple[str, str]]:
    stage = Stage()
    for one in sorted(steps, key=lambda one: at(one.when)):
        stage.time = at(one.when)
        one.do(stage)
    cases = Cases(stage.world, replace(SETTING, has_people=has_people), at("03-20 09:00"))
    patience = Patience((), SETTING.slack)
    generations = [one for many in cases.generations.values() for one in many]
    return found([each for one in generations for each in approval_violations(one, cases, patience)])


@pytest.mark.parametrize(
    ("steps", "violations"),
    [
        pytest.param([says("01-19 09:01", "asked", MORTEM, "unapproved", LEA)], set(), id="after ten working days"),
        pytest.param([says("01-16 09:01", "asked", MORTEM, "unapproved", LEA)], {("early", MORTEM)}, id="after nine"),
        pytest.param([CLOSED, says("01-08 10:01", "asked", MORTEM, "unapproved", LEA)], set(), id="when it was closed"),
        pytest.param([*TWICE, says("01-08 09:01", "asked", ACTION, "postponed", LEA)], set(), id="put off twice"),
        pytest.param(
            [TWICE[0], says("01-07 09:01", "asked", ACTION, "postponed", LEA)], {("wrong", ACTION)}, id="put off once"
        ),
        pytest.param(
            [
                *TWICE,
                says("01-08 09:01", "asked", ACTION, "postponed", LEA),
                says("01-09 09:01", "again", ACTION, "postponed", LEA),
            ],
            {("wrong", ACTION)},
            id="asked twice for one moving",
        ),
    ],
)
def test_somebody_above_is_asked_for_a_reason(steps: list[Step], violations: set[tuple[str, str]]) -> None:
    assert judged([*BEGUN, *steps]) == violations


def test_nothing_is_asked_where_nobody_is_above_anybody() -> None:
    steps = [
        says("01-19 09:01", "asked", MORTEM, "unapproved", LEA),
        *TWICE,
        says("01-08 09:01", "asked for a date", ACTION, "postponed", LEA),
    ]
    assert judged([*BEGUN, *steps], has_people=False) == {("wrong", MORTEM), ("wrong", ACTION)}
