"""In every direction the database may be lost at any moment: what comes next is the same (P1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.refs import TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import ROUTES, SMALLEST, Direction
from tests.end_to_end.story import RUNGS, STANDING, Story, dead_ends, rungs, standing

#: From Jira to GitHub and back to Jira: what is found again is found on both.
_ALWAYS = (ROUTES[5],)


class Forgetful:
    """Loses a desk's database whenever it is called, and notes what would be done next, before and after."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.compared: list[tuple[object, object]] = []

    def __call__(self, story: Story) -> None:
        before = what_comes_next(self._desk, story.failure)
        self._desk.lose_the_database()
        self.compared.append((before, what_comes_next(self._desk, story.failure)))


def what_comes_next(office: Desk, failure: TicketRef) -> object:
    """What would be said and opened now, what is desired at all, and when that may change."""
    program = office.program
    roots = program.ledger.cases.roots_of(failure)
    plan = program.reconciler.planner.plan(roots[0]) if roots else None
    if plan is None:
        return "nothing yet"
    said = [effect.key for effect in plan.admission.admitted if effect.is_event]
    return said, sorted(effect.key for effect in plan.decision.effects), plan.decision.wake_at, plan.decision.phase


@pytest.mark.parametrize(
    "direction",
    [
        pytest.param(
            direction,
            id=f"{direction}{'' if direction.has_people else ', alone'}",
            marks=() if direction in _ALWAYS else pytest.mark.soak,
        )
        for direction in (*ROUTES, SMALLEST)
    ],
)
def test_losing_the_database_before_every_act_changes_nothing(direction: Direction, tmp_path: Path) -> None:
    """P1: the same next decision each time, and the same story to its end."""
    with Desk(direction, tmp_path, is_polling=True).open() as office:
        story, forgetful = Story(office), Forgetful(office)
        story.live(forgetful)
        assert len(forgetful.compared) > 9
        for before, after in forgetful.compared:
            assert after == before
        if direction.has_people:
            assert rungs(story) == list(RUNGS)
        assert standing(story) == STANDING
        assert dead_ends(story) == []
        assert office.problems() == []
