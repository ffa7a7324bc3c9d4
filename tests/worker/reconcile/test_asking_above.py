"""Whoever stands above an owner is asked once: for a word on a plan, or on a date that moves again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.policy import People
from tests.rules.cases import ANSWERED
from tests.worker.company import ANN, LEA, PACK, Company

MORTEM, ACTION = "acme/shop#2", "acme/shop#3"
ITEM = f"{ANSWERED}\n## What we change\n\n- [ ] Alert before the certificate ends\n"


def with_a_plan(company: Company) -> Company:
    company.a_failure("sev2")
    company.says(ANN, "acme/shop#1", "/ack Known.")
    company.settle()
    company.site.set_body(ANN, MORTEM, ITEM)
    company.pass_time("03-02 12:00")
    return company


def nobody_approves(company: Company) -> None:
    company.pass_time("03-16 08:59")
    assert company.kinds(MORTEM).count("unapproved") == 0
    company.pass_time("03-16 09:00")


def it_comes_to_nothing(company: Company) -> None:
    company.site.close(ANN, ACTION, "not_planned")
    company.says(ANN, MORTEM, "I am at it.")
    company.pass_time("03-16 09:00")


def its_date_moves_twice(company: Company) -> None:
    for day in ("2026-05-04", "2026-05-11"):
        assert company.kinds(ACTION).count("postponed") == 0
        company.says(ANN, ACTION, f"/due {day}")
        company.pass_time("03-03 12:00")


@pytest.mark.parametrize(
    ("happens", "key", "kind"),
    [
        pytest.param(nobody_approves, MORTEM, "unapproved", id="nobody approves the plan"),
        pytest.param(it_comes_to_nothing, MORTEM, "unapproved", id="talk answers nothing that is theirs to say"),
        pytest.param(its_date_moves_twice, ACTION, "postponed", id="a date moves for the second time"),
    ],
)
def test_the_lead_is_asked_once_whatever_becomes_of_the_ledger(
    company: Company, happens: Callable[[Company], None], key: str, kind: str
) -> None:
    """P1, P3: neither a lost database nor further weeks say it again."""
    happens(with_a_plan(company))
    assert company.kinds(key).count(kind) == 1
    assert company.text(kind, key).startswith("[Lea](mention:lea)")
    company.lose_the_database()
    company.pass_time("03-31 12:00")
    assert company.kinds(key).count(kind) == 1


def test_an_approved_plan_asks_nobody(company: Company) -> None:
    with_a_plan(company)
    company.says(LEA, MORTEM, "/approve")
    company.pass_time("03-20 12:00")
    assert "unapproved" not in company.kinds(MORTEM)


def test_a_team_of_one_is_asked_for_no_approval() -> None:
    company = with_a_plan(Company(policy=replace(PACK, people=People())))
    its_date_moves_twice(company)
    company.pass_time("03-20 12:00")
    assert "unapproved" not in company.kinds(MORTEM)
    assert "postponed" not in company.kinds(ACTION)
