"""Which tickets a poll brings up: what changed, and what carries a label that was never looked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.errors import Temporary
from tests.worker.company import ANN, PACK, SHOP, Company
from worker.polling import Poller

EVERY = dt.timedelta(minutes=5)


@pytest.fixture
def company() -> Iterator[Company]:
    company = Company()
    company.site.listeners.clear()  # by polling alone
    yield company
    company.ledger.close()


def poll(company: Company) -> None:
    """A poll and all the work that it brings, five minutes later."""
    company.time += EVERY
    trackers = {"github": company.tracker}
    Poller(company.ledger, trackers, [SHOP], lambda: company.policy, company, EVERY).poll_due()
    company.settle()


def test_failures_are_looked_for_by_a_label_that_joins_the_policy(company: Company) -> None:
    """Nothing changes on a ticket because somebody edits a policy, so no news tells of it (P7)."""
    old = company.a_failure(labels=("outage",))
    poll(company)
    company.a_failure(title="The search is slow")
    poll(company)
    assert company.kinds(old.key) == []
    company.policy = replace(PACK, failure_labels=("failure", "outage"))
    poll(company)
    assert "status" in company.kinds(old.key)


def test_a_label_is_looked_for_once(company: Company) -> None:
    poll(company)
    company.weather.calls.clear()
    poll(company)
    assert company.weather.calls["labelled"] == 0
    company.policy = replace(PACK, failure_labels=("failure", "outage"))
    for _ in range(3):
        poll(company)
    assert company.weather.calls["labelled"] == 1, "only the new one"
    company.policy = replace(PACK, failure_labels=("Outage", "FAILURE"))
    poll(company)
    assert company.weather.calls["labelled"] == 1, "capitals are no difference"


def test_a_poll_that_failed_looks_for_it_again(company: Company) -> None:
    poll(company)
    old = company.a_failure(labels=("outage",))
    company.time += EVERY
    poll(company)
    company.policy = replace(PACK, failure_labels=("failure", "outage"))
    company.weather.when["labelled"] = Temporary("the tracker is away")
    poll(company)
    assert company.kinds(old.key) == []
    company.weather.when.clear()
    poll(company)
    assert "status" in company.kinds(old.key)


@pytest.mark.parametrize(("label", "is_looked_at"), [("sev1", True), ("backend", False)])
def test_what_grew_grave_is_looked_at_though_the_tracker_is_spared(
    company: Company, label: str, *, is_looked_at: bool
) -> None:
    failure = company.a_failure("sev3")
    poll(company)
    poll(company)
    company.ledger.patience.spare("github", company.time + EVERY * 20, "little is left")
    company.site.add_label(ANN, failure.key, label)
    company.says(ANN, failure.key, "/ack")
    company.weather.calls.clear()
    for _ in range(2):
        poll(company)
    assert bool(company.weather.calls["ticket"]) == is_looked_at
    assert [row.severity for row in company.ledger.cases.all()] == [1 if is_looked_at else 3]
