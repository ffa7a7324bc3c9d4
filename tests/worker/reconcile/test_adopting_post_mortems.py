"""A post-mortem that somebody made and linked by hand is the case's: none is opened beside it."""

from __future__ import annotations

import pytest

from connectors.sandbox.world import TicketState
from rules.effects import OpenTicket
from rules.refs import TicketRef
from tests.worker.company import ANN, LEA, MO, SHOP, Company
from tests.worker.reconcile.stories import FAILURE

THEIRS = "acme/shop#2"


def a_failure_with_its_own(
    company: Company, title: str = "Post-mortem: Checkout is down", label: str = "", severity: str = "sev2"
) -> TicketState:
    """Ann opens an issue and its sub-issue; then Lea labels the issue a failure."""
    company.a_failure(severity, labels=(severity,))
    labels = (label,) if label else ()
    mortem = company.site.open_ticket(ANN, SHOP.container, title, "What we know.", labels=labels, assignees=(ANN,))
    company.site.add_sub_issue(ANN, FAILURE, mortem.uid)
    company.site.add_label(LEA, FAILURE, "failure")
    company.settle()
    return mortem


def mortem_of(company: Company, key: str = FAILURE) -> str:
    mortem = company.plan(key).gathered.case.post_mortem
    return mortem.ref.key if mortem else ""


@pytest.mark.parametrize(
    ("title", "label"),
    [
        pytest.param("Post-mortem: Checkout is down", "", id="by-its-title"),
        pytest.param("What happened on Monday", "post-mortem", id="by-its-label"),
    ],
)
def test_a_sub_issue_that_is_a_post_mortem_is_taken_for_it(company: Company, title: str, label: str) -> None:
    a_failure_with_its_own(company, title, label)
    company.pass_time("03-03 12:00")
    assert (company.opened("post-mortem"), mortem_of(company)) == ([], THEIRS)
    assert company.kinds(THEIRS) == ["status"]
    assert THEIRS in company.text("status")


def test_a_sub_issue_that_is_something_else_is_none(company: Company) -> None:
    a_failure_with_its_own(company, "Schedule the post-mortem")
    (opened,) = company.opened("post-mortem")
    assert (mortem_of(company), company.ours(THEIRS)) == (opened.key, [])


def test_a_small_failure_has_the_post_mortem_that_somebody_made_for_it(company: Company) -> None:
    """None would have been opened."""
    a_failure_with_its_own(company, severity="sev4")
    assert (company.opened("post-mortem"), mortem_of(company)) == ([], THEIRS)


def test_an_adopted_post_mortem_is_followed_and_its_words_stay(company: Company) -> None:
    """It is due as one that is opened is, and nobody writes into it (P12)."""
    theirs = a_failure_with_its_own(company)
    assert "due 2026-03-09" in company.text("status", THEIRS)
    company.pass_time("03-10 12:00")
    assert company.kinds(THEIRS) == ["status", "reminder", "overdue"]
    assert (theirs.title, theirs.body, theirs.labels) == ("Post-mortem: Checkout is down", "What we know.", [])


def test_the_action_items_of_an_adopted_post_mortem_get_their_tickets(company: Company) -> None:
    a_failure_with_its_own(company)
    company.site.set_body(ANN, THEIRS, "- [ ] Keep a second certificate\n")
    company.pass_time("03-02 12:00")
    assert [ticket.title for ticket in company.opened("action")] == ["Keep a second certificate"]


def test_an_adopted_post_mortem_is_adopted_again_after_the_database_was_lost(company: Company) -> None:
    """P1."""
    a_failure_with_its_own(company)
    company.pass_time("03-10 12:00")
    before = company.picture()
    company.lose_the_database()
    company.pass_time("03-10 13:00")
    assert (company.picture(), mortem_of(company)) == (before, THEIRS)


def test_the_post_mortem_that_was_opened_first_stays_when_another_is_linked(company: Company) -> None:
    company.a_failure("sev2")
    company.settle()
    late = company.site.open_ticket(ANN, SHOP.container, "Post-mortem of Monday", assignees=(ANN,))
    company.site.add_sub_issue(ANN, FAILURE, late.uid)
    company.pass_time("03-03 12:00")
    assert [ticket.key for ticket in company.opened("post-mortem")] == [THEIRS]
    assert (mortem_of(company), company.ours(late.key)) == (THEIRS, [])
    assert f"[{late.key}](" in company.text("status", THEIRS)
    assert "close this ticket as a duplicate" in company.text("status", THEIRS)


