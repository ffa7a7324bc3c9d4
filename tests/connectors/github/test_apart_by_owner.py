"""A GitHub App reads the tickets of each owner by a query of its own: each installation has a credential of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rules.facts import Ticket
from tests.connectors.github.app_company import FORGE, SHOP, AppCompany, app_company


@pytest.fixture
def at() -> Iterator[AppCompany]:
    with app_company() as running:
        yield running


def graphql(at: AppCompany) -> list[str]:
    """The first owner that each query was about, since this was asked last."""
    told = [one.json()["variables"]["o0"] for one in at.api.asked if one.path == "/graphql"]
    at.api.asked.clear()
    return told


def test_an_app_asks_once_for_each_owner(at: AppCompany) -> None:
    refs = [at.opened(place, f"Number {number}") for number in range(2) for place in (SHOP, FORGE)]
    found = at.tracker.fetch_tickets(refs)
    assert [one.ref for one in found.values() if isinstance(one, Ticket)] == refs
    assert graphql(at) == ["acme", "globex"]


def test_where_one_installation_may_not_ask_the_other_still_does(at: AppCompany) -> None:
    shop, forge = at.opened(SHOP), at.opened(FORGE)
    at.api.graphql.is_refused = True
    at.tracker.fetch_ticket(shop)
    at.api.graphql.is_refused = False
    graphql(at)
    found = at.tracker.fetch_tickets([shop, forge])
    assert [type(one) for one in found.values()] == [Ticket, Ticket]
    assert graphql(at) == ["globex"]


def test_what_is_left_is_counted_for_each_owner(at: AppCompany) -> None:
    """Each installation has a limit of its own, and one that is used up says nothing of the others."""
    for place in (SHOP, FORGE):
        at.tracker.fetch_ticket(at.opened(place))
    told = {one.resource for one in at.tracker.requests.allowances.all()}
    assert {"graphql/acme", "graphql/globex"} <= told
    assert not told & {"graphql", "search"}, told
