"""One look after the other, from the label to the lesson."""

from __future__ import annotations

import re

from rules.refs import TicketRef
from tests.worker.company import ANN, LEA, MO, Company
from tests.worker.reconcile.stories import FAILURE, MORTEM, through_to_the_lesson
from worker.ledger.database import open_memory_ledger


def test_a_failure_is_taken_up_at_once(company: Company) -> None:
    company.a_failure("sev2")
    company.settle()
    assert company.kinds() == ["status", "ask"]
    (mortem,) = company.opened("post-mortem")
    assert (mortem.title, mortem.assignees) == ("Post-mortem: Checkout is down", [ANN])
    assert "aftermath" in mortem.labels
    assert mortem.parent_uid == company.ticket().uid


def test_a_failure_that_nobody_owns_gets_an_owner(company: Company) -> None:
    company.a_failure(assignees=())
    company.settle()
    assert company.ticket().assignees == [LEA]


def test_the_whole_way_from_label_to_lesson(company: Company) -> None:
    through_to_the_lesson(company)
    assert company.kinds() == ["status", "ask", "plan", "thanks", "lesson"]
    assert "Finished" in company.text("status")
    assert "Backups were never tried." in company.text("lesson")
    assert "Ann" in company.text("thanks")
    (action,) = company.opened("action")
    assert action.title == "Rehearse restoring every quarter"


def test_after_the_lesson_nothing_is_said_any_more(company: Company) -> None:
    through_to_the_lesson(company)
    before, kinds = company.picture(), company.kinds()
    company.pass_time("04-01 09:00")
    assert company.picture() == before
    # The two looks back are told in the status comment alone (test_six_steps).
    company.pass_time("12-01 09:00")
    assert company.kinds() == kinds
    assert company.ledger.cases.next_wake() is None


def test_looking_again_and_again_says_nothing_new(company: Company) -> None:
    """Exactly one of each, however often a hint comes (P3, P4)."""
    company.a_failure("sev2")
    company.settle()
    before, writes = company.picture(), dict(company.weather.calls)
    for _ in range(5):
        company.ledger.inbox.put([TicketRef("github", FAILURE), TicketRef("github", MORTEM)], company.time)
        company.settle()
    assert company.picture() == before
    for write in ("comment", "edit", "open", "label", "assign", "link"):
        assert company.weather.calls[write] == writes.get(write, 0)


def test_deliveries_in_any_order_and_number_end_the_same(company: Company) -> None:
    """A hint is not a fact: lost, doubled and late ones do no harm (P4)."""
    company.a_failure("sev2")
    company.ledger.inbox.put([TicketRef("github", "acme/shop#77")], company.time)
    company.settle()
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.site.close(ANN, FAILURE)
    for key in (MORTEM, FAILURE, FAILURE, MORTEM):
        company.ledger.inbox.put([TicketRef("github", key)], company.time)
        company.settle()
    assert company.kinds() == ["status", "ask"]
    assert company.ledger.inbox.is_empty()


def test_nothing_is_done_before_the_ledger_is_rebuilt(company: Company) -> None:
    """An empty database decides nothing (P1)."""
    company.start_with(open_memory_ledger())
    company.a_failure()
    company.reconciler.look_at(TicketRef("github", FAILURE))
    assert company.kinds() == []
    company.rebuild()
    company.pass_time("03-02 09:01")
    assert company.kinds() == ["status", "ask"]


def test_everybody_is_named_as_the_people_file_says(company: Company) -> None:
    company.a_failure(by=MO)
    company.settle()
    assert "looked after by Ann" in company.text("status")


def test_who_was_just_named_owner_gets_the_post_mortem_too(company: Company) -> None:
    failure = company.a_failure("sev2", assignees=())
    company.settle()
    (mortem,) = company.opened("post-mortem")
    assert failure.assignees == mortem.assignees == [LEA]
    assert company.kinds(failure.key).count("status") == 1


def test_the_plan_lists_its_actions_in_the_order_in_which_they_were_opened(company: Company) -> None:
    """Trackers tell times by the second: of what was opened in the same one, the smaller number came first."""
    company.a_failure("sev2")
    company.settle()
    changes = "".join(f"- [ ] Change number {number}\n" for number in range(1, 13))
    company.site.set_body(ANN, MORTEM, f"## What we change\n\n{changes}")
    company.pass_time("03-03 12:00")
    rows = re.findall(r"^\| \[acme/shop#(\d+)\]", company.text("plan"), re.MULTILINE)
    assert rows == [str(number) for number in range(3, 15)]
