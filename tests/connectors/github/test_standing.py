"""Who we are where GitHub does not say it plainly, and whom a repository's silence counts for."""

from __future__ import annotations

import pytest

from connectors.errors import Denied, Temporary
from connectors.github.tracker import GitHubTracker
from rules.facts import ActorKind, Audience
from tests.connectors.github.conftest import SEVEN, SHOP
from tests.connectors.github.scripted import Asked, Reply, Scripted

NOT_AN_APP = Reply(403, {"message": "Resource not accessible by integration"})


@pytest.mark.parametrize("login", ["aftermath", "aftermath[bot]"])
def test_an_apps_installation_is_known_by_its_bot(server: Scripted, tracker: GitHubTracker, login: str) -> None:
    server.on("GET", "/user", NOT_AN_APP)
    server.on("POST", "/graphql", Reply(body={"data": {"viewer": {"login": login}}}))
    assert tracker.who_we_are().account == "aftermath[bot]"
    assert tracker.who_we_are().kind is ActorKind.OURS
    assert tracker.requests.snapshot() == (2, 0)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": None, "errors": [{"message": "no"}]}, id="an-error"),
        pytest.param({"data": {"viewer": None}}, id="nobody"),
        pytest.param([], id="a-list"),
    ],
)
def test_an_account_that_github_does_not_tell_is_not_guessed(
    server: Scripted, tracker: GitHubTracker, body: object
) -> None:
    """P3: with a wrong account of our own no marker would be believed, and everything would be said again."""
    server.on("GET", "/user", NOT_AN_APP)
    server.on("POST", "/graphql", Reply(body=body))
    with pytest.raises(Temporary):
        tracker.who_we_are()


def test_a_refusal_is_not_remembered(server: Scripted, tracker: GitHubTracker) -> None:
    good = Reply(body={"login": "aftermath"})
    server.on("GET", "/user", Reply(401, {"message": "Bad credentials"}), good)
    with pytest.raises(Denied):
        tracker.who_we_are()
    assert tracker.who_we_are().account == "aftermath"


@pytest.mark.parametrize(
    ("repository", "audience"),
    [
        pytest.param({"private": False, "visibility": "public"}, Audience.PUBLIC, id="public"),
        pytest.param({"private": False}, Audience.PUBLIC, id="public-on-an-older-server"),
        pytest.param({"private": True, "visibility": "private"}, Audience.INTERNAL, id="private"),
        pytest.param({"private": False, "visibility": "internal"}, Audience.INTERNAL, id="internal"),
        pytest.param({"private": True, "visibility": "public"}, Audience.INTERNAL, id="contradiction"),
        pytest.param({}, Audience.INTERNAL, id="silence"),
    ],
)
def test_an_audience_is_public_only_where_everything_says_so(
    server: Scripted, tracker: GitHubTracker, repository: dict[str, object], audience: Audience
) -> None:
    """P14: a doubt never widens who reads."""
    server.on("GET", "/repos/acme/shop", Reply(body={"full_name": "acme/shop", **repository}))
    assert tracker.audience(SHOP) is audience


def test_asked_anew_an_audience_that_stayed_the_same_costs_nothing_of_the_rate_limit(
    server: Scripted, tracker: GitHubTracker
) -> None:
    """DESIGN 7: an answer of 304 is free, and the one that was remembered counts on."""

    def answered(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"1"':
            return Reply(304, headers={"ETag": '"1"'})
        return Reply(body={"full_name": "acme/shop", "private": True}, headers={"ETag": '"1"'})

    server.on("GET", "/repos/acme/shop", answered)
    assert tracker.audience(SHOP) is Audience.INTERNAL
    assert tracker.audience(SHOP, is_anew=True) is Audience.INTERNAL
    assert [bool(asked.headers.get("if-none-match")) for asked in server.asked] == [False, True]


@pytest.mark.parametrize(
    ("shown", "may"),
    [
        pytest.param({"permission": "read", "role_name": "triage"}, True, id="triage"),
        pytest.param({"permission": "write", "role_name": "maintain"}, True, id="maintain"),
        pytest.param({"permission": "write", "role_name": "release captain"}, True, id="custom-role-over-write"),
        pytest.param({"permission": "read", "role_name": "auditor"}, False, id="custom-role-over-read"),
        pytest.param({"permission": "none", "role_name": ""}, False, id="none"),
        pytest.param({"permission": "admin"}, True, id="older-server"),
    ],
)
def test_rights_follow_the_role_and_what_it_rests_on(
    server: Scripted, tracker: GitHubTracker, shown: dict[str, str], may: bool
) -> None:
    server.on("GET", "/repos/acme/shop/collaborators/ada/permission", Reply(body=shown))
    assert tracker.has_rights(SEVEN, "ada") is may


def test_rights_that_may_not_be_asked_for_are_denied_and_not_guessed(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("GET", "/repos/acme/shop/collaborators/ada/permission", Reply(403, {"message": "Must have push access"}))
    with pytest.raises(Denied):
        tracker.has_rights(SEVEN, "ada")


@pytest.mark.parametrize("role", [[], {}, 7, None, ["write"]], ids=repr)
def test_what_is_no_role_gives_no_rights(server: Scripted, tracker: GitHubTracker, role: object) -> None:
    told = {"permission": role, "role_name": role}
    server.on("GET", "/repos/acme/shop/collaborators/ada/permission", Reply(body=told))
    assert tracker.has_rights(SEVEN, "ada") is False
