"""Who one is on the sandbox's Jira, what one may see and do there, and what the site offers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.sandbox.jira_api import JiraApi
from tests.connectors.sandbox.jira_rig import Rig, adf, contract


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as rig:
        yield rig


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


# --- credentials ----------------------------------------------------------------------------------


CREDENTIALS: list[Any] = [
    pytest.param(basic("ana@example.com:ana-token"), "ana", id="e-mail and token"),
    pytest.param("Bearer ana-token", "ana", id="bearer"),
    pytest.param(basic("ana@example.com:wrong"), None, id="wrong token"),
    pytest.param(basic("ana@example.com:nobody-token"), None, id="unknown account"),
    pytest.param(basic(":ana-token"), None, id="no e-mail"),
    pytest.param("Basic ###", None, id="no base64"),
    pytest.param("Digest ana-token", None, id="another scheme"),
    pytest.param("", None, id="nothing"),
]


@pytest.mark.parametrize(("header", "account"), CREDENTIALS)
def test_credentials_belong_to_an_account_or_to_nobody(rig: Rig, header: str, account: str | None) -> None:
    assert rig.api.authenticate({"authorization": header}) == account


def test_tokens_can_be_given(rig: Rig) -> None:
    api = JiraApi(rig.site, rig.url, rig.clock.now, tokens={"s3cret": "bot"})

    assert api.authenticate({"authorization": basic("bot@example.com:s3cret")}) == "bot"
    assert api.authenticate({"authorization": basic("bot@example.com:bot-token")}) is None


def test_an_account_that_was_switched_off_is_let_in_no_more(rig: Rig) -> None:
    rig.site.accounts["ana"].is_active = False

    assert rig.call("GET", "myself")[0] == 401


def test_wrong_credentials_are_answered_401_even_where_anybody_may_read(rig: Rig) -> None:
    rig.opened(project="PUB")

    answer = requests.get(f"{rig.url}/rest/api/3/issue/PUB-1", auth=("ana@example.com", "wrong"), timeout=10)

    assert (answer.status_code, answer.headers["X-Seraph-LoginReason"]) == (401, "AUTHENTICATED_FAILED")
    assert answer.json()["message"] == "Client must be authenticated to access this resource."


def test_anybody_reads_what_is_public_and_nothing_else(rig: Rig) -> None:
    rig.opened(project="PUB")
    rig.opened()

    seen = [
        rig.call("GET", path, account="")[0] for path in ("issue/PUB-1", "project/PUB", "issue/OPS-1", "project/OPS")
    ]
    assert seen == [200, 200, 404, 404]
    assert rig.call("GET", "myself", account="")[0] == 401
    assert rig.call("POST", "issue/PUB-1/comment", {"body": adf("x")}, account="")[0] == 401


# --- what is hidden -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "issue/OPS-1"),
        ("PUT", "issue/OPS-1"),
        ("PUT", "issue/OPS-1/assignee"),
        ("GET", "issue/OPS-1/comment"),
        ("POST", "issue/OPS-1/comment"),
        ("GET", "issue/OPS-1/changelog"),
        ("GET", "issue/OPS-1/transitions"),
        ("GET", "issue/OPS-1/remotelink"),
        ("GET", "issue/OPS-1/properties/aftermath"),
    ],
)
def test_a_hidden_ticket_and_a_missing_one_cannot_be_told_apart(rig: Rig, method: str, path: str) -> None:
    rig.opened()
    body = {} if method != "GET" else None

    hidden = rig.call(method, path, body, account="olga")
    missing = rig.call(method, path.replace("OPS-1", "OPS-9"), body, account="ana")

    assert hidden == missing
    assert hidden[0] == 404
    assert hidden[1]["errorMessages"] == ["Issue does not exist or you do not have permission to see it."]


def test_nothing_can_be_written_in_an_archived_project(rig: Rig) -> None:
    key = rig.opened()
    rig.site.places["OPS"].is_archived = True

    assert rig.call("POST", f"issue/{key}/comment", {"body": adf("x")})[0] == 403
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}
    assert rig.call("POST", "issue", {"fields": fields})[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "dashboards", 404), ("DELETE", "myself", 405)], ids=["path", "method"]
)
def test_what_is_not_spoken_here_is_said_so(rig: Rig, method: str, path: str, status: int) -> None:
    assert rig.call(method, path)[0] == status


def test_a_body_that_is_no_json_is_refused(rig: Rig) -> None:
    key = rig.opened()
    url = f"{rig.url}/rest/api/3/issue/{key}/comment"

    answer = requests.post(url, data=b"{", auth=("ana@example.com", "ana-token"), timeout=10)

    assert (answer.status_code, answer.json()["errors"]) == (400, {})


# --- permissions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "held"),
    [
        ("rea", {"BROWSE_PROJECTS"}),
        ("ben", {"BROWSE_PROJECTS", "EDIT_ISSUES"}),
        ("ana", {"BROWSE_PROJECTS", "EDIT_ISSUES", "EDIT_ALL_COMMENTS"}),
        ("root", {"BROWSE_PROJECTS", "EDIT_ISSUES", "EDIT_ALL_COMMENTS", "ADMINISTER_PROJECTS", "ADMINISTER"}),
    ],
)
def test_ones_own_permissions_follow_the_rights_in_the_project(rig: Rig, account: str, held: set[str]) -> None:
    asked = "BROWSE_PROJECTS,EDIT_ISSUES,EDIT_ALL_COMMENTS,ADMINISTER_PROJECTS,ADMINISTER"

    shown = rig.good("GET", "mypermissions", account=account, projectKey="OPS", permissions=asked)["permissions"]

    assert {key for key, entry in shown.items() if entry["havePermission"]} == held


@pytest.mark.parametrize(
    ("query", "status"),
    [({}, 400), ({"permissions": "FLY"}, 400), ({"permissions": "EDIT_ISSUES", "projectKey": "NONE"}, 404)],
    ids=["none", "unknown permission", "unknown project"],
)
def test_a_wrong_question_about_permissions_is_refused(rig: Rig, query: Any, status: int) -> None:
    assert rig.call("GET", "mypermissions", **query)[0] == status


def test_permissions_of_others_are_told_to_administrators_only(rig: Rig) -> None:
    uid = rig.site.ticket(rig.opened()).uid
    number = rig.site.places["OPS"].number
    asked = [{"permissions": ["BROWSE_PROJECTS", "EDIT_ISSUES"], "projects": [number, 4711], "issues": [uid, 4711]}]
    body = {"accountId": "rea", "projectPermissions": asked, "globalPermissions": ["ADMINISTER"]}

    assert rig.call("POST", "permissions/check", body)[0] == 403
    assert rig.good("POST", "permissions/check", body, account="root") == {
        "globalPermissions": [],
        "projectPermissions": [
            {"permission": "BROWSE_PROJECTS", "projects": [number], "issues": [uid]},
            {"permission": "EDIT_ISSUES", "projects": [], "issues": []},
        ],
    }


# --- people and the site --------------------------------------------------------------------------


def test_bots_are_apps_and_people_are_people(rig: Rig) -> None:
    kinds = {name: rig.good("GET", "user", accountId=name)["accountType"] for name in ("ana", "bot")}

    assert kinds == {"ana": "atlassian", "bot": "app"}
    assert rig.call("GET", "user", accountId="nobody")[0] == 404
    assert rig.good("GET", "myself", account="bot")["accountId"] == "bot"


def test_people_are_found_by_name_and_those_who_can_be_assigned_by_project(rig: Rig) -> None:
    def found(path: str, **query: Any) -> list[str]:
        return [person["accountId"] for person in rig.good("GET", path, **query)]

    assert found("user/search", query="AN") == ["ana"]
    assert found("user/search", accountId="ben") == ["ben"]
    assert found("user/assignable/search", project="OPS") == ["ana", "ben", "root", "bot"]
    assert found("user/assignable/search", project="OPS", query="ben", maxResults=1) == ["ben"]
    assert rig.call("GET", "user/search")[0] == 400


def test_a_project_tells_its_types_and_statuses(rig: Rig) -> None:
    project = rig.good("GET", "project/OPS")
    statuses = rig.good("GET", f"project/{project['id']}/statuses")
    offered = rig.good("GET", "issue/createmeta/OPS/issuetypes")

    assert [kind["name"] for kind in project["issueTypes"]] == ["Task", "Bug"]
    assert [kind["name"] for kind in offered["issueTypes"]] == ["Task", "Bug"]
    assert [status["name"] for status in statuses[0]["statuses"]] == ["To Do", "In Progress", "Done"]
    assert rig.call("GET", "project/NONE")[0] == 404


def test_the_site_is_a_cloud_site_and_keeps_the_driven_time(rig: Rig) -> None:
    rig.later(minutes=1)

    info = rig.good("GET", "serverInfo", account="")

    assert (info["deploymentType"], info["serverTime"]) == ("Cloud", "2026-11-02T09:13:13.123+0000")


def test_every_field_that_a_ticket_shows_is_listed(rig: Rig) -> None:
    shown = rig.good("GET", f"issue/{rig.opened()}")["fields"]

    assert {field["id"] for field in rig.good("GET", "field")} == set(shown)


def test_every_path_that_is_spoken_here_is_one_that_jira_describes(rig: Rig) -> None:
    strangers = [
        (method, template)
        for method, template in rig.api.routes()
        if contract().template(method, template.replace("{", "").replace("}", "")) is None
    ]

    assert strangers == []
