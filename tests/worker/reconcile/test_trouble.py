"""Trouble with a case is kept, visible and tried again, and holds up nobody else (P7)."""

from __future__ import annotations

import datetime as dt

from connectors.errors import Ambiguous, Denied, Temporary
from rules.refs import TicketRef
from tests.worker.company import ANN, Company
from tests.worker.reconcile.stories import FAILURE, MORTEM


def test_a_broken_case_does_not_hold_up_another(company: Company) -> None:
    """What nobody foresaw is kept, visible and tried again; the other goes on (P7)."""
    company.a_failure()
    company.a_failure(title="Search is down")
    company.broken.add(TicketRef("github", FAILURE))
    company.settle()
    assert company.kinds() == []
    assert company.kinds(MORTEM) == ["status", "ask"]
    (hint,) = company.ledger.inbox.in_trouble()
    assert (hint.ref.key, hint.problem) == (FAILURE, "nobody foresaw this")
    company.broken.clear()
    company.pass_time("03-02 09:02")
    assert company.kinds() == ["status", "ask"]
    assert company.ledger.inbox.in_trouble() == []


def test_a_tracker_that_is_away_is_asked_again(company: Company) -> None:
    company.a_failure()
    company.weather.when["ticket"] = Temporary("github is away")
    company.settle()
    (hint,) = company.ledger.inbox.in_trouble()
    assert hint.problem == "github is away"
    company.weather.when.clear()
    company.pass_time("03-02 09:01")
    assert company.kinds() == ["status", "ask"]


def test_trouble_with_a_known_case_is_shown_and_heals(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.weather.when["ticket"] = Temporary("github is away")
    company.pass_time("03-03 09:00")
    company.settle()
    (row,) = company.ledger.cases.all()
    assert row.problem == "github is away"
    company.weather.when.clear()
    company.pass_time("03-03 10:00")
    (row,) = company.ledger.cases.all()
    assert row.problem == ""
    assert company.kinds() == ["status", "ask", "ask-again"]


def test_a_refused_write_stands_in_status_and_is_tried_again(company: Company) -> None:
    """Nothing is dropped in silence (P7)."""
    company.weather.when["open"] = Denied("issues cannot be opened there", status=403)
    company.a_failure("sev2")
    company.settle()
    (row,) = company.ledger.effects.in_trouble()
    assert (row.state, row.rule, row.problem) == ("refused", "open-post-mortem", "issues cannot be opened there")
    assert row.not_before == company.time + dt.timedelta(hours=1)
    assert company.kinds() == ["status", "ask"]
    company.weather.when.clear()
    company.pass_time("03-02 09:59")
    assert company.opened("post-mortem") == []
    company.pass_time("03-02 10:00")
    company.settle()
    assert len(company.opened("post-mortem")) == 1
    assert company.ledger.effects.in_trouble() == []


def test_a_refused_write_waits_longer_each_time(company: Company) -> None:
    company.weather.when["open"] = Denied("no", status=403)
    company.a_failure("sev2")
    waits = []
    for _ in range(4):
        company.settle()
        (row,) = company.ledger.effects.in_trouble()
        assert row.not_before
        waits.append(row.not_before - company.time)
        company.time = row.not_before
    assert [wait // dt.timedelta(hours=1) for wait in waits] == [1, 4, 24, 24]


def test_what_may_not_be_read_back_is_asked_for_ever_more_rarely(company: Company) -> None:
    """Its answer was lost, and then the right to look was taken: a person has to give it back first (P3, P7)."""
    company.weather.when["open"] = Ambiguous("cut")
    company.weather.answer_lost = True
    company.a_failure("sev2")
    company.settle()
    company.weather.when["find-opened"] = Denied("you may not look there", status=403)
    company.pass_time("03-03 09:00")
    assert 10 <= company.weather.calls["find-opened"] <= 15
    assert [row.problem for row in company.ledger.effects.in_trouble()] == ["you may not look there"]
    company.weather.when.clear()
    company.pass_time("03-04 12:00")
    assert len(company.opened("post-mortem")) == 1
    assert company.ledger.effects.in_trouble() == []


def test_a_refused_write_that_nobody_wants_any_more_is_no_trouble(company: Company) -> None:
    """Otherwise `status` would ask for a person's help for ever."""
    company.weather.when["open"] = Denied("no", status=403)
    company.a_failure("sev2")
    company.settle()
    assert company.ledger.effects.in_trouble()
    company.site.remove_label(ANN, FAILURE, "sev2")
    company.settle()
    assert company.ledger.effects.in_trouble() == []
    company.weather.when.clear()
    company.site.add_label(ANN, FAILURE, "sev2")
    company.settle()
    assert len(company.opened("post-mortem")) == 1


def test_a_failure_that_is_gone_is_shown_and_harms_nobody(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.site.delete_ticket(FAILURE)
    company.pass_time("03-10 12:00")
    (row,) = company.ledger.cases.all()
    assert "gone" in row.problem


def test_who_lost_the_lease_stops_without_a_trace(company: Company) -> None:
    """Somebody else has the case: it waits its turn (P6)."""
    company.a_failure()
    company.settle()
    (row,) = company.ledger.cases.all()
    company.ledger.cases.lease(row.root, "another", company.time, company.time + dt.timedelta(minutes=5))
    company.says(ANN, FAILURE, "/action Rotate the keys")
    company.settle()
    assert company.opened("action") == []
    company.pass_time("03-02 09:06")
    assert len(company.opened("action")) == 1


def test_a_hint_ends_though_the_ticket_also_belongs_to_a_case_that_was_lost(company: Company) -> None:
    """The post-mortem is labelled a failure itself, its own failure is deleted, and the database lost."""
    failure = company.a_failure("sev2")
    company.settle()
    (mortem,) = company.opened("post-mortem")
    company.site.remove_label(ANN, failure.key, "failure")
    company.settle()
    company.site.delete_ticket(failure.key)
    company.site.add_label(ANN, mortem.key, "failure")
    company.lose_the_database()
    company.settle()
    assert len(company.ledger.cases.roots_of(TicketRef("github", mortem.key))) == 2
    assert company.ledger.inbox.get(TicketRef("github", mortem.key)) is None
