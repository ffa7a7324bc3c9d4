"""The fields of a site's own: what they cost, what their values read as, and that `check` knows their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.errors import Temporary
from connectors.inspection import Grade, Wanted
from connectors.jira.site_fields import text_of
from connectors.sandbox.world import CustomField
from connectors.wanted_fields import WantedFields
from rules.facts import Ticket
from tests.connectors.jira.jira_house import OPS, DataCenterHouse, JiraHouse

IMPACT = CustomField("customfield_10050", "Impact", "select", ("Few", "Many"))


@pytest.fixture(params=[JiraHouse, DataCenterHouse], ids=["cloud", "data center"])
def house(request: pytest.FixtureRequest) -> Iterator[JiraHouse]:
    with request.param(timeout_s=20) as house:
        house.site.places["OPS"].custom_fields = (IMPACT, CustomField("customfield_10051", "Notes", "paragraph"))
        yield house


def wanting(house: JiraHouse, *names: str) -> Any:
    return house.connect(wants=lambda: WantedFields(names))


def requests(house: JiraHouse, path: str) -> int:
    routes = house.sandbox.counts.as_json()["jira"]["routes"]
    return sum(count for route, count in routes.items() if route.endswith(path))


def test_the_list_of_fields_is_read_once_however_many_tickets_are(house: JiraHouse) -> None:
    tracker, refs = wanting(house, "Impact"), [house.opened() for _ in range(5)]
    for _ in range(3):
        tracker.fetch_tickets(refs)
        tracker.fetch_ticket(refs[0])
    assert requests(house, "/field") == 1


def test_who_asks_for_no_field_sends_no_request_for_them(house: JiraHouse) -> None:
    ref = house.opened()
    house.tracker.fetch_ticket(ref)
    before = house.tracker.requests.reads
    house.tracker.fetch_ticket(ref)
    assert (requests(house, "/field"), house.tracker.requests.reads - before) == (0, 1)


def test_a_name_that_no_field_has_is_looked_for_again_in_a_while_and_not_each_time(house: JiraHouse) -> None:
    tracker, ref = wanting(house, "Colour"), house.opened()
    for _ in range(3):
        tracker.fetch_ticket(ref)
    assert requests(house, "/field") == 1
    house.site.places["OPS"].custom_fields = (IMPACT, CustomField("customfield_10060", "colour"))
    house.site.set_value("ana", ref.key, "customfield_10060", "red")
    house.later(minutes=11)
    assert dict(tracker.fetch_ticket(ref).fields) == {"Colour": "red"}
    assert requests(house, "/field") == 2


def test_of_several_fields_of_one_name_the_one_that_holds_something_is_meant(house: JiraHouse) -> None:
    """Each team-managed project makes its own."""
    house.site.places["DESK"].custom_fields = (CustomField("customfield_10070", "impact"),)
    here, there = house.opened(), house.opened(container="DESK")
    house.site.set_value("ana", here.key, IMPACT.id, "Many")
    house.site.set_value("ana", there.key, "customfield_10070", "All of it")
    told = wanting(house, "Impact").fetch_tickets([here, there])
    assert [dict(ticket.fields) for ticket in told.values()] == [{"Impact": "Many"}, {"Impact": "All of it"}]


def test_a_field_can_be_named_by_its_id(house: JiraHouse) -> None:
    ref = house.opened()
    house.site.set_value("ana", ref.key, IMPACT.id, "Few")
    assert dict(wanting(house, IMPACT.id).fetch_ticket(ref).fields) == {IMPACT.id: "Few"}


def test_a_field_with_paragraphs_is_read_as_text(house: JiraHouse) -> None:
    ref = house.opened()
    house.site.set_value("ana", ref.key, "customfield_10051", "Nobody looked.")
    assert dict(wanting(house, "notes").fetch_ticket(ref).fields) == {"notes": "Nobody looked."}


def test_a_list_of_fields_that_cannot_be_had_is_waited_for(house: JiraHouse) -> None:
    """A ticket without its fields would look as if they had been emptied."""
    tracker, ref = wanting(house, "Impact"), house.opened()
    house.fault("error-500", "GET", "/field$", times=3)
    with pytest.raises(Temporary):
        tracker.fetch_ticket(ref)
    assert isinstance(tracker.fetch_ticket(ref), Ticket)


VALUES: list[tuple[Any, Any]] = [
    (None, ""),
    ("  High ", "High"),
    (3.0, "3"),
    (-0.25, "-0.25"),
    (True, "true"),
    ({"value": "Many", "id": "1"}, "Many"),
    ({"value": "Europe", "child": {"value": "Berlin"}}, "Europe / Berlin"),
    ({"name": "10.2"}, "10.2"),
    ({"name": "ada", "displayName": "Ada"}, "Ada"),
    ({"key": "OPS-7"}, "OPS-7"),
    ([{"value": "EU"}, {"value": "US"}], ("EU", "US")),
    (["red", "blue"], ("red", "blue")),
    ([], ()),
    ([None, {"value": ""}], ()),
    ([["nested"]], ()),
    ({}, ""),
    ({"hasEpicLinkFieldDependency": False}, ""),
]


@pytest.mark.parametrize(("value", "text"), VALUES, ids=[f"{value!r:.40}" for value, _ in VALUES])
def test_a_value_is_read_as_people_see_it(value: Any, text: Any) -> None:
    assert text_of(value, str) == text


def found(house: JiraHouse, *names: str, is_alone: bool = True) -> list[str]:
    findings = house.tracker.inspect(Wanted((OPS,), fields=names, is_alone=is_alone))
    return [f"{one.grade}: {one.found} {one.todo}" for one in findings if one.about == "fields"]


def test_check_says_that_every_field_is_there(house: JiraHouse) -> None:
    told = found(house, "impact", "customfield_10051")
    assert told == [f"{Grade.GOOD}: This Jira has every field that the policy asks about: impact, customfield_10051. "]


def test_check_says_which_field_no_issue_has_and_what_is_near(house: JiraHouse) -> None:
    (told,) = found(house, "Impakt")
    assert told.startswith("wrong: This Jira has no field Impakt: conditions find it empty. Near it: Impact")


def test_where_another_tracker_may_have_the_field_it_is_noted(house: JiraHouse) -> None:
    (told,) = found(house, "Effort", is_alone=False)
    assert told.startswith("note: This Jira has no field Effort")


def test_check_asks_for_no_fields_where_the_policy_names_none(house: JiraHouse) -> None:
    assert found(house) == []
    assert requests(house, "/field") == 0
