"""Approvals in a whole case: whoever is to approve is asked once, for what stands there, whatever is lost meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.rules.cases import ANSWERED
from tests.worker.company import ANN, LEA, Company

FAILURE = "acme/shop#1"


@pytest.fixture
def company() -> Company:
    """A failure with a post-mortem whose questions are answered, and one action."""
    made = Company()
    made.a_failure("sev2")
    made.says(ANN, FAILURE, "/ack Rolling back.\n\n/action Rotate the keys")
    made.settle()
    made.site.set_body(ANN, mortem(made), ANSWERED)
    made.settle()
    return made


def mortem(company: Company) -> str:
    return company.opened("post-mortem")[0].key


def action(company: Company) -> str:
    return company.opened("action")[0].key


def wait(company: Company, hours: int) -> None:
    company.time += dt.timedelta(hours=hours)
    company.settle()


def asked(company: Company, key: str, words: str) -> int:
    return sum(f"mention:{LEA}" in body and words in body for _, body in company.ours(key))


def test_a_decline_written_into_an_old_comment_takes_an_approval_of_its_own(company: Company) -> None:
    """P11: whoever approved had read something else; the reply that refused it stays as it is."""
    key = action(company)
    comment = company.says(ANN, key, "Is this needed?")
    wait(company, 1)
    company.says(LEA, key, "/approve")
    wait(company, 1)
    company.site.edit_comment(ANN, comment.id, "/decline nobody needs it")
    wait(company, 1)
    company.lose_the_database()
    wait(company, 1)
    assert "a `/decline` waits for approval" in company.text("plan")
    assert asked(company, key, "would like to decline this action") == 1
    assert asked(company, key, "nothing to approve") == 1
    company.says(LEA, key, "/approve")
    wait(company, 1)
    assert "| declined |" in company.text("plan")


def test_a_decline_mended_after_weeks_is_asked_about_once(company: Company) -> None:
    key = action(company)
    comment = company.says(ANN, key, "/decline")
    company.pass_time("03-20 10:00")
    company.site.edit_comment(ANN, comment.id, "/decline nobody needs it")
    company.pass_time("03-23 10:00")
    company.lose_the_database()
    company.pass_time("03-23 12:00")
    assert asked(company, key, "would like to decline this action") == 1


def test_a_plan_that_grows_stays_approved_and_is_told_of_once(company: Company) -> None:
    """P9: however much is added, and whatever is lost; another `/approve` takes it in."""
    company.says(LEA, mortem(company), "/approve")
    wait(company, 3)
    company.says(ANN, FAILURE, "/action Alert before they end")
    wait(company, 1)
    company.lose_the_database()
    company.says(ANN, FAILURE, "/action Name two owners")
    wait(company, 1)
    assert asked(company, mortem(company), "the plan has grown") == 1
    assert "· approved by Lea" in company.text("plan")
    assert company.text("plan").count("(added after the approval)") == 2
    company.says(LEA, mortem(company), "/approve")
    wait(company, 1)
    assert "added after" not in company.text("plan")
    assert asked(company, mortem(company), "the plan has grown") == 1
