"""Comments on the sandbox's Jira, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_rig import Rig, adf

MARKER = {"key": "aftermath", "value": "aftermath/1 …"}


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as rig:
        yield rig


@pytest.fixture
def key(rig: Rig) -> str:
    return rig.opened()


def test_a_comment_is_created_with_its_properties_in_one_request(rig: Rig, key: str) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("Hello"), "properties": [MARKER]}, account="bot")

    assert (made["body"], made["author"]["accountId"], made["author"]["accountType"]) == (adf("Hello"), "bot", "app")
    assert rig.good("GET", f"comment/{made['id']}/properties/aftermath")["value"] == MARKER["value"]


def test_properties_come_with_comments_only_where_they_are_asked_for(rig: Rig, key: str) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("Hello"), "properties": [MARKER]})
    ids = {"ids": [int(made["id"]), 4711]}

    listed = rig.good("GET", f"issue/{key}/comment")["comments"]
    plain = rig.good("POST", "comment/list", ids)["values"]
    expanded = rig.good("POST", "comment/list", ids, expand="properties")["values"]

    assert [comment.get("properties") for comment in (*listed, *plain, *expanded)] == [None, None, [MARKER]]


def test_comments_are_paged_in_both_orders(rig: Rig, key: str) -> None:
    for number in range(5):
        rig.good("POST", f"issue/{key}/comment", {"body": adf(str(number))})

    def page(**query: Any) -> tuple[list[str], int]:
        answer = rig.good("GET", f"issue/{key}/comment", **query)
        return [c["body"]["content"][0]["content"][0]["text"] for c in answer["comments"]], answer["total"]

    assert page(startAt=3, maxResults=5) == (["3", "4"], 5)
    assert page(orderBy="-created", maxResults=2) == (["4", "3"], 5)
    assert rig.call("GET", f"issue/{key}/comment", orderBy="updated")[0] == 400


def test_a_list_stops_at_100_comments_unless_told_otherwise(rig: Rig, key: str) -> None:
    for number in range(101):
        rig.site.comment_on("ana", key, adf(str(number)))

    answer = rig.good("GET", f"issue/{key}/comment")

    assert (len(answer["comments"]), answer["total"]) == (100, 101)
    assert len(rig.good("GET", f"issue/{key}")["fields"]["comment"]["comments"]) == 101


def test_an_edited_comment_keeps_its_birthday_and_its_other_properties(rig: Rig, key: str) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("one"), "properties": [MARKER]})
    rig.later(minutes=5)
    other = {"key": "other", "value": 1}

    path = f"issue/{key}/comment/{made['id']}"
    edited = rig.good("PUT", path, {"body": adf("two"), "properties": [other]}, notifyUsers="false")

    assert (edited["body"], edited["created"]) == (adf("two"), made["created"])
    assert edited["updated"] == "2026-11-02T09:17:13.123+0000"
    assert rig.site.ticket(key).comments[0].properties == {"aftermath": MARKER["value"], "other": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("plain words", "Comment body is not valid!", id="plain text"),
        pytest.param(None, "Comment body can not be empty!", id="nothing"),
        pytest.param(
            {"type": "doc", "version": 1, "content": []}, "Comment body can not be empty!", id="empty document"
        ),
        pytest.param(adf("x" * 32_768), "The entered text is too long", id="32,768 characters"),
    ],
)
def test_a_comment_that_jira_would_not_take_is_refused(rig: Rig, key: str, body: Any, reason: str) -> None:
    status, answer = rig.call("POST", f"issue/{key}/comment", {"body": body})

    assert (status, list(answer["errors"])) == (400, ["comment"])
    assert reason in answer["errors"]["comment"]


def test_a_comment_is_internal_when_its_property_says_so(rig: Rig, key: str) -> None:
    internal = {"key": "sd.public.comment", "value": {"internal": True}}

    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("x"), "properties": [internal]})
    open_one = rig.good("POST", f"issue/{key}/comment", {"body": adf("x")})

    assert (made["jsdPublic"], open_one["jsdPublic"]) == (False, True)


@pytest.mark.parametrize(
    ("account", "status"), [("ben", 204), ("ana", 204), ("rea", 400)], ids=["author", "may edit all", "may edit own"]
)
def test_a_comment_is_deleted_by_its_author_or_who_may_delete_all(
    rig: Rig, key: str, account: str, status: int
) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("x")}, account="ben")
    path = f"issue/{key}/comment/{made['id']}"

    assert rig.call("DELETE", path, account=account)[0] == status
    assert rig.call("GET", path)[0] == (404 if status == 204 else 200)


def test_a_comments_property_is_written_alone_without_moving_a_clock(rig: Rig, key: str) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("x")})
    rig.later(hours=1)
    path = f"comment/{made['id']}/properties/aftermath"

    assert [rig.call("PUT", path, {"n": n})[0] for n in (1, 2)] == [201, 200]
    assert rig.good("GET", path)["value"] == {"n": 2}
    assert [entry["key"] for entry in rig.good("GET", f"comment/{made['id']}/properties")["keys"]] == ["aftermath"]
    assert rig.good("GET", f"issue/{key}/comment/{made['id']}")["updated"] == made["updated"]


@pytest.mark.parametrize(("name", "status"), [("4711", 404), ("x", 400)])
def test_a_comment_that_is_not_there_has_no_properties(rig: Rig, name: str, status: int) -> None:
    assert rig.call("GET", f"comment/{name}/properties/aftermath")[0] == status


def test_comments_of_hidden_tickets_are_left_out_of_a_list_by_ids(rig: Rig, key: str) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": adf("x")})

    assert rig.good("POST", "comment/list", {"ids": [int(made["id"])]}, account="olga")["values"] == []
