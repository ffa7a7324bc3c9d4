"""Fields of an organisation's own: told with the issue by GraphQL, by REST where that reads it, and free for whoever
asks for none."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.inspection import Wanted
from connectors.sandbox.faults import Fault
from connectors.sandbox.world import IssueFieldState, OrganisationState
from connectors.wanted_fields import WantedFields
from tests.connectors.github.company import SHOP, Company, new_tracker

FIELDS = (
    IssueFieldState(32, "Priority", "single_select", ("Urgent", "High", "Low")),
    IssueFieldState(33, "Team"),
    IssueFieldState(34, "Points", "number"),
    IssueFieldState(35, "Areas", "multi_select", ("Web", "API, public")),
    IssueFieldState(36, "Began", "date"),
)
VALUES: dict[str, Any] = {"32": "High", "33": "Payments", "34": 2.5, "35": ["Web", "API, public"], "36": "2026-11-01"}
TOLD = {"team": "Payments", "Points": "2.5", "Areas": ("Web", "API, public"), "Began": "2026-11-01"}


@pytest.fixture
def organised(acme: Company) -> Company:
    acme.site.organisations["acme"] = OrganisationState((), FIELDS)
    acme.tracker = new_tracker(acme.sandbox, "aftermath", 5, acme.waits, lambda: WantedFields(tuple(TOLD), True))
    return acme


def opened(acme: Company) -> Any:
    ticket = acme.open()
    for field, value in VALUES.items():
        acme.site.set_value("ada", ticket.key, field, value)
    return acme.ref(ticket)


def asked(acme: Company) -> list[str]:
    return [one.path for one in acme.api.asked]


def test_values_come_with_the_issue_in_one_query(organised: Company) -> None:
    refs = [opened(organised), opened(organised)]
    organised.tracker.fetch_ticket(refs[0])
    organised.api.asked.clear()
    told = organised.tracker.fetch_tickets(refs)
    assert [(one.priority, dict(one.fields)) for one in told.values()] == [("High", TOLD)] * 2
    assert asked(organised) == ["/graphql"]


def test_rest_tells_the_same_with_a_request_more(organised: Company) -> None:
    ref = opened(organised)
    by_graphql = organised.tracker.fetch_ticket(ref)
    organised.break_with(Fault("refuse", path="/graphql"))
    organised.api.asked.clear()
    by_rest = organised.tracker.fetch_ticket(ref)
    assert (by_rest.priority, dict(by_rest.fields)) == (by_graphql.priority, dict(by_graphql.fields))
    assert sum(path.endswith("/issue-field-values") for path in asked(organised)) == 1


def test_a_server_whose_graphql_knows_no_fields_is_asked_by_rest(organised: Company) -> None:
    """It is not taken for a server that is older in everything, either."""
    ref = opened(organised)
    organised.api.graphql.is_old = True
    ticket = organised.tracker.fetch_ticket(ref)
    assert (ticket.priority, dict(ticket.fields)) == ("High", TOLD)
    organised.api.asked.clear()
    organised.tracker.fetch_ticket(ref)
    assert asked(organised).count("/graphql") == 1


@pytest.mark.parametrize("wanted", [WantedFields(), WantedFields(("Nonesuch",))], ids=["none", "one that is not there"])
def test_where_no_field_is_asked_for_the_query_is_as_ever(acme: Company, wanted: WantedFields) -> None:
    acme.site.organisations["acme"] = OrganisationState((), FIELDS)
    tracker = new_tracker(acme.sandbox, "aftermath", 5, acme.waits, lambda: wanted)
    tracker.fetch_ticket(opened(acme))
    (query,) = [one for one in acme.api.asked if one.path == "/graphql"]
    assert b"issueFieldValues" not in query.body
    assert not [path for path in asked(acme) if path.endswith("/issue-field-values")]


def test_a_person_s_repository_has_no_fields_and_that_is_no_trouble(acme: Company) -> None:
    tracker = new_tracker(acme.sandbox, "aftermath", 5, acme.waits, lambda: WantedFields(("Team",), True))
    ticket = tracker.fetch_ticket(acme.ref(acme.open()))
    assert (ticket.priority, dict(ticket.fields)) == ("", {})


def test_a_priority_that_nobody_asks_for_is_not_told(organised: Company) -> None:
    tracker = new_tracker(organised.sandbox, "aftermath", 5, organised.waits, lambda: WantedFields(("Team",)))
    ticket = tracker.fetch_ticket(opened(organised))
    assert (ticket.priority, dict(ticket.fields)) == ("", {"Team": "Payments"})


def found(acme: Company, *names: str) -> list[str]:
    findings = acme.tracker.inspect(Wanted((SHOP,), fields=names))
    return [f"{one.grade}: {one.found} {one.todo}" for one in findings if one.about == "fields"]


def test_check_says_which_fields_are_there_and_which_are_near(organised: Company) -> None:
    assert found(organised, "TEAM") == ["good: The organisation has every field that the policy asks about: TEAM. "]
    (told,) = found(organised, "Teams", "Points")
    assert told.startswith("wrong: The organisation has no field Teams: conditions find it empty. Near it: Team.")
    assert "Issue Fields" in told
