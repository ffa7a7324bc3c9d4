"""`watch:` says where failures are labelled: nothing begins elsewhere, whoever tells of it, and what began goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from connectors.errors import TrackerError
from connectors.sandbox.world import TicketState
from connectors.tracker import Changes, Found, Tracker
from rules.policy import Routing
from rules.refs import Place, TicketRef
from tests.worker.company import ANN, MO, PACK, SHOP, Company
from worker.polling import Poller, hinted

OTHER, PM = Place("github", "acme/other"), Place("github", "acme/pm")
EVERY = dt.timedelta(minutes=5)


@pytest.fixture
def company() -> Company:
    company = Company()
    for place in (OTHER, PM):
        company.site.add_place(place.container)
    return company


def elsewhere(company: Company, place: Place = OTHER, *labels: str) -> TicketState:
    """Somebody labels a failure in a place that is not watched."""
    given = ("failure", "sev2", *labels)
    return company.site.open_ticket(ANN, place.container, "Elsewhere", assignees=(ANN,), labels=given)


def poll(company: Company, *places: Place) -> None:
    company.time += EVERY
    trackers: dict[str, Tracker] = {"github": company.tracker}
    Poller(company.ledger, trackers, places, lambda: company.policy, company, EVERY).poll_due()
    company.settle()


def watching(company: Company, *places: Place) -> None:
    company.policy = replace(PACK, routing=Routing(post_mortems=PM, watched=places))


def test_a_failure_that_is_labelled_where_nothing_is_watched_begins_nothing(company: Company) -> None:
    """An organisation's webhook tells of every repository."""
    ticket = elsewhere(company)
    company.settle()
    assert ticket.comments == []
    assert company.ledger.inbox.is_empty()


def test_a_look_that_was_asked_for_all_the_same_begins_nothing_either(company: Company) -> None:
    """A delivery of Jira's may name its ticket by a bare id, which says nothing of its place."""
    ticket = elsewhere(company)
    company.ledger.inbox.put([TicketRef("github", ticket.key)], company.time)
    company.settle()
    assert ticket.comments == []
    assert company.ledger.cases.all() == []
    assert company.ledger.inbox.is_empty()


def test_the_capitals_of_a_place_make_no_difference(company: Company) -> None:
    company.policy = replace(PACK, routing=Routing(watched=(Place("github", "Acme/SHOP"),)))
    company.a_failure()
    company.settle()
    assert company.kinds() == ["status", "ask"]


def test_a_place_of_the_same_name_on_another_tracker_is_another_place(company: Company) -> None:
    company.policy = replace(PACK, routing=Routing(watched=(Place("forge", SHOP.container),)))
    company.a_failure()
    company.settle()
    assert company.ledger.cases.all() == []


def test_a_case_goes_on_when_its_place_is_watched_no_longer(company: Company) -> None:
    company.a_failure()
    company.settle()
    watching(company, OTHER)
    company.says(ANN, "acme/shop#1", "/action Rotate the keys")
    company.settle()
    assert [ticket.title for ticket in company.opened("action")] == ["Rotate the keys"]


def test_a_failure_that_bears_our_status_comment_goes_on_wherever_it_is(company: Company) -> None:
    """It was moved, or its place was watched once, and the database was lost meanwhile."""
    company.a_failure()
    company.settle()
    watching(company, OTHER)
    company.lose_the_database()
    assert company.ledger.cases.all() == []
    company.ledger.inbox.put([TicketRef("github", "acme/shop#1")], company.time)
    company.settle()
    assert len(company.ledger.cases.all()) == 1
    assert company.kinds() == ["status", "ask"]


def test_a_ticket_that_we_opened_elsewhere_and_that_fails_itself_begins_no_case(company: Company) -> None:
    """It goes on being what it is: a post-mortem."""
    watching(company, SHOP)
    company.a_failure("sev2")
    company.settle()
    company.site.add_label(MO, "acme/pm#1", "failure")
    company.settle()
    poll(company, SHOP, PM)
    assert len(company.ledger.cases.all()) == 1
    assert company.kinds("acme/pm#1") == ["status"]


def test_polling_where_tickets_are_only_opened_begins_nothing_until_failures_are_labelled_there(
    company: Company,
) -> None:
    company.site.listeners.clear()
    watching(company, SHOP)
    poll(company, SHOP, PM)
    ticket = elsewhere(company, PM)
    poll(company, SHOP, PM)
    assert ticket.comments == []
    poll(company, SHOP, PM)
    watching(company, SHOP, PM)
    poll(company, SHOP, PM)
    assert "status" in company.kinds(ticket.key)


class Renamed:
    """A tracker on which `acme/shop` is what `acme/other` was called before: it answers by either name."""

    def __init__(self, company: Company) -> None:
        self._tracker = company.tracker

    def changed_in(self, cursors: Mapping[Place, str]) -> dict[Place, Changes | TrackerError]:
        return {place: self._tracker.changed(OTHER, cursor) for place, cursor in cursors.items()}

    def labelled(self, place: Place, label: str) -> Iterable[Found]:
        return self._tracker.labelled(OTHER if place == SHOP else place, label)


def test_a_repository_that_was_renamed_is_watched_under_its_new_name(company: Company) -> None:
    """GitHub answers by the old name, and its issues bear the new one."""
    company.site.listeners.clear()
    ticket = elsewhere(company)
    ref = TicketRef("github", ticket.key)
    assert not hinted(ref, ("failure",), company.ledger, company.policy)
    renamed: dict[str, Tracker] = {"github": Renamed(company)}  # type: ignore[dict-item]
    Poller(company.ledger, renamed, [SHOP], lambda: company.policy, company, EVERY).poll(SHOP)
    company.settle()
    assert "status" in company.kinds(ticket.key)
    assert hinted(TicketRef("github", "Acme/Other#9"), ("failure",), company.ledger, company.policy)
    assert not hinted(TicketRef("github", "acme/pm#9"), ("failure",), company.ledger, company.policy)


def test_a_repository_that_has_its_own_name_again_is_watched_under_that_alone(company: Company) -> None:
    names = company.ledger.place_names
    names.is_called(SHOP, "acme/Other")
    assert names.configured(Place("github", "ACME/other")) == SHOP
    names.is_called(SHOP, "acme/pm")
    assert (names.configured(OTHER), names.configured(PM)) == (OTHER, SHOP)
    names.is_called(SHOP, "Acme/Shop")
    assert (names.configured(OTHER), names.configured(PM)) == (OTHER, PM)
