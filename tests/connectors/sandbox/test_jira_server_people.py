"""People and places of the sandbox's Jira Data Center.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_server_rig import ServerRig


@pytest.fixture
def rig() -> Iterator[ServerRig]:
    with ServerRig() as rig:
        yield rig


def names(people: list[dict[str, Any]]) -> list[str]:
    return [person["name"] for person in people]


def test_people_have_names_and_keys_and_no_account_ids(rig: ServerRig) -> None:
    ana = rig.good("GET", "myself")

    number = rig.site.accounts["ana"].number
    assert (ana["name"], ana["key"], ana["displayName"]) == ("ana", f"JIRAUSER{number}", "Ana Ruiz")
    assert (ana["emailAddress"], ana["active"]) == ("ana@example.com", True)
    assert not {"accountId", "accountType"} & set(ana)
    assert rig.good("GET", "user", key=ana["key"])["name"] == "ana"


def test_one_who_was_switched_off_is_shown_so_and_one_who_was_deleted_is_a_name_alone(rig: ServerRig) -> None:
    key = rig.opened(assignee={"name": "ben"})
    rig.site.accounts["ben"].is_active = False
    shown = rig.good("GET", f"issue/{key}")["fields"]["assignee"]
    assert (shown["active"], rig.good("GET", "user", username="ben")["active"]) == (False, False)

    del rig.site.accounts["ben"]

    gone = rig.good("GET", f"issue/{key}")["fields"]["assignee"]
    assert (gone["name"], gone["displayName"], gone["active"]) == ("ben", "ben", False)
    assert rig.call("GET", "user", username="ben") == (
        404,
        {"errorMessages": ["The user named 'ben' does not exist"], "errors": {}},
    )


SEARCHES: list[Any] = [
    pytest.param("user/search", {"username": "an"}, ["ana"], id="begins so"),
    pytest.param("user/search", {"username": "ruiz"}, ["ana"], id="by the second name"),
    pytest.param("user/search", {"username": "ben@ex"}, ["ben"], id="by mail"),
    pytest.param("user/search", {"username": "na"}, [], id="not in the middle of a word"),
    pytest.param("user/search", {"username": "gus"}, [], id="inactive"),
    pytest.param("user/search", {"username": "gus", "includeInactive": "true"}, ["gus"], id="inactive asked for"),
    pytest.param("user/assignable/search", {"project": "OPS"}, ["ana", "ben", "root", "bot"], id="assignable"),
    pytest.param("user/assignable/search", {"project": "OPS", "username": "be"}, ["ben"], id="assignable by name"),
    pytest.param(
        "user/assignable/search", {"project": "OPS", "maxResults": "1", "startAt": "1"}, ["ben"], id="assignable, page"
    ),
]


@pytest.mark.parametrize(("path", "query", "found"), SEARCHES)
def test_people_are_searched(rig: ServerRig, path: str, query: dict[str, str], found: list[str]) -> None:
    rig.site.add_account("gus", "Gus", is_active=False)

    assert names(rig.good("GET", path, **query)) == found


def test_who_has_permissions_is_told_to_those_who_administer(rig: ServerRig) -> None:
    asked = {"permissions": "EDIT_ISSUES,EDIT_ALL_COMMENTS", "projectKey": "OPS"}

    assert names(rig.good("GET", "user/permission/search", account="root", **asked)) == ["ana", "root", "bot"]
    assert names(rig.good("GET", "user/permission/search", account="root", username="ana", **asked)) == ["ana"]
    assert rig.call("GET", "user/permission/search", **asked)[0] == 403


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("user", {}),
        ("user/search", {}),
        ("user/assignable/search", {}),
        ("user/permission/search", {"permissions": "EDIT_ISSUES"}),
        ("user/permission/search", {"projectKey": "OPS"}),
        ("user/permission/search", {"projectKey": "OPS", "permissions": "FLY"}),
    ],
    ids=["nobody named", "nothing searched", "no project", "permissions without place", "no permission", "unknown one"],
)
def test_a_wrong_question_about_people_is_refused(rig: ServerRig, path: str, query: dict[str, str]) -> None:
    assert rig.call("GET", path, account="root", **query)[0] == 400


@pytest.mark.parametrize(
    ("account", "held"),
    [
        ("rea", {"BROWSE_PROJECTS"}),
        ("ben", {"BROWSE_PROJECTS", "EDIT_ISSUES"}),
        ("root", {"BROWSE_PROJECTS", "EDIT_ISSUES", "ADMINISTER_PROJECTS", "ADMINISTER"}),
    ],
)
def test_all_of_ones_own_permissions_are_told_at_once(rig: ServerRig, account: str, held: set[str]) -> None:
    shown = rig.good("GET", "mypermissions", account=account, projectKey="OPS")["permissions"]

    looked_at = ("BROWSE_PROJECTS", "EDIT_ISSUES", "ADMINISTER_PROJECTS", "ADMINISTER")
    assert {key for key in looked_at if shown[key]["havePermission"]} == held
    assert rig.call("GET", "mypermissions", account=account, projectKey="NONE")[0] == 404


def test_the_site_is_a_server_and_keeps_the_driven_time(rig: ServerRig) -> None:
    rig.later(minutes=1)

    info = rig.good("GET", "serverInfo")

    assert (info["deploymentType"], info["version"], info["baseUrl"]) == ("Server", "9.12.15", rig.url)
    assert info["serverTime"] == "2026-11-02T09:13:13.123+0000"


def test_a_project_tells_its_types_and_statuses(rig: ServerRig) -> None:
    project = rig.good("GET", "project/OPS")
    statuses = rig.good("GET", f"project/{project['id']}/statuses")

    assert [kind["name"] for kind in project["issueTypes"]] == ["Task", "Bug"]
    assert [status["name"] for status in statuses[0]["statuses"]] == ["To Do", "In Progress", "Done"]
    assert [status["name"] for status in rig.good("GET", "status")] == ["To Do", "In Progress", "Done"]
    assert "Medium" in [priority["name"] for priority in rig.good("GET", "priority")]
    assert [one["name"] for one in rig.good("GET", "resolution")] == ["Done", "Won't Do", "Duplicate"]
    assert rig.call("GET", "project/NONE")[0] == 404


def test_what_can_be_opened_comes_in_pages_of_values(rig: ServerRig) -> None:
    rig.site.places["OPS"].levels = {"10": ("ana",)}

    types = rig.good("GET", "issue/createmeta/OPS/issuetypes", maxResults=1)
    task = types["values"][0]
    fields = rig.good("GET", f"issue/createmeta/OPS/issuetypes/{task['id']}")

    assert (task["name"], types["isLast"], types["total"]) == ("Task", False, 2)
    assert {one["fieldId"]: one["required"] for one in fields["values"]} == {
        "summary": True,
        "issuetype": True,
        "project": True,
        "description": False,
        "labels": False,
        "assignee": False,
        "duedate": False,
        "security": False,
    }
    assert rig.call("GET", "issue/createmeta/NONE/issuetypes")[0] == 400


def test_every_field_that_a_ticket_shows_is_listed(rig: ServerRig) -> None:
    shown = rig.good("GET", f"issue/{rig.opened()}")["fields"]

    assert {field["id"] for field in rig.good("GET", "field")} == set(shown)
