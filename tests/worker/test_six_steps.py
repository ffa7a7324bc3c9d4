"""What the pack does in its quieter steps, through the whole worker: the light way, what was promised before, the looks
back, and what a public failure tells of a private post-mortem."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.effects import LinkTickets
from rules.policy import Routing
from rules.refs import Place
from tests.worker.company import ANN, LEA, PACK, SHOP, Company

FAILURE, MORTEM, ACTION = "acme/shop#1", "acme/shop#2", "acme/shop#3"
ITEMS = "## What we learned\n\nBackups were never tried.\n\n## Action items\n\n- [ ] Rehearse restoring every quarter\n"
INSIDE = Place("github", "acme/inside")
PUBLIC_FAILURE = replace(PACK, routing=Routing(INSIDE, INSIDE, watched=(SHOP,)))


@pytest.fixture
def company() -> Company:
    return Company()


def let_go(company: Company) -> None:
    """Ann's failure, its post-mortem and its one action from the label to the lesson on the third of March."""
    company.a_failure("sev2")
    company.settle()
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.site.set_body(ANN, MORTEM, ITEMS)
    company.pass_time("03-02 12:00")
    for key in (MORTEM, ACTION, FAILURE):
        company.site.close(ANN, key)
    company.pass_time("03-03 12:00")


def test_an_experiment_goes_the_light_way(company: Company) -> None:
    """No clock, no ladder, no post-mortem, no thanks; a status comment, and at the end the lesson."""
    company.a_failure("sev1", "experiment", assignees=())
    company.pass_time("04-30 12:00")
    assert company.kinds() == ["status"]
    assert company.opened("post-mortem") == []
    assert company.ticket().assignees == []
    assert company.ledger.cases.next_wake() is None
    company.site.close(ANN, FAILURE)
    company.pass_time("05-01 12:00")
    assert company.kinds() == ["status", "lesson"]
    assert "If you learned something from it" in company.text("lesson")


def test_a_failure_that_comes_back_brings_its_open_promises_along(company: Company) -> None:
    """The second post-mortem names the first, and what was promised there and is open again."""
    let_go(company)
    company.site.reopen(ANN, ACTION)
    company.site.reopen(ANN, FAILURE)
    company.settle()
    second = company.opened("post-mortem")[-1]
    assert second.key != MORTEM
    link = f"[{MORTEM}](http://127.0.0.1/github/acme/shop/issues/2)"
    promise = f"[{ACTION}](http://127.0.0.1/github/acme/shop/issues/3) (Rehearse restoring every quarter, Ann)"
    assert f"- The first time, let go on 2026-03-02, {link}: still open is {promise}." in str(second.body)


def test_a_promise_that_was_kept_is_told_as_kept(company: Company) -> None:
    let_go(company)
    company.site.reopen(ANN, FAILURE)
    company.settle()
    assert "everything that was promised was done." in str(company.opened("post-mortem")[-1].body)


def test_a_case_that_was_let_go_is_looked_back_at_twice_and_costs_nothing_between(company: Company) -> None:
    """P6, P9: two wake-ups, two edits, no comment, and then never again."""
    let_go(company)
    kinds, edits = company.kinds(), company.weather.calls["edit"]
    company.pass_time("03-10 12:00")
    requests = company.weather.calls.total()
    company.pass_time("04-01 12:00")
    assert company.weather.calls.total() == requests
    company.pass_time("04-02 12:00")
    assert company.weather.calls["edit"] == edits + 1
    assert "after 30 days: it has not come back, and what was changed holds." in company.text("status")
    company.pass_time("12-01 12:00")
    assert company.weather.calls["edit"] == edits + 2
    assert "after 90 days" in company.text("status")
    assert company.kinds() == kinds
    assert company.ledger.cases.next_wake() is None


def test_a_look_back_survives_a_lost_database(company: Company) -> None:
    """P1: when it is due follows from the lesson that stands on the failure."""
    let_go(company)
    company.lose_the_database()
    company.settle()
    company.site.reopen(LEA, ACTION)
    company.pass_time("04-02 12:00")
    assert "Open again is" in company.text("status")
    assert company.kinds().count("status") == 1


