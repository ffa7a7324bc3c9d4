"""Search on the sandbox's Jira: what the JQL subset finds, what it refuses, and how the index lags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_rig import START, Rig, adf


@pytest.fixture
def rig() -> Iterator[Rig]:
    """OPS-1 (failure, by Ana, 09:12), OPS-2 (by Ben, 10:12), PUB-1 (failure and sev1, by the bot, 11:12)."""
    with Rig() as rig:
        rig.opened("first", labels=["failure"])
        rig.later(hours=1)
        rig.opened("second", account="ben", assignee={"accountId": "ana"})
        rig.later(hours=1)
        rig.opened("third", project="PUB", account="bot", labels=["failure", "sev1"])
        yield rig


def found(rig: Rig, jql: str, **more: Any) -> list[str]:
    """Keys, in the order found."""
    issues = rig.good("POST", "search/jql", {"jql": jql, "fields": ["summary"], **more})["issues"]
    return [issue["key"] for issue in issues]


ANCIENT = int(START.timestamp() * 1000)
QUERIES: list[Any] = [
    pytest.param("project = OPS", ["OPS-2", "OPS-1"], id="project, newest first"),
    pytest.param('project in (OPS, "PUB") order by created asc', ["OPS-1", "OPS-2", "PUB-1"], id="projects"),
    pytest.param("project = OPS order by key", ["OPS-1", "OPS-2"], id="by key"),
    pytest.param("labels = failure ORDER BY created DESC", ["PUB-1", "OPS-1"], id="label"),
    pytest.param("labels = failure AND labels = sev1", ["PUB-1"], id="both labels"),
    pytest.param("labels in (sev1, sev2)", ["PUB-1"], id="one of the labels"),
    pytest.param("labels not in (sev1) order by key", ["OPS-1", "OPS-2"], id="none of the labels"),
    pytest.param('created >= "2026-11-02 10:12"', ["PUB-1", "OPS-2"], id="created since a minute"),
    pytest.param('updated >= "2026/11/02 10:13"', ["PUB-1"], id="updated since a minute, with slashes"),
    pytest.param('created < "2026-11-02 10:12"', ["OPS-1"], id="created before"),
    pytest.param(f"created > {ANCIENT}", ["PUB-1", "OPS-2"], id="epoch milliseconds"),
    pytest.param("updated >= -61m", ["PUB-1", "OPS-2"], id="relative, a word"),
    pytest.param('updated >= "-1h"', ["PUB-1", "OPS-2"], id="relative, quoted"),
    pytest.param('created >= "2026-11-03"', [], id="a day without any"),
    pytest.param("key in (OPS-1, pub-1) order by key", ["OPS-1", "PUB-1"], id="keys"),
    pytest.param("reporter = ben", ["OPS-2"], id="reporter"),
    pytest.param("creator = currentUser()", ["OPS-1"], id="creator is me"),
    pytest.param("assignee = ana", ["OPS-2"], id="assignee"),
    pytest.param("statusCategory = Done", [], id="status category"),
    pytest.param("key = OPS-1 OR key = PUB-1 order by key", ["OPS-1", "PUB-1"], id="either"),
    pytest.param("reporter = ben or labels = failure and project = PUB", ["PUB-1", "OPS-2"], id="and binds closer"),
]


@pytest.mark.parametrize(("jql", "keys"), QUERIES)
def test_a_query_finds_what_it_says(rig: Rig, jql: str, keys: list[str]) -> None:
    assert found(rig, jql) == keys


REFUSED: list[Any] = [
    pytest.param("", "Unbounded JQL", id="nothing"),
    pytest.param("order by created", "Unbounded JQL", id="only an order"),
    pytest.param("issue.property[aftermath].x = 1", "does not exist", id="entity property"),
    pytest.param("priority = High", "Field 'priority' does not exist", id="unknown field"),
    pytest.param("project = NONE", "The value 'NONE' does not exist for the field 'project'", id="unknown project"),
    pytest.param("key = OPS-99", "does not exist for field 'key'", id="unknown key"),
    pytest.param("labels = a labels = b", "expecting 'AND'", id="no word between"),
    pytest.param("(labels = a)", "does not exist or you do not have permission", id="brackets"),
    pytest.param("labels = a OR", "expecting a field", id="nothing after or"),
    pytest.param("labels ~ fail", "operator", id="unknown operator"),
    pytest.param("labels > a", "not supported", id="operator that the field lacks"),
    pytest.param("updated >= soon", "Date value 'soon'", id="no date"),
    pytest.param("labels =", "before the end", id="broken off"),
    pytest.param("labels in (a", "before the end", id="list not closed"),
    pytest.param("reporter = membersOf()", "Unable to find JQL function", id="unknown function"),
    pytest.param("project = OPS order by votes", "Not able to sort", id="unknown order"),
    pytest.param('labels = "a', "not expected", id="quote not closed"),
]


@pytest.mark.parametrize(("jql", "reason"), REFUSED)
def test_a_query_that_is_not_understood_is_refused_and_never_widened(rig: Rig, jql: str, reason: str) -> None:
    status, answer = rig.call("POST", "search/jql", {"jql": jql})

    assert status == 400
    assert reason in answer["errorMessages"][0]


def test_a_quoted_value_is_one_value_whatever_stands_in_it(rig: Rig) -> None:
    rig.site.add_label("ana", "OPS-1", 'a" OR project = "PUB')

    assert found(rig, r'labels = "a\" OR project = \"PUB"') == ["OPS-1"]


def test_get_and_post_give_the_same(rig: Rig) -> None:
    asked = {"jql": "project = OPS", "fields": "summary,labels", "maxResults": 1}
    posted = {**asked, "fields": ["summary", "labels"]}

    assert rig.good("GET", "search/jql", **asked) == rig.good("POST", "search/jql", posted)


def test_only_ids_come_back_unless_fields_are_asked_for(rig: Rig) -> None:
    (shown,) = rig.good("GET", "search/jql", jql="key = OPS-1")["issues"]

    assert list(shown) == ["id"]


def test_pages_follow_the_token_to_the_last(rig: Rig) -> None:
    for number in range(5):
        rig.opened(f"more {number}")
    body: dict[str, Any] = {"jql": "project = OPS order by key", "fields": ["key"], "maxResults": 3}
    pages = []
    while True:
        answer = rig.good("POST", "search/jql", body)
        pages.append(len(answer["issues"]))
        if answer["isLast"]:
            break
        body["nextPageToken"] = answer["nextPageToken"]

    assert pages == [3, 3, 1]
    assert "nextPageToken" not in answer


@pytest.mark.parametrize("token", ["nonsense", "WzEsIngiXQ=="])
def test_a_token_of_another_query_is_refused(rig: Rig, token: str) -> None:
    assert rig.call("POST", "search/jql", {"jql": "project = OPS", "nextPageToken": token})[0] == 400


def test_tickets_that_one_may_not_see_are_not_found(rig: Rig) -> None:
    issues = rig.good("GET", "search/jql", account="olga", jql="labels = failure", fields="summary")["issues"]

    assert [issue["key"] for issue in issues] == ["PUB-1"]


def test_properties_and_the_changelog_come_along_where_they_are_asked_for(rig: Rig) -> None:
    rig.site.set_property("ana", "OPS-1", "aftermath", "m")
    rig.site.set_title("ana", "OPS-1", "renamed")

    body = {"jql": "key = OPS-1", "fields": ["comment"], "properties": ["aftermath"], "expand": "changelog"}
    (shown,) = rig.good("POST", "search/jql", body)["issues"]

    assert shown["properties"] == {"aftermath": "m"}
    assert shown["changelog"]["histories"][0]["items"][0]["toString"] == "renamed"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_old_search_is_gone(rig: Rig, method: str) -> None:
    status, answer = rig.call(method, "search", {"jql": "project = OPS"} if method == "POST" else None)

    assert status == 410
    assert "/rest/api/3/search/jql" in answer["errorMessages"][0]


# --- lag ------------------------------------------------------------------------------------------


@pytest.fixture
def lagging() -> Iterator[Rig]:
    """The index is 30 s behind."""
    with Rig(search_lag_s=30) as rig:
        yield rig


def test_a_new_ticket_is_found_only_after_the_lag_but_read_at_once_when_it_is_named(lagging: Rig) -> None:
    key = lagging.opened(labels=["failure"])
    uid = lagging.site.ticket(key).uid

    assert found(lagging, "project = OPS") == []
    assert found(lagging, "project = OPS", reconcileIssues=[uid]) == [key]
    assert lagging.good("GET", f"issue/{key}")["key"] == key
    lagging.later(seconds=30)
    assert found(lagging, "project = OPS") == [key]


def test_a_late_index_knows_the_old_time_and_the_old_labels(lagging: Rig) -> None:
    key = lagging.opened(labels=["failure"])
    lagging.later(hours=1)
    lagging.good("PUT", f"issue/{key}", {"update": {"labels": [{"remove": "failure"}, {"add": "sev1"}]}})
    lagging.good("POST", f"issue/{key}/comment", {"body": adf("x")})
    body = {"jql": "project = OPS", "fields": ["updated", "labels"]}

    (stale,) = lagging.good("POST", "search/jql", body)["issues"]
    assert stale["fields"] == {"updated": "2026-11-02T09:12:13.123+0000", "labels": ["failure"]}
    assert found(lagging, "updated >= -5m") == []

    lagging.later(seconds=30)
    (fresh,) = lagging.good("POST", "search/jql", body)["issues"]
    assert fresh["fields"] == {"updated": "2026-11-02T10:12:13.123+0000", "labels": ["sev1"]}
    assert found(lagging, "updated >= -5m") == [key]


@pytest.mark.parametrize("ids", [list(range(1, 52)), ["OPS-1"]], ids=["51 ids", "a key"])
def test_at_most_50_tickets_are_read_strongly_and_by_id(lagging: Rig, ids: list[Any]) -> None:
    query = {"jql": "project = OPS", "reconcileIssues": ",".join(map(str, ids))}

    assert lagging.call("GET", "search/jql", **query)[0] == 400
