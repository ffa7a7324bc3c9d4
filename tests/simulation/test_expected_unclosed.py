"""The independent model knows when it is right to ask whether a failure is over."""

from __future__ import annotations

import pytest

from tests.simulation.expected_worlds import ANN, FAILURE, MORTEM, SETTING, Stage, Step, at, found, says, step
from worker.simulation.expected_case import Cases
from worker.simulation.expected_setting import Patience
from worker.simulation.expected_unclosed import unclosed_violations

BEGUN = [
    step("01-05 09:00", "failure", lambda s: s.fail("sev2")),
    step("01-05 09:04", "post-mortem", lambda s: s.open_mortem()),
    step("01-08 10:00", "close post-mortem", lambda s: s.jira.close(ANN, MORTEM)),
]
ASKED = says("01-22 10:01", "asked", FAILURE, "still-open", ANN)


def judged(steps: list[Step]) -> set[tuple[str, str]]:
    stage = Stage()
    for one in sorted(steps, key=lambda one: at(one.when)):
        stage.time = at(one.when)
        one.do(stage)
    cases = Cases(stage.world, SETTING, at("03-20 09:00"))
    patience = Patience((), SETTING.slack)
    generations = [one for many in cases.generations.values() for one in many]
    return found([each for one in generations for each in unclosed_violations(one, cases, patience)])


@pytest.mark.parametrize(
    ("steps", "violations"),
    [
        pytest.param([ASKED], set(), id="asked"),
        pytest.param(
            [ASKED, says("02-05 10:02", "again", FAILURE, "still-open", ANN)], set(), id="after ten working days"
        ),
        pytest.param(
            [ASKED, says("02-04 10:02", "again", FAILURE, "still-open", ANN)],
            {("twice", FAILURE)},
            id="after nine",
        ),
        pytest.param(
            [step("01-20 09:00", "close", lambda s: s.github.close(ANN, FAILURE)), ASKED],
            {("wrong", FAILURE)},
            id="it was closed",
        ),
        pytest.param(
            [step("01-20 09:00", "reopen", lambda s: s.jira.reopen(ANN, MORTEM)), ASKED],
            {("wrong", FAILURE)},
            id="the post-mortem is open",
        ),
    ],
)
def test_it_is_asked_at_most_every_ten_working_days_and_only_where_nothing_is_left(
    steps: list[Step], violations: set[tuple[str, str]]
) -> None:
    assert judged([*BEGUN, *steps]) == violations