def test_a_public_failure_shows_no_word_of_its_private_post_mortem() -> None:
    """P14: not in a comment, a link, a title, the thanks or the lesson; from the label to the second look back."""
    company = Company(policy=PUBLIC_FAILURE)
    company.site.add_place(INSIDE.container)
    company.site.places[SHOP.container].is_public = True
    company.a_failure("sev2")
    company.settle()
    (mortem,) = company.site.in_place(INSIDE.container)
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.site.set_title(ANN, mortem.key, "Post-mortem: the leaked master key")
    company.site.assign(LEA, mortem.key, (LEA,))
    company.site.set_body(LEA, mortem.key, ITEMS)
    company.says(LEA, mortem.key, "/action Rotate the master key")
    company.pass_time("03-09 18:00")
    for ticket in company.site.in_place(INSIDE.container):
        company.site.close(LEA, ticket.key)
    company.site.close(ANN, FAILURE)
    company.pass_time("07-01 12:00")
    assert company.kinds()[-2:] == ["thanks", "lesson"]
    failure = company.ticket()
    shown = [failure.title, str(failure.body), *(comment.body for comment in failure.comments)]
    shown += [f"{link.target} {link.relation}" for link in failure.links]
    secrets = ("leaked", "master key", "acme/inside", "Backups", "Rehearse", "Lea", "(mention:lea)")
    assert [(word, text) for word in secrets for text in shown if word in text] == []
    assert "internal post-mortem" in company.text("status")
    plan = company.plan()
    assert not [e for e in plan.decision.effects if isinstance(e, LinkTickets) and e.ticket.key == FAILURE]


def test_whether_a_failure_is_over_is_asked_where_nothing_else_is_left_to_do(company: Company) -> None:
    """A case does not wait for ever for a ticket that nobody thought of closing (P7)."""
    company.a_failure("sev3")
    company.settle()
    company.says(ANN, FAILURE, "/ack A few payments failed, and go through again.")
    company.pass_time("03-13 12:00")
    assert "still-open" not in company.kinds()
    company.pass_time("03-16 12:00")
    assert "[Ann](mention:ann), this failure is still open. Is it over?" in company.text("still-open")
    company.site.close(ANN, FAILURE)
    company.pass_time("06-01 09:00")
    assert company.kinds()[1:] == ["ask", "still-open", "thanks", "lesson"]


def test_nobody_is_asked_whether_it_is_over_while_work_is_left(company: Company) -> None:
    company.a_failure("sev2")
    company.settle()
    company.says(ANN, FAILURE, "/ack We are rolling back.")
    company.pass_time("05-01 09:00")
    assert "still-open" not in company.kinds()


# --- what goes on after the lesson -------------------------------------------------------------------


def test_the_plan_stays_true_after_the_lesson(company: Company) -> None:
    """Its numbers and the status comment's are the same; nothing new is said."""
    let_go(company)
    said = company.kinds()
    assert "1 of 1 done" in company.text("plan")
    company.site.reopen(ANN, ACTION)
    company.settle()
    assert "0 of 1 done" in company.text("plan")
    assert "0 of 1 done" in company.text("status")
    assert company.kinds() == said


# --- experiments -----------------------------------------------------------------------------------


def test_a_case_that_turns_out_to_be_an_experiment_ends_with_its_own_ticket(company: Company) -> None:
    """P7: nobody is reminded of its post-mortem and action any more, so that nothing waits for them for ever."""
    company.a_failure("sev2")
    company.says(ANN, FAILURE, "/action Rehearse restoring every quarter")
    company.settle()
    company.site.add_label(ANN, FAILURE, "experiment")
    company.pass_time("06-01 09:00")
    assert "lesson" not in company.kinds()
    company.site.close(ANN, FAILURE)
    company.pass_time("06-01 12:00")
    assert company.kinds().count("lesson") == 1
    assert "thanks" not in company.kinds()
    assert company.ledger.cases.next_wake() is not None, "the quiet looks back"


def test_an_action_of_an_experiment_does_not_hold_its_lesson_back(company: Company) -> None:
    company.a_failure("experiment")
    company.says(ANN, FAILURE, "/action Rehearse restoring every quarter")
    company.settle()
    (action,) = company.opened("action")
    company.site.close(ANN, FAILURE)
    company.pass_time("03-02 12:00")
    assert company.kinds().count("lesson") == 1
    assert company.kinds(action.key).count("overdue") == 0
