"""Who the sandbox's Jira Data Center lets in, and what it says to those whom it does not.

https://developer.atlassian.com/server/jira/platform/basic-authentication/
https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sandbox.jira_server_api import FAILED_LOGINS_MAX, JiraServerApi
from tests.connectors.sandbox.jira_server_rig import ServerRig


@pytest.fixture
def rig() -> Iterator[ServerRig]:
    with ServerRig() as rig:
        yield rig


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


CREDENTIALS: list[Any] = [
    pytest.param(basic("ana:ana-password"), "ana", id="user name and password"),
    pytest.param("Bearer ana-token", "ana", id="personal access token"),
    pytest.param(basic("ana:ana-token"), None, id="a token is no password"),
    pytest.param("Bearer ana-password", None, id="a password is no token"),
    pytest.param(basic("ben:ana-password"), None, id="somebody else's password"),
    pytest.param(basic("nobody:nobody-password"), None, id="unknown account"),
    pytest.param(basic(":-password"), None, id="no user name"),
    pytest.param("Basic ###", None, id="no base64"),
    pytest.param("Digest ana-token", None, id="another scheme"),
    pytest.param("", None, id="nothing"),
]


@pytest.mark.parametrize(("header", "account"), CREDENTIALS)
def test_credentials_belong_to_an_account_or_to_nobody(rig: ServerRig, header: str, account: str | None) -> None:
    assert rig.api.authenticate({"authorization": header}) == account


def test_tokens_and_passwords_can_be_given(rig: ServerRig) -> None:
    api = JiraServerApi(rig.site, rig.url, rig.clock.now, tokens={"s3cret": "bot"}, passwords={"bot": "hush"})

    given = ("Bearer s3cret", basic("bot:hush"), "Bearer bot-token", basic("bot:bot-password"))
    assert [api.authenticate({"authorization": header}) for header in given] == ["bot", "bot", None, None]


@pytest.mark.parametrize("path", ["myself", "serverInfo", "issue/PUB-1"])
def test_a_wrong_password_is_a_failed_login_wherever_it_is_shown(rig: ServerRig, path: str) -> None:
    rig.opened(project="PUB")

    answer = rig.ask("GET", f"rest/api/2/{path}", login=("ana", "wrong"))

    assert (answer.status_code, answer.headers["X-Seraph-LoginReason"]) == (401, "AUTHENTICATED_FAILED")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Basic Authentication Failure - Reason : AUTHENTICATED_FAILED" in answer.text


def test_too_many_failed_logins_ask_for_a_captcha_even_with_the_right_password(rig: ServerRig) -> None:
    for _ in range(FAILED_LOGINS_MAX):
        assert rig.ask("GET", "rest/api/2/myself", login=("ana", "wrong")).status_code == 401

    answer = rig.ask("GET", "rest/api/2/myself", login=("ana", "ana-password"))

    assert (answer.status_code, answer.headers["X-Seraph-LoginReason"]) == (403, "AUTHENTICATION_DENIED")
    wanted = f"CAPTCHA_CHALLENGE; login-url={rig.url}/login.jsp"
    assert answer.headers["X-Authentication-Denied-Reason"] == wanted
    assert rig.ask("GET", "rest/api/2/myself", token="ana-token").status_code == 200
    assert rig.ask("GET", "rest/api/2/myself", login=("ben", "ben-password")).status_code == 200


def test_an_administrator_lets_somebody_in_again(rig: ServerRig) -> None:
    for _ in range(FAILED_LOGINS_MAX):
        rig.ask("GET", "rest/api/2/myself", login=("ana", "wrong"))

    rig.api.reset_failed_logins("ana")

    assert rig.ask("GET", "rest/api/2/myself", login=("ana", "ana-password")).status_code == 200


def test_a_login_that_works_forgets_those_that_failed(rig: ServerRig) -> None:
    for password in ("wrong", "wrong", "ana-password", "wrong", "wrong"):
        rig.ask("GET", "rest/api/2/myself", login=("ana", password))

    assert rig.ask("GET", "rest/api/2/myself", login=("ana", "ana-password")).status_code == 200


@pytest.mark.parametrize("token", ["", "revoked"], ids=["no credentials", "a token of nobody"])
def test_a_token_of_nobody_reads_what_anybody_may_and_finds_nothing_else(rig: ServerRig, token: str) -> None:
    rig.opened(project="PUB")
    rig.opened()

    def ask(path: str, **query: Any) -> Any:
        return rig.ask("GET", f"rest/api/2/{path}", token=token, **query)

    assert ask("issue/PUB-1").status_code == 200
    hidden = ask("issue/OPS-1")
    assert hidden.status_code == 401
    assert hidden.json()["errorMessages"] == [
        "You do not have the permission to see the specified issue.",
        "Login Required",
    ]
    assert "X-Seraph-LoginReason" not in hidden.headers
    assert ask("myself").status_code == 401
    assert [issue["key"] for issue in ask("search", jql="").json()["issues"]] == ["PUB-1"]
    assert ask("search", jql="project = OPS").status_code == 400
    assert "serverTime" not in ask("serverInfo").json()


@pytest.mark.parametrize(
    ("path", "token", "named"),
    [
        ("search", "ana-token", "ana"),
        ("search", "revoked", "anonymous"),
        ("search", "", "anonymous"),
        ("issue/OPS-1", "ana-token", "ana"),
        ("issue/OPS-1", "olga-token", "olga"),
        ("issue/OPS-1", "revoked", "anonymous"),
    ],
)
def test_an_answer_and_a_refusal_name_whom_they_are_for(rig: ServerRig, path: str, token: str, named: str) -> None:
    """https://confluence.atlassian.com/jirakb/login-issues-with-jira-server-and-data-center-203394747.html"""
    rig.opened()

    assert rig.ask("GET", f"rest/api/2/{path}", token=token).headers["X-AUSERNAME"] == named


