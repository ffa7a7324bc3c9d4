"""Comments on the sandbox's Jira Data Center, with their properties and their readers.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getComments
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_rig import adf
from tests.connectors.sandbox.jira_server_rig import ServerRig


@pytest.fixture
def rig() -> Iterator[ServerRig]:
    with ServerRig() as rig:
        yield rig


@pytest.fixture
def key(rig: ServerRig) -> str:
    return rig.opened()


@pytest.mark.parametrize(
    "text", [adf("x"), 7, None, "", "  ", "x" * 32_768], ids=["document", "number", "null", "empty", "blank", "long"]
)
def test_a_comment_that_is_no_text_is_refused(rig: ServerRig, key: str, text: Any) -> None:
    assert rig.call("POST", f"issue/{key}/comment", {"body": text})[0] == 400
    assert rig.site.ticket(key).comments == []


def test_comments_come_in_pages_and_all_at_once_where_nobody_says_how_many(rig: ServerRig, key: str) -> None:
    for number in range(120):
        rig.site.comment_on("ana", key, f"comment {number}")

    everything = rig.good("GET", f"issue/{key}/comment")
    page = rig.good("GET", f"issue/{key}/comment", startAt=1, maxResults=2, orderBy="-created")

    assert (len(everything["comments"]), everything["total"]) == (120, 120)
    assert [one["body"] for one in page["comments"]] == ["comment 118", "comment 117"]
    assert len(rig.good("GET", f"issue/{key}")["fields"]["comment"]["comments"]) == 120


def test_properties_of_comments_come_with_a_list_that_is_asked_for_them(rig: ServerRig, key: str) -> None:
    internal = {"key": "sd.public.comment", "value": {"internal": True}}
    made = rig.good("POST", f"issue/{key}/comment", {"body": "x", "properties": [internal]})

    (plain,) = rig.good("GET", f"issue/{key}/comment")["comments"]
    (expanded,) = rig.good("GET", f"issue/{key}/comment", expand="properties")["comments"]
    one = rig.good("GET", f"comment/{made['id']}/properties/sd.public.comment")

    assert "properties" not in plain
    assert expanded["properties"] == [internal]
    assert one == internal
    assert rig.site.ticket(key).comments[0].is_internal


@pytest.mark.parametrize("kind", ["role", "group"])
def test_a_comment_can_be_for_a_role_or_a_group(rig: ServerRig, key: str, kind: str) -> None:
    readers = {"type": kind, "value": "Administrators"}

    made = rig.good("POST", f"issue/{key}/comment", {"body": "x", "visibility": readers})
    edited = rig.good("PUT", f"issue/{key}/comment/{made['id']}", {"body": "y", "visibility": readers})

    assert made["visibility"] == edited["visibility"] == readers
    assert edited["body"] == "y"


def test_a_comment_is_edited_by_its_author_and_deleted(rig: ServerRig, key: str) -> None:
    made = rig.good("POST", f"issue/{key}/comment", {"body": "x"}, account="ben")
    path = f"issue/{key}/comment/{made['id']}"

    assert rig.call("PUT", path, {"body": "y"}, account="rea")[0] == 400
    assert rig.good("PUT", path, {"body": "y"}, account="ben", notifyUsers="false")["body"] == "y"
    assert rig.call("DELETE", path, account="ben") == (204, None)
    assert rig.call("GET", path)[0] == 404
