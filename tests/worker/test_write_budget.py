"""What an effect costs and how much of a budget it may use; and what becomes of a case that has to wait for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from connectors.write_limits import Bucket, WriteLimits
from rules.effects import AddLabel, AnyEffect, CloseTwin, Keep, LinkTickets, Notify, OpenTicket, Say, Urgency
from rules.refs import TicketRef
from tests.worker.company import ANN, SHOP, Company, at
from worker.write_budget import Cost, cost_of, kept_for_others, tracker_of

ONE, TWO = TicketRef("github", "acme/shop#1"), TicketRef("jira", "OPS-2")
SHARED: dict[str, Any] = {"key": "k", "case": "rootrootroot.1", "rule": "r", "why": "w"}
HOUR_S, DAY_S = 3_600, 86_400
#: Two at once, then one a minute: less than a first look wants to write.
SCANT = WriteLimits(Bucket(2, 60, "GitHub takes little here"))


def link(relation: str) -> LinkTickets:
    return LinkTickets(**SHARED, ticket=ONE, target=TWO, target_uid="2", url="u", title="t", relation=relation)


OPEN = OpenTicket(**SHARED, role="action", item="1", place=SHOP, title="t", body="b")
SAY = Say(**SHARED, ticket=ONE, text="ask", body="b", said="s")
KEEP = Keep(**SHARED, ticket=ONE, slot="status", body="b", digest="d")
LETTER = Notify(
    **SHARED, ticket=ONE, text="reflect", title="t", body="b", calendar="", person="ann", since=at("03-02 09:00")
)


@pytest.mark.parametrize(
    ("effect", "is_standing", "cost"),
    [
        pytest.param(OPEN, False, Cost(1, 1), id="a ticket"),
        pytest.param(SAY, False, Cost(1, 1), id="a comment"),
        pytest.param(KEEP, False, Cost(1, 1), id="a standing comment"),
        pytest.param(KEEP, True, Cost(1, 0), id="its edit"),
        pytest.param(AddLabel(**SHARED, ticket=ONE, label="escalated"), False, Cost(1, 0), id="a label"),
        pytest.param(link("sub-issue"), False, Cost(1, 1), id="a sub-issue"),
        pytest.param(link("post-mortem"), False, Cost(1, 0), id="another link"),
        pytest.param(CloseTwin(**SHARED, ticket=ONE, original=TWO), False, Cost(2, 0), id="a twin: label and state"),
    ],
)
def test_each_effect_costs_what_it_sends(effect: AnyEffect, is_standing: bool, cost: Cost) -> None:
    assert cost_of(effect, is_standing) == cost
    assert tracker_of(effect) == "github"


def test_a_private_message_goes_to_no_tracker() -> None:
    assert tracker_of(LETTER) == ""


@pytest.mark.parametrize(
    ("urgency", "kept"),
    [
        pytest.param(Urgency(0), 0.0, id="our own doubles are put right at once"),
        pytest.param(Urgency(1), 0.0, id="sev1 draws to the bottom"),
        pytest.param(Urgency(2), 0.1, id="sev2"),
        pytest.param(Urgency(2, 9 * DAY_S), 0.1, id="the last tenth is for sev1 alone"),
        pytest.param(Urgency(3), 0.3, id="sev3"),
        pytest.param(Urgency(3, DAY_S - 1), 0.3, id="sev3 overdue for hours"),
        pytest.param(Urgency(3, DAY_S), 0.1, id="sev3 overdue for a day"),
        pytest.param(Urgency(4), 0.5, id="sev4"),
        pytest.param(Urgency(4, DAY_S), 0.3, id="sev4 overdue for a day"),
        pytest.param(Urgency(9), 0.5, id="milder than that"),
    ],
)
def test_the_milder_leave_something_for_the_graver(urgency: Urgency, kept: float) -> None:
    assert kept_for_others(urgency) == kept


def written(company: Company) -> list[list[str]]:
    """What we wrote, in order: on the failure, and on the post-mortem."""
    return [company.kinds(ticket.key) for ticket in company.site.in_place(SHOP.container)]


def live_through_a_morning(company: Company) -> Company:
    company.a_failure("sev2")
    company.settle()
    company.pass_time("03-02 11:00")
    company.says(ANN, "acme/shop#1", "/ack We look into it.")
    company.pass_time("03-02 15:00")
    return company


def test_a_case_that_had_to_wait_ends_as_one_that_had_not() -> None:
    """P3, P7: nothing is lost, nothing twice, and what links a ticket waits for it."""
    scant, ample = live_through_a_morning(Company(writes=SCANT)), live_through_a_morning(Company())
    assert sum(map(len, written(ample))) > SCANT.pace.burst
    assert written(scant) == written(ample)
    assert [sorted(ticket.labels) for ticket in scant.site.in_place(SHOP.container)] == [
        sorted(ticket.labels) for ticket in ample.site.in_place(SHOP.container)
    ]


def test_what_waits_was_never_sent_and_is_nobody_s_trouble() -> None:
    """P3, P7: not an attempt, not a failure, and no person has to help."""
    company = Company(writes=SCANT)
    company.a_failure("sev2")
    company.settle()
    (case,) = company.ledger.cases.all()
    rows = company.ledger.effects.of(case.root).values()
    waiting = [row for row in rows if row.state != "confirmed"]
    assert waiting
    assert {(row.state, row.attempts, row.sent_at, row.not_before, row.problem) for row in waiting} == {
        ("intended", 0, None, None, "")
    }
    assert (case.problem, company.ledger.effects.in_trouble(), company.ledger.inbox.in_trouble()) == ("", [], [])
    (wait,) = company.ledger.write_budgets.waiting(company.time)
    assert case.wake_at == wait.until
    assert wait.until > company.time


def test_a_case_waits_once_for_all_that_it_may_write_at_once() -> None:
    """P6: waking costs requests, too."""
    company = Company(writes=SCANT)
    company.a_failure("sev2")
    company.settle()
    (wait,) = company.ledger.write_budgets.waiting(company.time)
    assert wait.until - company.time == 2 * dt.timedelta(minutes=1)


def test_who_has_written_all_of_it_waits_no_longer() -> None:
    company = Company(writes=SCANT)
    company.a_failure("sev2")
    company.settle()
    assert company.ledger.write_budgets.kept_places()
    company.pass_time("03-02 10:00")
    assert company.ledger.write_budgets.kept_places() == []
