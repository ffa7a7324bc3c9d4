"""The label is taken off and put back, a failure that was let go comes back."""

from __future__ import annotations

from tests.worker.company import ANN, Company
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
    company.a_failure()
    company.settle()
    company.site.remove_label(ANN, FAILURE, "failure")
    company.pass_time("03-02 12:00")
    company.site.add_label(ANN, FAILURE, "failure")
    company.pass_time("03-03 09:00")
    company.settle()
    assert company.kinds() == ["status", "ask", "paused", "ask-again"]
    assert {marker.case.rpartition(".")[2] for marker, _ in company.ours()} == {"1"}


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


def test_the_second_generation_finds_its_own_end(company: Company) -> None:
    through_to_the_lesson(company)
    company.pass_time("04-01 09:00")
    company.site.reopen(ANN, FAILURE)
    company.settle()
    for key in (company.opened("post-mortem")[1].key, FAILURE):
        company.site.close(ANN, key)
    company.pass_time("04-01 12:00")
    assert company.kinds()[5:] == ["status", "ask", "thanks", "lesson"]
