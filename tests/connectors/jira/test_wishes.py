"""What is wished of a new ticket: its priority, its parent, fields by the name that people see, on both editions. None
of it keeps a ticket from being opened, and what was left out is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.errors import Ambiguous, Refused
from connectors.sandbox.jira_adf import text_of
from connectors.sandbox.world import CustomField, TicketState
from connectors.tracker import Found
from tests.connectors.jira.jira_house import DataCenterHouse, JiraHouse, draft, marker

FIELDS = (
    CustomField("customfield_10050", "Root cause", "select", ("Process", "People")),
    CustomField("customfield_10051", "Zusammenfassung", "paragraph"),
    CustomField("customfield_10052", "Judge", "user"),
    CustomField("customfield_10053", "Customers", "number"),
    CustomField("customfield_10054", "Began", "date"),
    CustomField("customfield_10055", "Regions", "multi-select", ("EU", "US", "APAC")),
    CustomField("customfield_10056", "Tags", "labels"),
    CustomField("customfield_10057", "Team"),
    CustomField("customfield_10058", "Twice"),
    CustomField("customfield_10059", "Twice"),
)
EPIC_LINK = CustomField("customfield_10014", "Epic Link", "epic-link")


@pytest.fixture(params=[JiraHouse, DataCenterHouse], ids=["cloud", "data center"])
def house(request: pytest.FixtureRequest) -> Iterator[JiraHouse]:
    with request.param() as house:
        ops = house.site.places["OPS"]
        ops.priorities = ("Highest", "High", "Medium")
        ops.sub_task_types = ("Sub-task",)
        ops.ticket_types = ("Task", "Bug", "Epic")
        ops.custom_fields = FIELDS
        if isinstance(house, DataCenterHouse):
            ops.custom_fields += (EPIC_LINK,)
        yield house


def opened(house: JiraHouse, **more: Any) -> tuple[Found, TicketState]:
    found = house.tracker.open_ticket(draft(**more), marker())
    return found, house.site.ticket(found.ref.key)


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        pytest.param("Root cause", "process", ("customfield_10050", "Process"), id="an option, in whatever case"),
        pytest.param("customfield_10050", "People", ("customfield_10050", "People"), id="by id"),
        pytest.param("ROOT CAUSE", "People", ("customfield_10050", "People"), id="a name in capitals"),
        pytest.param("Judge", "ben", ("customfield_10052", "ben"), id="somebody"),
        pytest.param("Customers", "1200", ("customfield_10053", 1200), id="a whole number"),
        pytest.param("Customers", "0.5", ("customfield_10053", 0.5), id="a part"),
        pytest.param("Began", "2026-11-02", ("customfield_10054", "2026-11-02"), id="a day"),
        pytest.param("Regions", "eu, APAC", ("customfield_10055", ["EU", "APAC"]), id="several options"),
        pytest.param("Tags", "pay ments, shop", ("customfield_10056", ["pay-ments", "shop"]), id="labels"),
        pytest.param("Team", " Pay\nments ", ("customfield_10057", "Pay ments"), id="one line"),
    ],
)
def test_a_field_is_found_by_its_name_and_filled_in_its_own_shape(
    house: JiraHouse, name: str, written: str, kept: tuple[str, Any]
) -> None:
    found, ticket = opened(house, fields={name: written})
    assert (ticket.values, found.left_out) == (dict([kept]), ())


def test_a_paragraph_is_rich_text(house: JiraHouse) -> None:
    _, ticket = opened(house, fields={"Zusammenfassung": "It **broke**."})
    kept = ticket.values["customfield_10051"]
    assert text_of(kept) == "It broke." if isinstance(kept, dict) else kept == "It *broke*."


def test_a_priority_is_set_by_its_name(house: JiraHouse) -> None:
    found, ticket = opened(house, priority="Highest", assignee="ana")
    assert (ticket.priority, ticket.assignees, found.left_out) == ("Highest", ["ana"], ())


@pytest.mark.parametrize(
    ("wish", "left_out"),
    [
        pytest.param({"priority": "Urgent"}, "priority: The priority selected is invalid", id="priority"),
        pytest.param({"assignee": "nobody"}, "assignee: User 'nobody' does not exist", id="assignee"),
        pytest.param({"fields": {"Colour": "red"}}, "Colour: a new Task has no such field; it has .*Root", id="field"),
        pytest.param({"fields": {"Root cause": "Luck"}}, "Root cause: it takes Process, People", id="option"),
        pytest.param({"fields": {"Regions": "EU, Mars"}}, "Regions: it takes EU, US, APAC", id="one of several"),
        pytest.param({"fields": {"Customers": "many"}}, "Customers: it takes a number", id="number"),
        pytest.param({"fields": {"Customers": "nan"}}, "Customers: it takes a number", id="no number"),
        pytest.param({"fields": {"Began": "last week"}}, "Began: it takes a day such as", id="day"),
        pytest.param({"fields": {"Team": "x" * 256}}, "Team: it takes at most 255", id="too long a line"),
        pytest.param({"fields": {"Judge": "nobody"}}, "Judge: User 'nobody' does not exist", id="somebody unknown"),
        pytest.param({"fields": {"Twice": "x"}}, "Twice: there are several.*customfield_10058", id="two of a name"),
        pytest.param({"parent": "not a key"}, "parent: not a key is no key", id="no key"),
        pytest.param({"priority": "High", "fields": {"Priority": "High"}}, "Priority: it is given already", id="twice"),
    ],
)
def test_a_wish_that_cannot_be_had_is_left_out_and_told(house: JiraHouse, wish: dict[str, Any], left_out: str) -> None:
    found, ticket = opened(house, **wish)
    (told,) = found.left_out
    assert re.match(left_out, told)
    assert (ticket.title, ticket.assignees, ticket.values) == ("Post-mortem: checkout", [], {})


def test_exactly_what_is_refused_is_left_out(house: JiraHouse) -> None:
    found, ticket = opened(
        house, priority="Urgent", assignee="ana", fields={"Judge": "nobody", "Team": "Payments", "Root cause": "Luck"}
    )
    assert (ticket.assignees, ticket.values) == (["ana"], {"customfield_10057": "Payments"})
    assert sorted(one.partition(":")[0] for one in found.left_out) == ["Judge", "Root cause", "priority"]
    assert len(house.site.in_place("OPS")) == 1


def test_a_sub_task_has_its_parent(house: JiraHouse) -> None:
    parent = house.opened()
    found, ticket = opened(house, ticket_type="Sub-task", parent=parent.key)
    assert (ticket.ticket_type, ticket.parent_uid) == ("Sub-task", house.site.ticket(parent.key).uid)
    assert found.left_out == ()


def test_any_other_ticket_stands_below_an_epic(house: JiraHouse) -> None:
    epic = house.opened(ticket_type="Epic")
    found, ticket = opened(house, parent=epic.key)
    if isinstance(house, DataCenterHouse):
        assert ticket.values == {"customfield_10014": epic.key}
    else:
        assert ticket.parent_uid == house.site.ticket(epic.key).uid
    assert found.left_out == ()


def test_a_task_below_a_task_is_opened_without_its_parent(house: JiraHouse) -> None:
    found, ticket = opened(house, parent=house.opened().key)
    assert (ticket.parent_uid, ticket.values) == (None, {})
    assert found.left_out[0].startswith("parent: ")


def test_on_a_data_center_without_epics_a_parent_is_left_out() -> None:
    with DataCenterHouse() as house:
        found, _ = opened(house, parent=house.opened().key)
        assert found.left_out == ("parent: Task is no type of sub-tasks, and has no field for an epic's key",)


def test_a_sub_task_without_a_parent_is_refused_with_what_to_write(house: JiraHouse) -> None:
    with pytest.raises(Refused, match=r"Sub-task is a type of sub-tasks in OPS.*name one under `parent:`"):
        opened(house, ticket_type="Sub-task")
    with pytest.raises(Refused, match=r"name one under `parent:`.*\(parent: Could not find issue"):
        opened(house, ticket_type="Sub-task", parent="OPS-99")
    assert house.site.in_place("OPS") == []


def test_a_field_that_is_required_and_not_given_is_named_with_where_to_write_it(house: JiraHouse) -> None:
    house.site.places["OPS"].custom_fields = (CustomField("customfield_10060", "Cost centre", is_required=True),)
    with pytest.raises(
        Refused, match=r"wants more of a new Task in OPS.*Cost centre. Write it under `fields:` beside `type:`.*Cost ce"
    ):
        opened(house)
    _, ticket = opened(house, fields={"Cost centre": "4711"})
    assert ticket.values == {"customfield_10060": "4711"}


def test_a_required_field_whose_value_is_refused_keeps_the_ticket_from_being_opened(house: JiraHouse) -> None:
    house.site.places["OPS"].custom_fields = (CustomField("customfield_10060", "Owner", "user", is_required=True),)
    with pytest.raises(Refused, match=r"wants more of a new Task in OPS.*Owner.*User 'nobody' does not exist"):
        opened(house, fields={"Owner": "nobody"})
    assert house.site.in_place("OPS") == []


def test_what_a_project_takes_is_asked_for_once_a_day(house: JiraHouse) -> None:
    wish = {"fields": {"Team": "Payments"}}
    opened(house, **wish)
    reads = house.tracker.requests.reads
    opened(house, **wish)
    assert house.tracker.requests.reads == reads
    house.later(hours=25)
    opened(house, **wish)
    assert house.tracker.requests.reads == reads + 2


def test_after_an_unclear_answer_nothing_is_left_out_and_tried_again(house: JiraHouse) -> None:
    house.fault("error-502-done", "POST", "/issue$", times=1)
    with pytest.raises(Ambiguous):
        opened(house, priority="High", fields={"Team": "Payments"})
    assert [one.values for one in house.site.in_place("OPS")] == [{"customfield_10057": "Payments"}]


def test_no_more_than_a_handful_of_refusals_is_met(house: JiraHouse) -> None:
    house.site.places["OPS"].ticket_types = ()
    writes = house.tracker.requests.writes
    with pytest.raises(Refused):
        opened(house, priority="Urgent", parent="OPS-99", assignee="nobody")
    assert house.tracker.requests.writes - writes <= 4
