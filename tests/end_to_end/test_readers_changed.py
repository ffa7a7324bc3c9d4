"""A repository is opened to everybody, or closed, within the hour for which its readers are remembered (P14)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.refs import Place, TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, SHOP, Direction
from tests.end_to_end.office import OURS
from tests.end_to_end.story import RUNBOOK

PLANS = Place("github", "acme/plans")
TITLE = "The vault of Initech leaks"
#: What is written about a failure of the shop goes to a repository beside it.
APART = Direction(SHOP, PLANS, PLANS)
APART_PUBLIC = Direction(SHOP, PLANS, PLANS, public=frozenset({SHOP, PLANS}))
#: All of a case in one place; and in two places of which one is Jira's, which tells nobody who reads it.
TOGETHER, FROM_JIRA = Direction(SHOP), Direction(OPS, PLANS, PLANS)
READERS = ("github", "GET", "/repos/{owner}/{repo}")


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with Desk(request.param, tmp_path, is_polling=True).open() as office:
        yield office


def fails(desk: Desk) -> TicketRef:
    failure = desk.report("ben", desk.direction.failure, TITLE, "502", "failure", "sev2")
    desk.assign("ben", failure, "ada")
    desk.hear()
    return failure


def said_in(desk: Desk, place: Place) -> str:
    """Everything of ours that stands in a place: titles, texts and comments."""
    there = [ticket for _, ticket in desk.tickets() if ticket.container == place.container]
    bodies = [body for ticket in there for body in (ticket.body, *(comment.body for comment in ticket.comments))]
    return "\n".join([*(ticket.title for ticket in there), *(desk.text(TicketRef("github", ""), b) for b in bodies)])


@pytest.mark.parametrize("desk", [APART, FROM_JIRA], indirect=True, ids=["github", "jira"])
def test_nothing_internal_goes_to_a_repository_that_was_opened_to_everybody_a_minute_ago(desk: Desk) -> None:
    """P14: an action would have been opened there, with the failure's key and title in its text."""
    failure = fails(desk)
    before = said_in(desk, PLANS)
    desk.site("github").places[PLANS.container].is_public = True
    desk.comment("ada", failure, f"/ack Initech is told.\n\n/action {RUNBOOK}")
    desk.hear()
    assert desk.opened("action") == []
    assert RUNBOOK not in said_in(desk, PLANS)
    assert "internal failure" in said_in(desk, PLANS), "what is kept true there says no more than it may"
    assert before.count(failure.key) > said_in(desk, PLANS).count(failure.key)


@pytest.mark.parametrize("desk", [APART_PUBLIC], indirect=True)
def test_what_was_closed_a_minute_ago_is_told_nowhere_else(desk: Desk) -> None:
    """P14: of the failure everybody knew its first title, and what is written there now is not for everybody."""
    failure = fails(desk)
    assert TITLE in said_in(desk, PLANS)
    desk.site("github").places[SHOP.container].is_public = False
    desk.comment("ada", failure, f"/action {RUNBOOK}")
    desk.hear()
    assert desk.opened("action") == []
    assert RUNBOOK not in said_in(desk, PLANS)


@pytest.mark.parametrize(
    ("desk", "asked"),
    [
        pytest.param(TOGETHER, 0, id="in one place nobody is asked"),
        pytest.param(APART, 1, id="in two the one that is written to"),
    ],
    indirect=["desk"],
)
def test_who_reads_is_asked_only_before_words_go_from_place_to_place(desk: Desk, asked: int) -> None:
    """Requests are the currency: the status comment of the failure is edited, and looked at in vain after that."""
    failure = fails(desk)
    desk.sandbox.counts.reset()
    desk.comment("ada", failure, "/ack We are on it.")
    desk.hear()
    assert desk.sandbox.counts.writes("github", OURS) == 1
    assert desk.sandbox.counts.route(*READERS) == asked
    desk.comment("ben", failure, "Thank you.")
    desk.hear()
    assert desk.sandbox.counts.writes("github", OURS) == 1
    assert desk.sandbox.counts.route(*READERS) == asked