def test_a_token_that_was_revoked_is_nobody_s_until_it_is_given_back(rig: ServerRig) -> None:
    rig.opened()
    rig.api.revoke_token("ana-token")

    answer = rig.ask("GET", "rest/api/2/search", token="ana-token")
    assert (answer.status_code, answer.json()["total"], answer.headers["X-AUSERNAME"]) == (200, 0, "anonymous")

    rig.api.revoke_token("ana-token", is_revoked=False)
    assert rig.ask("GET", "rest/api/2/search", token="ana-token").json()["total"] == 1


@pytest.mark.parametrize("how", [{"token": "ana-token"}, {"login": ("ana", "ana-password")}], ids=["token", "password"])
def test_an_account_that_was_switched_off_is_let_in_no_more(rig: ServerRig, how: Any) -> None:
    rig.site.accounts["ana"].is_active = False

    assert rig.ask("GET", "rest/api/2/myself", **how).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "rest/api/3/myself", 404),
        ("GET", "rest/api/2/search/jql", 404),
        # What is left of the address is that of a ticket, which can be read and edited.
        ("POST", "rest/api/2/issue/bulkfetch", 405),
        ("POST", "rest/api/2/comment/list", 404),
        ("POST", "rest/api/2/permissions/check", 404),
        ("GET", "rest/api/2/issue/OPS-1/changelog", 404),
        ("POST", "rest/api/2/changelog/bulkfetch", 404),
    ],
)
def test_what_cloud_alone_has_is_not_there(rig: ServerRig, method: str, path: str, status: int) -> None:
    rig.opened()

    assert rig.ask(method, path, {} if method == "POST" else None, token="ana-token").status_code == status


def test_the_newest_version_has_a_name_of_its_own(rig: ServerRig) -> None:
    assert rig.ask("GET", "rest/api/latest/myself", token="ana-token").json()["name"] == "ana"
