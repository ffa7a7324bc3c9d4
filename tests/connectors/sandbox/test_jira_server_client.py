"""The sandbox's Jira Data Center, driven through the jira library as a connector drives it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jira import JIRA, JIRAError

from tests.connectors.sandbox.jira_server_rig import ServerRig


@pytest.fixture
def rig() -> Iterator[ServerRig]:
    with ServerRig() as rig:
        yield rig


@pytest.fixture(params=[False, True], ids=["personal access token", "password"])
def client(rig: ServerRig, request: pytest.FixtureRequest) -> Iterator[JIRA]:
    client = rig.client(by_password=request.param)
    yield client
    client.close()


def test_the_library_takes_it_for_a_data_center(rig: ServerRig, client: JIRA) -> None:
    assert (client._is_cloud, client._version) == (False, (9, 12, 15))
    assert client.myself()["name"] == "bot"
    assert client.current_user() == "bot"


def test_a_ticket_is_created_with_its_properties_in_one_request(rig: ServerRig, client: JIRA) -> None:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Checkout", "description": "h1. x"}
    body = {"fields": fields, "properties": [{"key": "aftermath", "value": "m"}]}

    made = client._session.post(client._get_url("issue"), json=body).json()

    issue = client.issue(made["key"], properties="aftermath")
    assert (issue.fields.summary, issue.fields.description) == ("Checkout", "h1. x")
    assert issue.raw["properties"] == {"aftermath": "m"}
    assert rig.sandbox.counts.writes("jira", "bot") == 1


def test_comments_labels_assignees_and_due_dates(rig: ServerRig, client: JIRA) -> None:
    key = rig.opened(labels=["failure"])

    comment = client.add_comment(key, "*Hello*", visibility={"type": "role", "value": "Administrators"})
    client.issue(key).update(fields={"duedate": "2026-11-30"}, update={"labels": [{"add": "sev1"}]})
    client.assign_issue(key, "ben")

    issue = client.issue(key)
    assert [(c.id, c.body) for c in client.comments(key)] == [(comment.id, "*Hello*")]
    assert (issue.fields.labels, issue.fields.duedate) == (["failure", "sev1"], "2026-11-30")
    assert (issue.fields.assignee.name, issue.fields.assignee.displayName) == ("ben", "Ben Okri")


def test_a_transition_by_id(rig: ServerRig, client: JIRA) -> None:
    key = rig.opened()
    done = next(t["id"] for t in client.transitions(key) if t["to"]["statusCategory"]["key"] == "done")

    client.transition_issue(key, done)

    assert client.issue(key).fields.resolution.name == "Done"


def test_remote_links_and_issue_links(rig: ServerRig, client: JIRA) -> None:
    key, other = rig.opened(), rig.opened()

    for title in ("Plan", "New plan"):
        body = {"globalId": "aftermath=1", "object": {"url": "https://example.com/1", "title": title}}
        client._session.post(client._get_url(f"issue/{key}/remotelink"), json=body)
    client.create_issue_link("Relates", key, other)

    assert [link.object.title for link in client.remote_links(key)] == ["New plan"]
    assert [link.outwardIssue.key for link in client.issue(key).fields.issuelinks] == [other]


def test_the_library_pages_through_a_search_by_offset(rig: ServerRig, client: JIRA) -> None:
    keys = [rig.opened(f"ticket {number}", labels=["failure"]) for number in range(5)]

    found = client.search_issues("labels = failure order by key", maxResults=0)
    page = client.search_issues("labels = failure order by key", startAt=1, maxResults=2)

    assert [issue.key for issue in found] == keys
    assert ([issue.key for issue in page], page.total) == (keys[1:3], 5)


def test_people_are_found_by_the_library(rig: ServerRig, client: JIRA) -> None:
    assert [user.name for user in client.search_users(user="an")] == ["ana"]
    assert client.user("ben").displayName == "Ben Okri"
    assert [user.name for user in client.search_assignable_users_for_issues("ben", project="OPS")] == ["ben"]


def test_types_and_fields_come_from_the_pages_of_createmeta(rig: ServerRig, client: JIRA) -> None:
    types = client.project_issue_types("OPS")
    fields = client.project_issue_fields("OPS", types[0].id)

    assert [kind.name for kind in types] == ["Task", "Bug"]
    assert [field.fieldId for field in fields if field.required] == ["summary", "issuetype", "project"]


def test_a_refusal_reaches_the_caller_in_jiras_words(rig: ServerRig, client: JIRA) -> None:
    with pytest.raises(JIRAError) as caught:
        client.issue("OPS-99")

    assert (caught.value.status_code, caught.value.text) == (404, "Issue Does Not Exist")
