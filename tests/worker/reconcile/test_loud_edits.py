"""Where each edit of a comment is mailed to people, one a day is made (P9)."""

from __future__ import annotations

import pytest

from tests.worker.company import ANN, LEA, OURS, Company
from tests.worker.reconcile.stories import FAILURE


def status(company: Company) -> tuple[str, str]:
    """When the failure's status comment was edited last, and what it says."""
    (comment,) = [one for one in company.ticket().comments if one.author == OURS and "Where this stands" in one.body]
    return f"{comment.updated_at:%m-%d %H:%M}", comment.body


@pytest.mark.parametrize("severity", ["sev1", "sev3"])
def test_of_a_day_s_edits_the_first_and_the_last_state_are_told(company: Company, severity: str) -> None:
    """However grave the failure is: what has to reach somebody is a comment of its own."""
    company.tracker.is_loud = True
    company.a_failure(severity)
    company.settle()
    company.pass_time("03-02 10:00")
    company.says(ANN, FAILURE, "/ack We roll back.")
    company.settle()
    assert status(company)[0] == "03-02 10:00"
    before = status(company)
    company.pass_time("03-02 11:00")
    company.site.assign(LEA, FAILURE, (LEA,))
    company.settle()
    company.pass_time("03-02 15:00")
    company.says(ANN, FAILURE, "/action Alert when the queue grows")
    company.settle()
    company.pass_time("03-03 09:59")
    assert status(company) == before
    (held,) = [one for one in company.plan().admission.held if one.effect.ticket.key == FAILURE and one.until]
    assert f"{held.until:%m-%d %H:%M}" == "03-03 10:00"
    company.pass_time("03-03 10:05")
    edited_at, text = status(company)
    assert edited_at == "03-03 10:00"
    assert "looked after by Lea" in text


def test_a_lost_database_makes_no_further_edit(company: Company) -> None:
    """P1: when a comment was edited stands on the ticket."""
    company.tracker.is_loud = True
    company.a_failure("sev3")
    company.settle()
    company.pass_time("03-02 10:00")
    company.says(ANN, FAILURE, "/ack We roll back.")
    company.settle()
    company.lose_the_database()
    company.pass_time("03-02 11:00")
    company.site.assign(LEA, FAILURE, (LEA,))
    company.settle()
    company.pass_time("03-03 09:00")
    assert status(company)[0] == "03-02 10:00"


def test_what_is_edited_in_silence_is_true_at_once(company: Company) -> None:
    company.a_failure("sev3")
    company.settle()
    for hour, owner in ((10, LEA), (11, ANN), (12, LEA)):
        company.pass_time(f"03-02 {hour}:00")
        company.site.assign(LEA, FAILURE, (owner,))
        company.settle()
        assert status(company)[0] == f"03-02 {hour}:00"
    assert company.plan().admission.held == ()
