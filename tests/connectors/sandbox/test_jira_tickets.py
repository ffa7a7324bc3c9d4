"""Tickets on the sandbox's Jira, over HTTP, every answer held against Jira's own description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_rig import Rig, adf

SECRET = {"key": "aftermath", "value": {"marker": "aftermath/1 …"}}


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as rig:
        yield rig


def fields(**more: Any) -> dict[str, Any]:
    return {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Checkout is down", **more}


def test_a_ticket_comes_back_as_it_was_opened(rig: Rig) -> None:
    body = fields(
        description=adf("It answers 500."), labels=["failure", "sev1"], duedate="2026-11-30", assignee={"id": "ben"}
    )

    made = rig.good("POST", "issue", {"fields": body, "properties": [SECRET]})

    shown = rig.good("GET", f"issue/{made['id']}", properties="aftermath")
    seen = shown["fields"]
    assert (made["key"], shown["key"], shown["properties"]) == ("OPS-1", "OPS-1", {"aftermath": SECRET["value"]})
    assert (seen["summary"], seen["labels"], seen["duedate"]) == ("Checkout is down", ["failure", "sev1"], "2026-11-30")
    assert (seen["assignee"]["accountId"], seen["reporter"]["accountId"]) == ("ben", "ana")
    assert seen["status"]["statusCategory"]["key"] == "new"
    assert seen["created"] == "2026-11-02T09:12:13.123+0000"
    assert seen["description"] == adf("It answers 500.")


REFUSED_FIELDS: list[Any] = [
    pytest.param({"project": {"key": "NONE"}}, "project", id="unknown project"),
    pytest.param({"project": None}, "project", id="no project"),
    pytest.param({"issuetype": {"name": "Epic"}}, "issuetype", id="type that the project lacks"),
    pytest.param({"issuetype": None}, "issuetype", id="no type"),
    pytest.param({"assignee": {"accountId": "nobody"}}, "assignee", id="unknown assignee"),
    pytest.param({"assignee": "ben"}, "assignee", id="assignee by name"),
    pytest.param({"summary": None}, "summary", id="no summary"),
    pytest.param({"summary": "  "}, "summary", id="blank summary"),
    pytest.param({"summary": "x" * 256}, "summary", id="summary of 256 characters"),
    pytest.param({"summary": "two\nlines"}, "summary", id="summary of two lines"),
    pytest.param({"labels": ["two words"]}, "labels", id="label with a space"),
    pytest.param({"labels": "failure"}, "labels", id="labels as a string"),
    pytest.param({"duedate": "30.11.2026"}, "duedate", id="date in another form"),
    pytest.param({"duedate": "2026-02-30"}, "duedate", id="day that does not exist"),
    pytest.param({"description": "plain words"}, "description", id="plain text"),
    pytest.param({"description": adf("x" * 32_768)}, "description", id="32,768 characters"),
    pytest.param({"priority": {"name": "High"}}, "priority", id="field that is not kept"),
    pytest.param({"customfield_1": "x"}, "customfield_1", id="unknown field"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED_FIELDS)
def test_a_wrong_field_is_refused_by_name_and_no_ticket_is_opened(rig: Rig, change: Any, field: str) -> None:
    status, answer = rig.call("POST", "issue", {"fields": fields(**change)})

    assert (status, list(answer["errors"]), answer["errorMessages"]) == (400, [field], [])
    assert rig.site.tickets == {}


def test_all_wrong_fields_are_named_in_one_answer(rig: Rig) -> None:
    _, answer = rig.call("POST", "issue", {"fields": fields(summary="", labels=["a b"], duedate="soon")})

    assert set(answer["errors"]) == {"summary", "labels", "duedate"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"summary": "x" * 255}, id="summary of 255 characters"),
        pytest.param({"description": adf("x" * 32_767)}, id="32,767 characters"),
        pytest.param({"labels": []}, id="no labels"),
        pytest.param({"assignee": None}, id="nobody assigned"),
    ],
)
def test_what_is_just_within_the_limits_is_taken(rig: Rig, change: Any) -> None:
    assert rig.opened(**change) == "OPS-1"


BROKEN_ADF: list[Any] = [
    pytest.param({"type": "doc", "content": []}, id="no version"),
    pytest.param({"type": "doc", "version": 1, "content": [{"type": "text", "text": "x"}]}, id="text without a block"),
    pytest.param({"type": "doc", "version": 1, "content": [{"type": "marquee"}]}, id="unknown node"),
    pytest.param(
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}]},
        id="empty text",
    ),
    pytest.param({"type": "doc", "version": 1, "content": [{"type": "bulletList", "content": []}]}, id="empty list"),
]


@pytest.mark.parametrize("document", BROKEN_ADF)
def test_a_broken_document_is_refused_in_descriptions_and_comments(rig: Rig, document: Any) -> None:
    key = rig.opened()

    assert rig.call("PUT", f"issue/{key}", {"fields": {"description": document}})[0] == 400
    assert rig.call("POST", f"issue/{key}/comment", {"body": document})[0] == 400


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("summary", {"summary"}),
        ("summary,labels", {"summary", "labels"}),
        ("*all,-comment", {"-comment"}),
        ("*navigable", {"-comment"}),
        ("nonsense", set()),
    ],
)
def test_only_the_fields_asked_for_are_shown(rig: Rig, wanted: str, shown: set[str]) -> None:
    key = rig.opened()
    everything = set(rig.good("GET", f"issue/{key}")["fields"])

    seen = set(rig.good("GET", f"issue/{key}", fields=wanted).get("fields", {}))

    assert seen == (everything - {"comment"} if "-comment" in shown else shown)


def test_a_key_is_found_in_any_case_and_a_ticket_by_its_id(rig: Rig) -> None:
    key = rig.opened()
    uid = str(rig.site.ticket(key).uid)

    assert [rig.good("GET", f"issue/{name}")["id"] for name in (key, key.lower(), uid)] == [uid, uid, uid]


# --- editing --------------------------------------------------------------------------------------


def test_an_edit_changes_what_it_names_and_nothing_else(rig: Rig) -> None:
    key = rig.opened(labels=["failure", "old"], duedate="2026-11-30")

    rig.good(
        "PUT",
        f"issue/{key}",
        {
            "fields": {"summary": "Checkout is slow", "duedate": None},
            "update": {"labels": [{"add": "sev1"}, {"remove": "old"}, {"remove": "never"}]},
        },
    )

    ticket = rig.site.ticket(key)
    assert (ticket.title, ticket.due_on, ticket.labels) == ("Checkout is slow", None, ["failure", "sev1"])
    assert ticket.ticket_type == "Task"


def test_adding_a_label_twice_leaves_one(rig: Rig) -> None:
    key = rig.opened(labels=["failure"])

    for _ in range(2):
        rig.good("PUT", f"issue/{key}", {"update": {"labels": [{"add": "sev1"}]}})

    assert rig.site.ticket(key).labels == ["failure", "sev1"]


REFUSED_EDITS: list[Any] = [
    pytest.param({}, id="nothing to edit"),
    pytest.param({"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}}, id="one field twice"),
    pytest.param({"update": {"summary": [{"add": "x"}]}}, id="operation that the field lacks"),
    pytest.param({"update": {"labels": [{"add": "two words"}]}}, id="label with a space"),
    pytest.param({"fields": {"status": {"name": "Done"}}}, id="status as a field"),
    pytest.param({"fields": {"project": {"key": "PUB"}}}, id="another project"),
    pytest.param(["summary"], id="no object"),
]


@pytest.mark.parametrize("body", REFUSED_EDITS)
def test_a_wrong_edit_is_refused_and_changes_nothing(rig: Rig, body: Any) -> None:
    key = rig.opened(labels=["failure"])
    before = list(rig.site.ticket(key).history)

    assert rig.call("PUT", f"issue/{key}", body)[0] == 400
    assert rig.site.ticket(key).history == before


@pytest.mark.parametrize(("account", "status"), [("root", 204), ("ana", 403)])
def test_only_administrators_edit_without_notifying(rig: Rig, account: str, status: int) -> None:
    key = rig.opened()

    seen, _ = rig.call("PUT", f"issue/{key}", {"fields": {"summary": "x"}}, account=account, notifyUsers="false")

    assert (seen, rig.site.ticket(key).title) == (status, "x" if status == 204 else "Checkout is down")


def test_somebody_who_only_reads_is_told_that_the_field_is_not_on_the_screen(rig: Rig) -> None:
    key = rig.opened()

    status, answer = rig.call("PUT", f"issue/{key}", {"fields": {"summary": "x"}}, account="rea")

    assert (status, list(answer["errors"])) == (400, ["summary"])


@pytest.mark.parametrize(
    ("account", "body", "status", "assignees"),
    [
        pytest.param("ana", {"accountId": "root"}, 204, ["root"], id="another person"),
        pytest.param("ana", {"accountId": None}, 204, [], id="nobody"),
        pytest.param("ana", {"accountId": "-1"}, 204, [], id="the project's default"),
        pytest.param("ana", {"accountId": "nobody"}, 400, ["ben"], id="unknown account"),
        pytest.param("ana", {"name": "root"}, 400, ["ben"], id="by name"),
        pytest.param("rea", {"accountId": "root"}, 403, ["ben"], id="without the right"),
    ],
)
def test_one_person_is_assigned(rig: Rig, account: str, body: Any, status: int, assignees: list[str]) -> None:
    key = rig.opened(assignee={"accountId": "ben"})

    seen, _ = rig.call("PUT", f"issue/{key}/assignee", body, account=account)

    assert (seen, rig.site.ticket(key).assignees) == (status, assignees)


def test_a_property_is_created_replaced_and_read(rig: Rig) -> None:
    key = rig.opened()
    path = f"issue/{key}/properties/aftermath"

    assert rig.call("GET", path)[0] == 404
    assert [rig.call("PUT", path, {"v": n})[0] for n in (1, 2)] == [201, 200]
    assert rig.good("GET", path) == {"key": "aftermath", "value": {"v": 2}}
    assert [entry["key"] for entry in rig.good("GET", f"issue/{key}/properties")["keys"]] == ["aftermath"]


def test_a_property_moves_no_clock(rig: Rig) -> None:
    key = rig.opened()
    before = rig.good("GET", f"issue/{key}")["fields"]["updated"]
    rig.later(hours=1)

    rig.good("PUT", f"issue/{key}/properties/aftermath", "x")

    assert rig.good("GET", f"issue/{key}")["fields"]["updated"] == before


# --- in bulk --------------------------------------------------------------------------------------


def test_a_bulk_fetch_gives_what_can_be_seen_in_order_of_id(rig: Rig) -> None:
    keys = [rig.opened(f"ticket {n}") for n in range(3)]
    rig.site.add_place("SEC")
    rig.site.accounts["ana"].rights["SEC"] = "none"
    hidden = rig.opened(project="SEC", account="ben")
    asked = [keys[2], str(rig.site.ticket(keys[0]).uid), keys[2].lower(), hidden, "OPS-99", "4711"]

    answer = rig.good("POST", "issue/bulkfetch", {"issueIdsOrKeys": asked, "fields": ["summary"]})

    assert [(shown["key"], shown["fields"]["summary"]) for shown in answer["issues"]] == [
        ("OPS-1", "ticket 0"),
        ("OPS-3", "ticket 2"),
    ]
    assert answer["issueErrors"] == []


def test_a_bulk_fetch_gives_properties_comments_and_changes_with_their_totals(rig: Rig) -> None:
    key = rig.opened()
    rig.site.set_property("ana", key, "aftermath", "m")
    for number in range(25):
        rig.site.comment_on("ana", key, adf(f"comment {number}"))
    for number in range(45):
        rig.site.set_title("ana", key, f"title {number}")

    body = {"issueIdsOrKeys": [key], "fields": ["comment"], "properties": ["aftermath"], "expand": ["changelog"]}
    (shown,) = rig.good("POST", "issue/bulkfetch", body)["issues"]

    comments, log = shown["fields"]["comment"], shown["changelog"]
    assert shown["properties"] == {"aftermath": "m"}
    assert (len(comments["comments"]), comments["total"], comments["startAt"]) == (20, 25, 0)
    assert (len(log["histories"]), log["total"]) == (40, 45)


@pytest.mark.parametrize("count", [0, 101])
def test_a_bulk_fetch_takes_between_1_and_100_names(rig: Rig, count: int) -> None:
    names = [f"OPS-{number}" for number in range(count)]

    assert rig.call("POST", "issue/bulkfetch", {"issueIdsOrKeys": names})[0] == 400


def test_at_most_five_properties_can_be_asked_for(rig: Rig) -> None:
    body = {"issueIdsOrKeys": ["OPS-1"], "properties": list("abcdef")}

    assert rig.call("POST", "issue/bulkfetch", body)[0] == 400
