"""A tracker that wants fewer writes to one ticket says nothing of all others: that write waits, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from connectors.errors import Limited, LimitedThere, Temporary
from tests.worker.company import OURS, Company, at

ASKED_S = 300


def met(error: Temporary, what: str = "comment") -> tuple[Company, Counter[str]]:
    """A failure whose comments meet that error; what was sent in the first minute."""
    company = Company()
    company.weather.when[what] = error
    company.a_failure("sev2")
    company.settle()
    return company, company.weather.calls


def test_what_is_about_one_ticket_lets_all_else_go_on() -> None:
    company, calls = met(LimitedThere("too many writes to this issue", retry_after_s=ASKED_S))
    assert company.site.ticket("acme/shop#2").reporter == OURS, "the post-mortem is opened meanwhile"
    assert company.ledger.patience.until("github") is None
    assert company.kinds() == []
    before = calls["comment"]
    assert before
    company.pass_time("03-02 09:04")
    assert calls["comment"] == before, "and nobody tries before the time has come"
    company.weather.when.clear()
    company.pass_time("03-02 09:06")
    assert "status" in company.kinds()


@pytest.mark.parametrize("seconds", [ASKED_S, None], ids=["with a time", "without one"])
def test_any_other_limit_is_everybodys(seconds: float | None) -> None:
    company, _ = met(Limited("too many requests", retry_after_s=seconds))
    until = company.ledger.patience.until("github")
    assert until
    assert until > at("03-02 09:00")
