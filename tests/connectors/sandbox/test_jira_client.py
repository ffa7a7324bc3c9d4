"""The sandbox's Jira, driven through the jira library as a connector drives it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jira import JIRA, JIRAError

from tests.connectors.sandbox.jira_rig import Rig, adf


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as rig:
        yield rig


def connect(rig: Rig, account: str = "bot", *, get_server_info: bool = False) -> JIRA:
    client = JIRA(
        rig.url,
        basic_auth=(f"{account}@example.com", f"{account}-token"),
        options={"rest_api_version": "3"},
        max_retries=0,
        timeout=10,
        get_server_info=get_server_info,
    )
    client._session.trust_env = False
    return client


@pytest.fixture
def client(rig: Rig) -> Iterator[JIRA]:
    client = connect(rig)
    yield client
    client.close()


def test_a_ticket_is_created_with_its_properties_in_one_request(rig: Rig, client: JIRA) -> None:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Checkout", "description": adf("x")}
    body = {"fields": fields, "properties": [{"key": "aftermath", "value": "m"}]}

    made = client._session.post(client._get_url("issue"), json=body).json()

    issue = client.issue(made["key"], properties="aftermath")
    assert (issue.fields.summary, issue.fields.status.statusCategory.key) == ("Checkout", "new")
    assert issue.raw["properties"] == {"aftermath": "m"}
    assert rig.sandbox.counts.writes("jira", "bot") == 1


def test_comments_labels_assignees_and_due_dates(rig: Rig, client: JIRA) -> None:
    key = rig.opened(labels=["failure"])

    comment = client.add_comment(key, adf("Hello"))
    client.issue(key).update(fields={"duedate": "2026-11-30"}, update={"labels": [{"add": "sev1"}]})
    # The library's own assign_issue speaks to the API's version 2.
    client._session.put(client._get_url(f"issue/{key}/assignee"), json={"accountId": "ben"})

    issue = client.issue(key)
    assert [c.id for c in client.comments(key)] == [comment.id]
    assert (issue.fields.labels, issue.fields.duedate) == (["failure", "sev1"], "2026-11-30")
    assert issue.fields.assignee.accountId == "ben"


def test_a_transition_by_id(rig: Rig, client: JIRA) -> None:
    key = rig.opened()
    done = next(t["id"] for t in client.transitions(key) if t["to"]["statusCategory"]["key"] == "done")

    client.transition_issue(key, done)

    assert client.issue(key).fields.resolution.name == "Done"


def test_remote_links_and_issue_links(rig: Rig, client: JIRA) -> None:
    key, other = rig.opened(), rig.opened()

    # The library's own add_remote_link asks for application links first, which is for administrators.
    for title in ("Plan", "New plan"):
        body = {"globalId": "aftermath=1", "object": {"url": "https://example.com/1", "title": title}}
        client._session.post(client._get_url(f"issue/{key}/remotelink"), json=body)
    client.create_issue_link("Relates", key, other)

    assert [link.object.title for link in client.remote_links(key)] == ["New plan"]
    assert [link.outwardIssue.key for link in client.issue(key).fields.issuelinks] == [other]


def test_the_enhanced_search_follows_the_pages(rig: Rig) -> None:
    keys = [rig.opened(f"ticket {number}", labels=["failure"]) for number in range(5)]
    client = connect(rig, get_server_info=True)

    found = client.enhanced_search_issues("labels = failure order by key", maxResults=0)
    first = client.search_issues("labels = failure order by key", maxResults=2)

    assert [issue.key for issue in found] == keys
    assert [issue.key for issue in first] == keys[:2]
    client.close()


def test_a_refusal_reaches_the_caller_in_jiras_words(rig: Rig, client: JIRA) -> None:
    with pytest.raises(JIRAError) as caught:
        client.issue("OPS-99")

    assert caught.value.status_code == 404
    assert caught.value.text == "Issue does not exist or you do not have permission to see it."
