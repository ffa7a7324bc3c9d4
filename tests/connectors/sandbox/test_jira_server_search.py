"""Search on the sandbox's Jira Data Center: pages by offset, an index that lags, and what it refuses.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/search
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_server_rig import ServerRig


@pytest.fixture
def rig() -> Iterator[ServerRig]:
    with ServerRig() as rig:
        rig.opened("first", labels=["failure"], assignee={"name": "ben"})
        rig.opened("second")
        rig.opened("third", project="PUB", account="bot", labels=["failure"])
        yield rig


def keys(answer: dict[str, Any]) -> list[str]:
    return [issue["key"] for issue in answer["issues"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("start", "most", "found", "told"),
    [
        pytest.param(0, 2, ["OPS-1", "OPS-2"], 2, id="first page"),
        pytest.param(2, 2, ["PUB-1"], 2, id="last page"),
        pytest.param(7, 2, [], 2, id="beyond the end"),
        pytest.param(0, 0, [], 0, id="only the total"),
        pytest.param(0, 5000, ["OPS-1", "OPS-2", "PUB-1"], 1000, id="more than there may be"),
        pytest.param(0, -1, ["OPS-1", "OPS-2", "PUB-1"], 1000, id="as many as there may be"),
    ],
)
def test_a_search_pages_by_offset(
    rig: ServerRig, method: str, start: int, most: int, found: list[str], told: int
) -> None:
    asked: dict[str, Any] = {"jql": "order by key", "startAt": start, "maxResults": most}

    answer = rig.good("GET", "search", **asked) if method == "GET" else rig.good("POST", "search", asked)

    assert (keys(answer), answer["total"], answer["startAt"], answer["maxResults"]) == (found, 3, start, told)


QUERIES: list[Any] = [
    pytest.param("assignee = ben", ["OPS-1"], id="by user name"),
    pytest.param("reporter in (Bot, rea)", ["PUB-1"], id="user names in whatever case"),
    pytest.param("labels = failure and project = OPS", ["OPS-1"], id="label in a project"),
    pytest.param("creator = currentUser() order by key", ["OPS-1", "OPS-2"], id="mine"),
]


@pytest.mark.parametrize(("jql", "found"), QUERIES)
def test_a_query_finds_what_it_says(rig: ServerRig, jql: str, found: list[str]) -> None:
    assert keys(rig.good("GET", "search", jql=jql)) == found


UNKNOWN: list[Any] = [
    pytest.param("project = NONE", ["The value 'NONE' does not exist for the field 'project'."], id="project"),
    pytest.param("reporter = zoe", ["The value 'zoe' does not exist for the field 'reporter'."], id="user"),
    pytest.param(
        "key in (OPS-1, OPS-8, OPS-9)",
        [f"An issue with key 'OPS-{number}' does not exist for field 'key'." for number in (8, 9)],
        id="keys, each of them",
    ),
]


@pytest.mark.parametrize(("jql", "told"), UNKNOWN)
def test_what_is_named_and_not_there_is_refused(rig: ServerRig, jql: str, told: list[str]) -> None:
    assert rig.call("GET", "search", jql=jql) == (400, {"errorMessages": told, "errors": {}})


@pytest.mark.parametrize("lenient", ["false", "warn"])
@pytest.mark.parametrize(("jql", "told"), UNKNOWN)
def test_without_validation_it_is_a_warning(rig: ServerRig, jql: str, told: list[str], lenient: str) -> None:
    answer = rig.good("GET", "search", jql=jql, validateQuery=lenient)

    assert answer["warningMessages"] == told
    assert keys(answer) == (["OPS-1"] if "OPS-1" in jql else [])


def test_no_leniency_covers_a_query_that_cannot_be_read(rig: ServerRig) -> None:
    assert rig.call("GET", "search", jql="project = = OPS", validateQuery="false")[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"jql": "", "properties": ["aftermath"]}, id="properties"),
        pytest.param({"jql": "", "nextPageToken": "x"}, id="a page token"),
        pytest.param({"jql": "", "fields": "summary"}, id="fields that are no list"),
        pytest.param({"jql": "", "expand": "changelog"}, id="expansions that are no list"),
        pytest.param({"jql": "", "startAt": "x"}, id="an offset that is no number"),
    ],
)
def test_a_body_with_what_is_not_known_here_is_refused(rig: ServerRig, body: dict[str, Any]) -> None:
    assert rig.call("POST", "search", body)[0] == 400


def test_properties_are_not_given_with_a_search(rig: ServerRig) -> None:
    rig.good("PUT", "issue/OPS-1/properties/aftermath", "m")

    (issue,) = rig.good("GET", "search", jql="key = OPS-1", properties="aftermath")["issues"]

    assert "properties" not in issue


def test_fields_and_the_changelog_can_be_chosen(rig: ServerRig) -> None:
    rig.good("PUT", "issue/OPS-1", {"fields": {"summary": "renamed"}})

    body = {"jql": "key = OPS-1", "fields": ["summary", "comment"], "expand": ["changelog"]}
    (issue,) = rig.good("POST", "search", body)["issues"]

    assert set(issue["fields"]) == {"summary", "comment"}
    assert [change["items"][0]["toString"] for change in issue["changelog"]["histories"]] == ["renamed"]


def test_the_index_lags_and_what_is_shown_does_not() -> None:
    with ServerRig(search_lag_s=60) as rig:
        key = rig.opened("old", labels=["failure"])
        rig.later(minutes=2)
        rig.good("PUT", f"issue/{key}", {"fields": {"summary": "new"}, "update": {"labels": [{"remove": "failure"}]}})
        rig.opened("just now", labels=["failure"])

        (found,) = rig.good("GET", "search", jql="labels = failure")["issues"]
        rig.later(minutes=1)

        assert (found["key"], found["fields"]["summary"], found["fields"]["labels"]) == (key, "new", [])
        assert keys(rig.good("GET", "search", jql="labels = failure")) == ["OPS-2"]
