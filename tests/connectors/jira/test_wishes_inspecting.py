"""What new issues are to get is looked over: each name that is not there is told with those that are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.inspection import Finding, Grade, Wanted, WantedTicket
from connectors.sandbox.world import CustomField
from tests.connectors.jira.jira_house import OPS, DataCenterHouse, JiraHouse


@pytest.fixture(params=[JiraHouse, DataCenterHouse], ids=["cloud", "data center"])
def house(request: pytest.FixtureRequest) -> Iterator[JiraHouse]:
    with request.param(timeout_s=20) as house:
        ops = house.site.places["OPS"]
        ops.priorities = ("High", "Low")
        ops.sub_task_types = ("Sub-task",)
        ops.custom_fields = (
            CustomField("customfield_10050", "Cause", "select", ("Process", "People")),
            CustomField("customfield_10014", "Epic Link", "epic-link"),
        )
        yield house


def found(house: JiraHouse, *grades: Grade, **wanted: Any) -> list[str]:
    ticket = WantedTicket(**{"key": "actions", "ticket_type": "Task", **wanted})
    findings: list[Finding] = list(
        house.tracker.inspect(Wanted((OPS,), {OPS: (ticket.ticket_type,)}, tickets={OPS: (ticket,)}))
    )
    return [f"{one.found} {one.todo}" for one in findings if one.grade in grades]


def test_what_can_all_be_had_is_good(house: JiraHouse) -> None:
    epic = house.opened()
    wanted = {"priorities": ("High",), "fields": (("cause", "people"),), "parent": epic.key, "has_parent": True}
    assert found(house, Grade.WRONG, Grade.AWAY, **wanted) == []
    assert "A new Task in OPS gets what `actions` says. " in found(house, Grade.GOOD, **wanted)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        pytest.param(
            {"priorities": ("Urgent",)},
            "no priority Urgent for a new Task in OPS. Choose under `actions.priority`: High, Low.",
            id="priority",
        ),
        pytest.param(
            {"fields": (("Colour", "red"),)}, "The field Colour: a new Task has no such field; it has ", id="field"
        ),
        pytest.param(
            {"fields": (("Cause", "Luck"),)}, "Luck does not fit: it takes Process, People. Mend it", id="value"
        ),
        pytest.param(
            {"parent": "OPS-99", "has_parent": True}, "There is no OPS-99 to open issues below", id="missing parent"
        ),
        pytest.param(
            {"ticket_type": "Sub-task"}, "Sub-task is a type of sub-tasks in OPS, and no parent is named", id="sub-task"
        ),
        pytest.param({"ticket_type": "Incident"}, "has no issue type Incident.", id="type"),
    ],
)
def test_what_cannot_be_had_is_told_with_what_there_is(house: JiraHouse, wanted: dict[str, Any], said: str) -> None:
    (told,) = found(house, Grade.WRONG, **wanted)
    assert said in told


def test_a_project_without_priorities_is_told(house: JiraHouse) -> None:
    house.site.places["OPS"].priorities = ()
    (told,) = found(house, Grade.WRONG, priorities=("High",))
    assert "takes no priority: it is opened without. Put the field on the screen" in told


def test_a_field_that_is_required_and_given_by_nobody_is_told(house: JiraHouse) -> None:
    house.site.places["OPS"].custom_fields = (CustomField("customfield_10060", "Cost centre", is_required=True),)
    (told,) = found(house, Grade.WRONG)
    assert "must have Cost centre, which nobody gives: none is opened. Write it under `actions.fields`" in told
    assert found(house, Grade.WRONG, fields=(("Cost centre", "4711"),)) == []


def test_a_type_of_sub_tasks_is_a_type_that_is_there(house: JiraHouse) -> None:
    assert found(house, Grade.WRONG, ticket_type="Sub-task", has_parent=True) == []


def test_on_a_data_center_without_epics_a_parent_is_told_to_mean_nothing() -> None:
    with DataCenterHouse(timeout_s=20) as house:
        (told,) = found(house, Grade.WRONG, has_parent=True)
    assert "takes no parent: it is no sub-task, and has no field for an epic" in told
