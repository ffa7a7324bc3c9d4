"""The label is taken off and put back, a failure that was let go comes back."""

from __future__ import annotations

from tests.worker.company import ANN, LEA, Company
from tests.worker.reconcile.stories import FAILURE, through_to_the_lesson


def test_taking_the_label_off_pauses_and_says_so_once(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.site.remove_label(ANN, FAILURE, "failure")
    company.pass_time("04-30 12:00")
    company.says(ANN, FAILURE, "Hm.")
    company.settle()
    assert company.kinds() == ["status", "ask", "paused"]
    assert "Paused" in company.text("status")


def test_putting_the_label_back_resumes_the_same_case(company: Company) -> None:
    """Three hours of the working day after which it is asked again did not count."""
    company.a_failure()
    company.settle()
    company.site.remove_label(ANN, FAILURE, "failure")
    company.pass_time("03-02 12:00")
    company.site.add_label(ANN, FAILURE, "failure")
    company.pass_time("03-03 11:59")
    assert company.kinds() == ["status", "ask", "paused"]
    company.pass_time("03-03 12:00")
    assert company.kinds() == ["status", "ask", "paused", "ask-again"]
    assert {marker.case.rpartition(".")[2] for marker, _ in company.ours()} == {"1"}


def test_what_was_said_of_the_pause_is_put_right_when_the_label_is_back(company: Company) -> None:
    """Edited in place: no comment more, and each pause has its own."""
    company.a_failure()
    company.settle()
    for day in ("03-03", "03-05"):
        company.site.remove_label(ANN, FAILURE, "failure")
        company.settle()
        assert "Put the label back" in company.text("paused")
        company.pass_time(f"{day} 12:00")
        company.site.add_label(ANN, FAILURE, "failure")
        company.settle()
        assert f"It is back since **2026-{day}**" in company.text("paused")
    assert company.kinds().count("paused") == 2
    before = company.picture()
    company.lose_the_database()
    company.settle()
    assert company.picture() == before


def test_a_case_that_was_called_off_says_so_only_while_it_is(company: Company) -> None:
    """The same comment may hold the command again: then what we said of it stands again, too."""
    company.a_failure()
    company.settle()
    cancel = company.says(ANN, FAILURE, "/cancel a rehearsal")
    company.settle()
    assert "To go on after all" in company.text("cancelled")
    company.site.edit_comment(ANN, cancel.id, "It was none.")
    company.settle()
    assert "That was taken back" in company.text("cancelled")
    company.site.edit_comment(ANN, cancel.id, "/cancel a rehearsal after all")
    company.settle()
    assert "To go on after all" in company.text("cancelled")
    assert company.kinds().count("cancelled") == 1


def test_reopening_after_the_lesson_begins_the_second_generation(company: Company) -> None:
    """It is linked to the first: the same root, and said to whoever reads it."""
    through_to_the_lesson(company)
    first = {marker.case for marker, _ in company.ours()}
    company.pass_time("04-01 09:00")
    company.site.reopen(ANN, FAILURE)
    company.settle()
    cases = {marker.case for marker, _ in company.ours()}
    assert cases == first | {one.replace(".1", ".2") for one in first}
    assert company.kinds()[5:] == ["status", "ask"]
    assert "number 2" in company.text("status")
    assert len(company.opened("post-mortem")) == 2
    row = company.ledger.cases.get(next(iter(first)).partition(".")[0])
    assert row
    assert (row.generation, row.phase) == (2, "active")


def test_an_action_that_was_declined_is_no_broken_promise_the_second_time(company: Company) -> None:
    """Its ticket stays open, since closing is for people to do."""
    company.a_failure("sev2")
    company.says(ANN, FAILURE, "/action Replace the old gateway")
    company.settle()
    (action,) = company.opened("action")
    company.says(ANN, action.key, "/decline it is switched off")
    company.says(LEA, action.key, "/approve")
    for key in (company.opened("post-mortem")[0].key, FAILURE):
        company.site.close(ANN, key)
    company.pass_time("04-01 09:00")
    assert company.kinds()[-1] == "lesson"
    company.site.reopen(ANN, FAILURE)
    company.settle()
    assert "nothing is open any more (1 declined)." in company.opened("post-mortem")[1].body


def test_the_second_generation_finds_its_own_end(company: Company) -> None:
    through_to_the_lesson(company)
    company.pass_time("04-01 09:00")
    company.site.reopen(ANN, FAILURE)
    company.settle()
    for key in (company.opened("post-mortem")[1].key, FAILURE):
        company.site.close(ANN, key)
    company.pass_time("04-01 12:00")
    assert company.kinds()[5:] == ["status", "ask", "thanks", "lesson"]
