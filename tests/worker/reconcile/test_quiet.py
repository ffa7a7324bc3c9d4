"""A person is mentioned so often a day, and the rest waits (P9)."""

from __future__ import annotations

from rules.policy import Limits
from tests.worker.company import ANN, SHOP, Company, at


def mentions_of(company: Company, account: str) -> int:
    keys = [ticket.key for ticket in company.site.in_place(SHOP.container)]
    return sum(f"(mention:{account})" in body for key in keys for _, body in company.ours(key))


def test_a_person_is_mentioned_so_often_a_day_and_no_more() -> None:
    """The rest waits for the next working day (P9)."""
    company = Company(limits=Limits(mentions_per_day=2))
    for number in range(5):
        company.a_failure(title=f"Failure {number}")
    company.settle()
    assert mentions_of(company, ANN) == 2
    held = [held for number in range(1, 6) for held in company.plan(f"acme/shop#{number}").admission.held]
    assert len(held) == 3
    assert {one.until for one in held} == {at("03-03 09:00")}


def test_what_waited_is_said_the_next_day() -> None:
    company = Company(limits=Limits(mentions_per_day=2))
    failures = [company.a_failure(title=f"Failure {number}") for number in range(3)]
    company.settle()
    for failure in failures[:2]:
        company.says(ANN, failure.key, "/ack")
    company.pass_time("03-03 09:00")
    company.settle()
    assert company.kinds(failures[2].key) == ["status", "ask-again"]
    assert mentions_of(company, ANN) == 3


def test_a_grave_failure_is_exempt_from_the_budget() -> None:
    """P9."""
    company = Company(limits=Limits(mentions_per_day=1))
    for number in range(3):
        company.a_failure("sev1", title=f"Failure {number}")
    company.settle()
    assert mentions_of(company, ANN) == 3
