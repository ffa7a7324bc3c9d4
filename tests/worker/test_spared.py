"""Where little is left of what a tracker allows, the rest of it is for what cannot wait."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from connectors.access import Access, Secret
from connectors.errors import Limited
from connectors.github.tracker import GitHubTracker
from connectors.patience import PatientTracker
from connectors.sandbox.server import Sandbox
from rules.refs import Place, TicketRef
from tests.connectors.sandbox.github_company import company as github_company
from tests.worker.company import ANN, CODEC, Company, at
from worker.config import load_config
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.polling import SPARED_TIMES
from worker.program import compose
from worker.status import read_status

SHOP = Place("github", "acme/shop")
WHY = "200 of 5000 requests are left"


def spared(company: Company, until: str) -> None:
    company.ledger.patience.spare("github", at(until), WHY)


def a_known_failure(severity: str) -> Company:
    """One that was looked at, and whose owner has said something since."""
    company = Company()
    company.a_failure(severity)
    company.settle()
    spared(company, "03-02 09:40")
    company.weather.calls.clear()
    company.says(ANN, "acme/shop#1", "/ack")
    company.settle()
    return company


def test_what_is_not_grave_waits_until_the_tracker_counts_anew() -> None:
    """P7: and is no trouble, since it goes on by itself."""
    company = a_known_failure("sev3")
    assert company.weather.calls.total() == 0
    assert company.ledger.inbox.in_trouble() == []
    company.pass_time("03-02 09:39")
    assert company.weather.calls.total() == 0
    company.pass_time("03-02 09:41")
    assert "Ann" in company.text("status")


def test_what_is_grave_is_looked_at_with_what_is_left() -> None:
    for severity in ("sev1", "sev2"):
        company = a_known_failure(severity)
        assert company.weather.calls.total() > 0
        assert "Ann" in company.text("status")


def test_what_nobody_has_looked_at_yet_may_be_grave() -> None:
    company = Company()
    spared(company, "03-02 09:40")
    company.a_failure("sev3")
    company.settle()
    assert "status" in company.kinds()


def test_a_case_that_grew_grave_waits_until_somebody_sees_it() -> None:
    """What the ledger knows is of the last look; a poll and a webhook say only that something changed."""
    company = Company()
    company.a_failure("sev3")
    company.settle()
    assert [row.severity for row in company.ledger.cases.all()] == [3]
    company.site.add_label(ANN, "acme/shop#1", "sev1")
    company.settle()
    assert [row.severity for row in company.ledger.cases.all()] == [1]


def test_a_tracker_says_itself_that_little_is_left_and_all_processes_hear_of_it() -> None:
    """Over HTTP: GitHub counts each request down, and nothing more is asked to know it."""
    with github_company(per_hour=100) as acme:
        clock, ledger = acme.sandbox.clock, open_memory_ledger()
        access, url = Access(Secret("aftermath[bot]-token")), acme.sandbox.url("github")
        github = GitHubTracker("github", url, access, CODEC, Secret(), now=clock.now)
        tracker = PatientTracker(github, ledger.patience, clock.now, github.requests.allowances)
        asked = 0
        while not ledger.patience.sparing(clock.now()) and asked < 100:
            tracker.has_rights(TicketRef("github", "acme/shop#1"), f"nobody-{asked}")
            asked += 1
        (rest,) = ledger.patience.sparing(clock.now())
        assert ledger.patience.resting(clock.now()) == []
        assert "5 of 100 requests (core) are left" in rest.problem
        for number in range(5):  # for what is urgent
            tracker.has_rights(TicketRef("github", "acme/shop#1"), f"urgent-{number}")
        try:
            tracker.has_rights(TicketRef("github", "acme/shop#1"), "one too many")
        except Limited:
            assert ledger.patience.until("github") == rest.until
        else:
            raise AssertionError("the sandbox counts otherwise")
        clock.advance_to(rest.until)
        assert ledger.patience.sparing(clock.now()) == []
        ledger.close()


def test_a_spared_tracker_is_polled_less_often_and_is_one_line_of_status(config_file: Path, company: Sandbox) -> None:
    """P7: a grave failure may be among what is new, so that polling goes on."""
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.poller.poll_due()
    program.rebuild()
    until = company.clock.now() + dt.timedelta(hours=1)
    program.ledger.patience.spare("github", until, WHY)
    polls = []
    for _ in range(SPARED_TIMES):
        company.clock.advance(program.config.poll_every)
        before = program.meters["github"].snapshot().reads
        program.poller.poll_due()
        polls.append(program.meters["github"].snapshot().reads > before)
    (trouble,) = read_status(program).troubles
    program.close()
    assert polls == [False] * (SPARED_TIMES - 1) + [True]
    assert (trouble.what, trouble.where, trouble.problem, trouble.needs_person) == ("tracker", "github", WHY, False)


def test_the_longest_word_counts(ledger: Ledger) -> None:
    now = at("03-02 09:00")
    ledger.patience.spare("github", now + dt.timedelta(minutes=40), "core")
    ledger.patience.spare("github", now + dt.timedelta(minutes=10), "graphql")
    (rest,) = ledger.patience.sparing(now)
    assert (rest.problem, rest.until) == ("core", now + dt.timedelta(minutes=40))
    ledger.patience.spare("github", now + dt.timedelta(minutes=50), "graphql")
    assert [rest.problem for rest in ledger.patience.sparing(now)] == ["graphql"]
