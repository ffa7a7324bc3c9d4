"""The client that Aftermath really uses, PyGithub, gets along with the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import github
import pytest
from github import Auth, Github

from tests.connectors.sandbox.github_company import Company, company


@pytest.fixture
def at() -> Iterator[Company]:
    with company() as running:
        yield running


@pytest.fixture
def hub(at: Company) -> Iterator[Github]:
    client = Github(
        auth=Auth.Token("aftermath[bot]-token"),
        base_url=at.sandbox.url("github"),
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
        timeout=5,
    )
    yield client
    client.close()


def test_an_issue_is_opened_talked_about_and_closed(hub: Github, at: Company) -> None:
    assert hub.get_user().login == "aftermath[bot]"
    repo = hub.get_repo("acme/shop")
    issue = repo.create_issue("Boom", body="It broke", labels=["failure"], assignees=["ben"])
    comment = issue.create_comment("Looking")
    comment.edit("Found it")
    issue.add_to_labels("sev1")
    issue.remove_from_labels("Failure")
    issue.edit(state="closed", state_reason="not_planned")
    again = repo.get_issue(issue.number)
    assert (again.state, again.state_reason, again.closed_by.login) == ("closed", "not_planned", "aftermath[bot]")
    assert [label.name for label in again.labels] == ["sev1"]
    assert [one.body for one in again.get_comments()] == ["Found it"]
    events = [event.event for event in again.get_timeline()]
    assert events == ["labeled", "assigned", "commented", "labeled", "unlabeled", "closed"]
    assert repo.get_collaborator_permission("tom") == "read"
    comment.delete()
    assert at.site.ticket("acme/shop#1").comments == []


def test_listings_are_paged_through_to_the_end(hub: Github, at: Company) -> None:
    for number in range(45):
        at.site.open_ticket("ada", "acme/shop", f"Number {number}")
    assert len({issue.number for issue in hub.get_repo("acme/shop").get_issues(state="all")}) == 45
    assert at.sandbox.counts.route("github", "GET", "/repos/{owner}/{repo}/issues") == 2


def test_an_update_of_something_unchanged_is_free(hub: Github, at: Company) -> None:
    issue = hub.get_repo("acme/shop").create_issue("Boom")
    issue = hub.get_repo("acme/shop").get_issue(issue.number)
    assert issue.update() is False
    at.site.comment_on("ada", "acme/shop#1", "news")
    assert issue.update() is True


@pytest.mark.parametrize(
    ("repo", "error"),
    [("acme/nope", github.UnknownObjectException), ("acme/vault", github.UnknownObjectException)],
)
def test_refusals_come_as_the_client_s_own_errors(hub: Github, at: Company, repo: str, error: type[Exception]) -> None:
    at.site.accounts["aftermath[bot]"].rights["acme/vault"] = "none"
    with pytest.raises(error):
        hub.get_repo(repo)


def test_a_wrong_token_is_bad_credentials(at: Company) -> None:
    wrong = Github(auth=Auth.Token("wrong"), base_url=at.sandbox.url("github"), retry=None)
    with pytest.raises(github.BadCredentialsException):
        wrong.get_user("ben")
    wrong.close()
