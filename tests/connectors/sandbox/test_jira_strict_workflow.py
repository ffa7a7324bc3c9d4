"""A project whose workflow stands between a ticket and its end, on both editions of the sandbox's Jira.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-doTransition
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sandbox.world import STRICT_WORKFLOW
from tests.connectors.sandbox.jira_rig import Rig, adf
from tests.connectors.sandbox.jira_server_rig import ServerRig


@pytest.fixture(params=[Rig, ServerRig], ids=["cloud", "data center"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig | ServerRig]:
    with request.param() as rig:
        rig.site.places["OPS"].workflow = STRICT_WORKFLOW
        yield rig


@pytest.fixture
def key(rig: Rig | ServerRig) -> str:
    return rig.opened()


def offered(rig: Rig | ServerRig, key: str, **query: Any) -> dict[str, Any]:
    """What can be done with a ticket, by name."""
    return {entry["name"]: entry for entry in rig.good("GET", f"issue/{key}/transitions", **query)["transitions"]}


def move(rig: Rig | ServerRig, key: str, number: str, **more: Any) -> tuple[int, Any]:
    return rig.call("POST", f"issue/{key}/transitions", {"transition": {"id": number}, **more})


def test_only_the_next_steps_are_offered(rig: Rig | ServerRig, key: str) -> None:
    begun = offered(rig, key)
    move(rig, key, begun["Start Progress"]["id"])

    assert {name: entry["to"]["name"] for name, entry in begun.items()} == {"Start Progress": "In Progress"}
    assert {name: entry["to"]["statusCategory"]["key"] for name, entry in offered(rig, key).items()} == {
        "Stop Progress": "new",
        "Resolve": "done",
    }


def test_a_step_that_is_not_offered_is_refused(rig: Rig | ServerRig, key: str) -> None:
    assert move(rig, key, "31", fields={"resolution": {"name": "Done"}})[0] == 400
    assert rig.site.ticket(key).status == "To Do"


def test_a_screen_is_told_when_it_is_asked_for(rig: Rig | ServerRig, key: str) -> None:
    move(rig, key, "11")

    shown = offered(rig, key, expand="transitions.fields")

    assert "fields" not in offered(rig, key)["Resolve"]
    assert shown["Stop Progress"]["fields"] == {}
    resolution = shown["Resolve"]["fields"]["resolution"]
    assert resolution["required"]
    assert [one["name"] for one in resolution["allowedValues"]] == ["Done", "Won't Do", "Duplicate"]


@pytest.mark.parametrize("fields", [{}, {"resolution": None}], ids=["not there", "null"])
def test_who_ends_a_ticket_has_to_say_how(rig: Rig | ServerRig, key: str, fields: dict[str, Any]) -> None:
    move(rig, key, "11")

    assert move(rig, key, "31", fields=fields) == (
        400,
        {"errorMessages": [], "errors": {"resolution": "Resolution is required."}},
    )
    assert rig.site.ticket(key).status == "In Progress"


@pytest.mark.parametrize("resolution", [{"name": "Won't Do"}, {"id": "10001"}], ids=["by name", "by id"])
def test_a_ticket_ends_as_was_said(rig: Rig | ServerRig, key: str, resolution: dict[str, str]) -> None:
    move(rig, key, "11")

    assert move(rig, key, "31", fields={"resolution": resolution}) == (204, None)

    fields = rig.good("GET", f"issue/{key}")["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Done", "Won't Do")


def test_a_comment_may_come_along(rig: Rig | ServerRig, key: str) -> None:
    text = adf("on it") if isinstance(rig, Rig) else "on it"

    assert move(rig, key, "11", update={"comment": [{"add": {"body": text}}]})[0] == 204
    assert [comment.body for comment in rig.site.ticket(key).comments] == [text]


def test_a_project_without_a_workflow_lets_everything_happen_at_once(rig: Rig | ServerRig) -> None:
    rig.site.places["OPS"].workflow = ()
    key = rig.opened()

    assert set(offered(rig, key)) == {"To Do", "In Progress", "Done"}
    assert not offered(rig, key, expand="transitions.fields")["Done"]["fields"]["resolution"]["required"]
    assert move(rig, key, "31")[0] == 204
    assert rig.good("GET", f"issue/{key}")["fields"]["resolution"]["name"] == "Done"
