"""A ticket that may have been opened, and whose action is another by the time that we know: one ticket all the same."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.errors import Ambiguous, Denied
from connectors.sandbox.world import CommentState
from connectors.tracker import TWIN_LABEL
from rules.refs import TicketRef
from tests.worker.company import ANN, Company

WARNED, PAGED = "An alert warns us 30 days ahead", "The night shift is paged"


@pytest.fixture
def company() -> Company:
    made = Company()
    made.a_failure("sev3")
    made.settle()
    return made


def in_doubt(company: Company, *, is_opened: bool) -> CommentState:
    """`/action`, and the answer to the opening is lost."""
    company.weather.when["open"], company.weather.answer_lost = Ambiguous("cut"), is_opened
    comment = company.says(ANN, "acme/shop#1", f"/action {WARNED}")
    company.settle()
    company.weather.when.clear()
    company.weather.answer_lost = False
    assert len(company.opened("action")) == is_opened
    return comment


def titles(company: Company) -> list[str]:
    return sorted(ticket.title for ticket in company.opened("action"))


def states(company: Company) -> list[str]:
    (root,) = {row.root for row in company.ledger.cases.tickets(company.plan().gathered.case.root)}
    return sorted(row.state for row in company.ledger.effects.of(root).values() if row.kind == "open")


@pytest.mark.parametrize("is_opened", [True, False])
def test_a_command_that_moves_while_its_ticket_is_in_doubt_has_one_ticket(company: Company, is_opened: bool) -> None:
    comment = in_doubt(company, is_opened=is_opened)
    company.site.edit_comment(ANN, comment.id, f"On reflection:\n\n/action {WARNED}")
    company.settle()
    assert len(company.opened("action")) == is_opened, "nothing goes out before it was read back"
    company.pass_time("03-02 09:02")
    assert titles(company) == [WARNED]
    assert [action.ticket.title for action in company.plan().gathered.case.actions] == [WARNED]
    assert states(company) == ["confirmed"]
    company.pass_time("03-04 12:00")
    assert titles(company) == [WARNED]


@pytest.mark.parametrize("is_opened", [True, False])
def test_a_command_put_above_one_in_doubt_gets_its_own_ticket(company: Company, is_opened: bool) -> None:
    """The line in doubt is wanted still, and for another action: the one below it waits until it is known."""
    comment = in_doubt(company, is_opened=is_opened)
    company.site.edit_comment(ANN, comment.id, f"/action {PAGED}\n/action {WARNED}")
    company.pass_time("03-04 12:00")
    assert titles(company) == [WARNED, PAGED]


def test_a_further_command_waits_for_the_one_in_doubt_and_no_longer(company: Company) -> None:
    in_doubt(company, is_opened=True)
    company.says(ANN, "acme/shop#1", f"/action {PAGED}")
    company.settle()
    assert titles(company) == [WARNED]
    company.pass_time("03-02 09:02")
    assert titles(company) == [WARNED, PAGED]


def test_while_it_cannot_be_read_back_nothing_is_opened_and_status_says_why(company: Company) -> None:
    comment = in_doubt(company, is_opened=True)
    company.site.edit_comment(ANN, comment.id, f"On reflection:\n\n/action {WARNED}")
    company.weather.when["find-opened"] = Denied("may not list issues")
    company.pass_time("03-02 10:00")
    assert titles(company) == [WARNED]
    assert [row.problem for row in company.ledger.effects.in_trouble()] == ["may not list issues"]
    company.weather.when.clear()
    company.time += dt.timedelta(hours=1)  # as long again as it was refused
    company.settle()
    assert titles(company) == [WARNED]
    assert company.ledger.effects.in_trouble() == []


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param(f"On reflection:\n\n/action {WARNED}", id="moved"),
        pytest.param(f"/action {PAGED}\n/action {WARNED}", id="another above"),
        pytest.param(f"On reflection:\n\n/action {PAGED}\n/action {WARNED}", id="moved, another above"),
        pytest.param("On reflection:\n\n/action A warning reaches us a month early", id="moved and reworded"),
    ],
)
def test_an_opening_that_lands_after_its_command_moved_and_it_was_read_back_is_a_twin(
    company: Company, edited: str
) -> None:
    """P3: reading back finds nothing, the moved command opens its ticket, and then the first one turns up."""
    company.weather.comes_late = True
    comment = in_doubt(company, is_opened=False)
    company.site.edit_comment(ANN, comment.id, edited)
    company.pass_time("03-02 12:00")
    wanted = titles(company)
    assert len(wanted) == edited.count("/action")
    (late,) = company.weather.late
    late()
    company.ledger.inbox.put([TicketRef("github", company.opened("action")[-1].key)], company.time)  # as a poll does
    company.pass_time("03-03 12:00")
    standing = [ticket for ticket in company.opened("action") if TWIN_LABEL not in ticket.labels]
    assert sorted(ticket.title for ticket in standing) == wanted
    assert [ticket.title for ticket in company.opened(TWIN_LABEL)] == [WARNED]