def test_of_two_failures_with_one_post_mortem_the_first_has_its_actions(company: Company) -> None:
    a_failure_with_its_own(company)
    second = company.a_failure("sev2", title="Checkout is slow", labels=("sev2",))
    company.site.add_link(ANN, second.key, "issue", THEIRS, relation="relates")
    company.site.add_label(LEA, second.key, "failure")
    company.site.set_body(ANN, THEIRS, "- [ ] Keep a second certificate\n")
    company.pass_time("03-10 12:00")
    assert (mortem_of(company), mortem_of(company, second.key)) == (THEIRS, THEIRS)
    assert [ticket.title for ticket in company.opened("action")] == ["Keep a second certificate"]
    assert company.kinds(THEIRS) == ["status", "reminder", "overdue"]
    assert company.opened("post-mortem") == []


def test_one_that_was_linked_later_takes_the_place_of_ours_when_that_is_closed_as_its_duplicate(
    company: Company,
) -> None:
    company.a_failure("sev2")
    company.settle()
    late = company.site.open_ticket(ANN, SHOP.container, "Post-mortem of Monday", assignees=(ANN,))
    company.site.add_sub_issue(ANN, FAILURE, late.uid)
    company.site.close(ANN, THEIRS, "duplicate")
    company.pass_time("03-03 12:00")
    assert (mortem_of(company), company.kinds(late.key)) == (late.key, ["status"])
    before = company.picture()
    company.lose_the_database()
    company.pass_time("03-03 13:00")
    assert company.picture() == before


def test_an_adopted_post_mortem_with_another_title_stays_while_it_is_linked(company: Company) -> None:
    a_failure_with_its_own(company)
    company.site.set_title(ANN, THEIRS, "What we found")
    company.pass_time("03-03 12:00")
    assert (company.opened("post-mortem"), mortem_of(company)) == ([], THEIRS)


def test_a_post_mortem_is_opened_when_the_one_that_was_linked_is_deleted(company: Company) -> None:
    a_failure_with_its_own(company)
    company.site.delete_ticket(THEIRS)
    company.ledger.inbox.put([TicketRef("github", FAILURE)], company.time)
    company.settle()
    (opened,) = company.opened("post-mortem")
    assert mortem_of(company) == opened.key


def test_the_post_mortem_of_the_time_before_is_not_that_of_a_failure_that_came_back(company: Company) -> None:
    a_failure_with_its_own(company)
    for key in (THEIRS, FAILURE):
        company.site.close(ANN, key)
    company.pass_time("03-03 12:00")
    assert "lesson" in company.kinds()
    company.site.reopen(MO, FAILURE)
    company.pass_time("03-04 12:00")
    (opened,) = company.opened("post-mortem")
    company.lose_the_database()
    company.pass_time("03-04 13:00")
    assert (company.opened("post-mortem"), mortem_of(company)) == ([opened], opened.key)


def test_other_links_of_a_small_failure_are_asked_about_once_an_hour(company: Company) -> None:
    a_failure_with_its_own(company, "Restart the pods", severity="sev4")
    company.weather.calls.clear()
    for _ in range(3):
        company.plan()
    assert company.weather.calls["ticket"] == 3


def test_what_is_planned_for_a_failure_that_nobody_looked_at_opens_none_beside_it(company: Company) -> None:
    """P13: neither is anything noted."""
    company.a_failure("sev2", labels=("sev2",))
    mortem = company.site.open_ticket(ANN, SHOP.container, "Post-mortem: Checkout is down", assignees=(ANN,))
    company.site.add_sub_issue(ANN, FAILURE, mortem.uid)
    company.site.add_label(LEA, FAILURE, "failure")
    ref = TicketRef("github", FAILURE)
    plan = company.reconciler.planner.plan_for(company.tracker.fetch_ticket(ref))
    assert not any(isinstance(effect, OpenTicket) for effect in plan.decision.effects)
    assert company.ledger.cases.roots_of(TicketRef("github", THEIRS)) == []
