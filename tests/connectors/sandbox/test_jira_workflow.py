"""How tickets move on the sandbox's Jira, and what its changelog says of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_rig import Rig, adf


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as rig:
        yield rig


@pytest.fixture
def key(rig: Rig) -> str:
    return rig.opened(labels=["failure"], assignee={"accountId": "ben"}, description=adf("It answers 500."))


def move(rig: Rig, key: str, to: str, **more: Any) -> tuple[int, Any]:
    """Transition by the name of the status."""
    offered = rig.good("GET", f"issue/{key}/transitions")["transitions"]
    chosen = {entry["to"]["name"]: entry["id"] for entry in offered}[to]
    return rig.call("POST", f"issue/{key}/transitions", {"transition": {"id": chosen}, **more})


def items(rig: Rig, key: str) -> list[list[tuple[Any, ...]]]:
    """Per change, oldest first: (field, from, fromString, to, toString)."""
    values = rig.good("GET", f"issue/{key}/changelog")["values"]
    parts = ("field", "from", "fromString", "to", "toString")
    return [[tuple(item[part] for part in parts) for item in change["items"]] for change in values]


# --- transitions ----------------------------------------------------------------------------------


def test_every_status_of_the_project_can_be_reached(rig: Rig, key: str) -> None:
    offered = rig.good("GET", f"issue/{key}/transitions")["transitions"]

    seen = [(entry["to"]["name"], entry["to"]["statusCategory"]["key"]) for entry in offered]
    assert seen == [("To Do", "new"), ("In Progress", "indeterminate"), ("Done", "done")]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "Done"),
        ({"resolution": {"name": "Duplicate"}}, "Duplicate"),
        ({"resolution": {"name": "Won't Do"}}, "Won't Do"),
    ],
)
def test_a_ticket_that_is_done_has_a_resolution(rig: Rig, key: str, fields: Any, name: str) -> None:
    assert move(rig, key, "Done", fields=fields)[0] == 204

    seen = rig.good("GET", f"issue/{key}")["fields"]
    assert (seen["resolution"]["name"], seen["resolutiondate"]) == (name, "2026-11-02T09:12:13.123+0000")


def test_a_ticket_that_is_reopened_has_none(rig: Rig, key: str) -> None:
    move(rig, key, "Done")
    move(rig, key, "To Do")

    seen = rig.good("GET", f"issue/{key}")["fields"]
    assert (seen["resolution"], seen["resolutiondate"], seen["status"]["name"]) == (None, None, "To Do")


def test_a_comment_may_come_along(rig: Rig, key: str) -> None:
    assert move(rig, key, "Done", update={"comment": [{"add": {"body": adf("Done.")}}]})[0] == 204

    assert rig.site.ticket(key).comments[0].body == adf("Done.")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="no transition"),
        pytest.param({"transition": {"id": "99"}}, id="unknown transition"),
        pytest.param({"transition": {"id": "31"}, "fields": {"resolution": {"name": "Gone"}}}, id="unknown resolution"),
        pytest.param({"transition": {"id": "31"}, "fields": {"labels": ["x"]}}, id="field that is not on the screen"),
        pytest.param({"transition": {"id": "31"}, "update": {"comment": [{"add": {"body": "x"}}]}}, id="plain comment"),
    ],
)
def test_a_wrong_transition_is_refused_and_moves_nothing(rig: Rig, key: str, body: Any) -> None:
    assert rig.call("POST", f"issue/{key}/transitions", body)[0] == 400
    assert (rig.site.ticket(key).status, rig.site.ticket(key).comments) == ("To Do", [])


def test_somebody_who_only_reads_is_offered_no_transition(rig: Rig, key: str) -> None:
    assert rig.good("GET", f"issue/{key}/transitions", account="rea")["transitions"] == []
    assert rig.call("POST", f"issue/{key}/transitions", {"transition": {"id": "31"}}, account="rea")[0] == 400


# --- changelog ------------------------------------------------------------------------------------


def test_what_a_ticket_was_opened_with_is_no_change(rig: Rig, key: str) -> None:
    assert items(rig, key) == []


CHANGES: list[Any] = [
    pytest.param(
        {"fields": {"labels": ["failure", "sev1"]}}, ("labels", "", "failure", "", "failure sev1"), id="label put on"
    ),
    pytest.param({"update": {"labels": [{"remove": "failure"}]}}, ("labels", "", "failure", "", ""), id="label off"),
    pytest.param(
        {"fields": {"assignee": {"id": "ana"}}}, ("assignee", "ben", "Ben Okri", "ana", "Ana Ruiz"), id="handed on"
    ),
    pytest.param({"fields": {"assignee": None}}, ("assignee", "ben", "Ben Okri", None, None), id="nobody assigned"),
    pytest.param(
        {"fields": {"duedate": "2026-12-01"}}, ("duedate", None, None, "2026-12-01", "2026-12-01 00:00:00.0"), id="due"
    ),
    pytest.param({"fields": {"summary": "x"}}, ("summary", None, "Checkout is down", None, "x"), id="renamed"),
    pytest.param(
        {"fields": {"description": adf("It's slow.")}},
        ("description", None, "It answers 500.", None, "It's slow."),
        id="described",
    ),
]


@pytest.mark.parametrize(("edit", "item"), CHANGES)
def test_a_change_is_told_with_the_values_before_and_after(rig: Rig, key: str, edit: Any, item: Any) -> None:
    rig.good("PUT", f"issue/{key}", edit)

    assert items(rig, key) == [[item]]


def test_one_edit_of_several_fields_is_one_change(rig: Rig, key: str) -> None:
    update = {"labels": [{"remove": "failure"}, {"add": "a"}, {"add": "b"}]}
    rig.good("PUT", f"issue/{key}", {"fields": {"summary": "x", "assignee": {"id": "ana"}}, "update": update})

    (change,) = items(rig, key)
    assert [item[0] for item in change] == ["summary", "labels", "assignee"]
    assert change[1] == ("labels", "", "failure", "", "a b")


def test_labels_are_told_as_they_were_at_each_time(rig: Rig, key: str) -> None:
    for label in ("a", "b"):
        rig.site.add_label("ana", key, label)
    rig.site.remove_label("ana", key, "failure")

    assert [(c[0][2], c[0][4]) for c in items(rig, key)] == [
        ("failure", "a failure"),
        ("a failure", "a b failure"),
        ("a b failure", "a b"),
    ]


def test_closing_and_reopening_are_changes_of_status_and_resolution(rig: Rig, key: str) -> None:
    move(rig, key, "In Progress")
    move(rig, key, "Done", fields={"resolution": {"name": "Duplicate"}})
    closed = items(rig, key)
    move(rig, key, "To Do")

    assert closed == [
        [("status", "10000", "To Do", "10001", "In Progress")],
        [("status", "10001", "In Progress", "10002", "Done"), ("resolution", None, None, "10002", "Duplicate")],
    ]
    assert items(rig, key)[2] == [
        ("status", "10002", "Done", "10000", "To Do"),
        ("resolution", "10000", "Done", None, None),
    ]


def test_links_are_told_in_words(rig: Rig, key: str) -> None:
    other = rig.opened()
    ends = {"inwardIssue": {"key": key}, "outwardIssue": {"key": other}}
    rig.good("POST", "issueLink", {"type": {"name": "Blocks"}, **ends})
    rig.good("POST", f"issue/{key}/remotelink", {"object": {"url": "https://example.com/1", "title": "Plan"}})

    assert [(c[0][0], c[0][4]) for c in items(rig, key)] == [
        ("Link", "This work item blocks OPS-2"),
        ("RemoteWorkItemLink", 'This work item links to "https://example.com/1"'),
    ]


def test_a_description_that_was_put_into_the_world_directly_is_told_in_its_words(rig: Rig, key: str) -> None:
    rig.site.set_body("ana", key, adf('It\'s "slow".'))

    assert items(rig, key) == [[("description", None, "It answers 500.", None, 'It\'s "slow".')]]


def test_a_long_changelog_is_paged_and_cut_to_the_100_newest_where_it_comes_along(rig: Rig, key: str) -> None:
    for number in range(105):
        rig.site.set_title("ana", key, f"title {number}")

    first = rig.good("GET", f"issue/{key}/changelog")
    second = rig.good("GET", f"issue/{key}/changelog", startAt=100)
    along = rig.good("GET", f"issue/{key}", expand="changelog")["changelog"]

    assert [(len(p["values"]), p["isLast"], p["total"]) for p in (first, second)] == [(100, False, 105), (5, True, 105)]
    assert first["nextPage"].endswith("startAt=100&maxResults=100")
    newest, oldest_shown = along["histories"][0], along["histories"][-1]
    assert (newest["items"][0]["toString"], oldest_shown["items"][0]["toString"]) == ("title 104", "title 5")
    assert (len(along["histories"]), along["total"]) == (100, 105)


def test_changelogs_of_many_tickets_are_paged_together_and_filtered_by_field(rig: Rig, key: str) -> None:
    other = rig.opened()
    for ticket in (key, other):
        rig.later(minutes=1)
        rig.site.set_title("ana", ticket, "renamed")
        rig.site.add_label("ana", ticket, "sev1")
    asked = {"issueIdsOrKeys": [other, key, "OPS-99"]}

    def page(**more: Any) -> tuple[list[tuple[str, int]], str | None]:
        answer = rig.good("POST", "changelog/bulkfetch", {**asked, **more})
        logs = answer["issueChangeLogs"]
        return [(log["issueId"], len(log["changeHistories"])) for log in logs], answer.get("nextPageToken")

    ids = [str(rig.site.ticket(name).uid) for name in (key, other)]
    assert page() == ([(ids[0], 2), (ids[1], 2)], None)
    assert page(fieldIds=["labels"]) == ([(ids[0], 1), (ids[1], 1)], None)
    first, token = page(maxResults=3)
    assert first == [(ids[0], 2), (ids[1], 1)]
    assert page(maxResults=3, nextPageToken=token) == ([(ids[1], 1)], None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"issueIdsOrKeys": []}, id="no ticket"),
        pytest.param({"issueIdsOrKeys": [str(n) for n in range(1001)]}, id="1,001 tickets"),
        pytest.param({"issueIdsOrKeys": ["OPS-1"], "nextPageToken": "nonsense"}, id="wrong token"),
    ],
)
def test_a_wrong_request_for_changelogs_is_refused(rig: Rig, key: str, body: Any) -> None:
    assert rig.call("POST", "changelog/bulkfetch", body)[0] == 400
