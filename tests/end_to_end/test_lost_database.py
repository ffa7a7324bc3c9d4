"""In every direction the database may be lost at any moment: what comes next is the same (P1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.refs import Place, TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, ROUTES, SHOP, SMALLEST, Direction
from tests.end_to_end.office import OURS
from tests.end_to_end.story import RUNGS, STANDING, STANDING_ALONE, Story, dead_ends, rungs, standing

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
        assert standing(story) == (STANDING if direction.has_people else STANDING_ALONE)
        assert dead_ends(story) == []
        assert office.problems() == []


def a_case_with_an_action(office: Desk) -> tuple[TicketRef, TicketRef, TicketRef]:
    """A failure, its post-mortem, and an action that was given by command."""
    failure = office.report("ben", SHOP, "Checkout is down", "502", "failure", "sev2")
    office.hear()
    office.comment("grace", failure, "/action Rehearse restoring every quarter")
    office.hear()
    ((mortem,), (action,)) = office.opened("post-mortem"), office.opened("action")
    return failure, mortem, action


def opened_by_us(office: Desk) -> list[TicketRef]:
    return [ref for ref, ticket in office.tickets() if ticket.reporter == OURS]


def test_an_issue_of_ours_that_somebody_wrote_anew_is_not_opened_again(tmp_path: Path) -> None:
    """On GitHub our marker stands in the body. Who writes a post-mortem selects everything and pastes (P1)."""
    with Desk(ROUTES[0], tmp_path, is_polling=True).open() as office:
        failure, mortem, action = a_case_with_an_action(office)
        for ref in (mortem, action):
            office.site("github").set_body(office.account("ada", "github"), ref.key, "All of it is new.")
        office.hear()
        before, opened = what_comes_next(office, failure), opened_by_us(office)
        office.lose_the_database()
        assert what_comes_next(office, failure) == before
        office.hear()
        assert opened_by_us(office) == opened
        assert office.problems() == []


@pytest.mark.parametrize(
    ("post_mortems", "actions"),
    [pytest.param(OPS, OPS, id="both to Jira"), pytest.param(None, OPS, id="actions to Jira", marks=pytest.mark.soak)],
)
def test_with_other_places_for_tickets_and_an_empty_database_nothing_is_opened_again(
    post_mortems: Place | None, actions: Place | None, tmp_path: Path
) -> None:
    """One begins with one repository, has tickets opened in Jira later, and goes on to PostgreSQL (P1)."""
    with Desk(Direction(SHOP, also_watched=(OPS,)), tmp_path, is_polling=True).open() as office:
        failure, *_ = a_case_with_an_action(office)
        opened = opened_by_us(office)
        office.configure(post_mortems=post_mortems, actions=actions)
        office.lose_the_database()
        office.hear()
        assert opened_by_us(office) == opened
        (root,) = office.program.ledger.cases.roots_of(failure)
        assert {row.ref for row in office.program.ledger.cases.tickets(root)} == {failure, *opened}
        assert office.problems() == []
