"""Comments that only some people read, over Jira's REST API: an answer has the same readers (P14)."""

from __future__ import annotations

import pytest

from connectors.access import Access, Secret
from connectors.errors import Refused
from connectors.jira.adf import adf_of
from connectors.jira.tracker import JiraTracker
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import CODEC, START, JiraHouse, marker
from tests.connectors.jira.scripted import Reply, Scripted

ROLE = {"type": "role", "value": "Administrators", "identifier": "Administrators"}
GROUP = {"type": "group", "value": "site-admins", "identifier": "276f955c-63d7-42c8-9520-92d01dca0625"}


@pytest.mark.parametrize("visibility", [ROLE, GROUP], ids=["a role", "a group"])
def test_an_answer_is_for_the_same_role_or_group_however_often_it_is_edited(
    house: JiraHouse, visibility: dict[str, str]
) -> None:
    """Our account edits without mail first, and with mail where it may not: neither opens the comment."""
    ref = house.opened()
    house.site.comment_on("ana", ref.key, adf_of("for us"), visibility=visibility)
    (asked,) = house.tracker.fetch_ticket(ref).comments
    answer = house.tracker.post_comment(ref, "for us", marker(), asked.readers)
    assert [one.visibility for one in house.site.ticket(ref.key).comments] == [visibility, visibility]
    house.tracker.edit_comment(ref, answer, "for us still", marker(), asked.readers)
    assert [one.visibility for one in house.site.ticket(ref.key).comments] == [visibility, visibility]


def test_what_is_said_to_everybody_names_no_readers(house: JiraHouse) -> None:
    ref = house.opened()
    house.tracker.post_comment(ref, "for all", marker())
    (said,) = house.site.ticket(ref.key).comments
    assert (said.visibility, said.is_internal) == (None, False)


def test_a_project_that_came_without_its_type_is_asked_about_before_anything_is_said_to_customers() -> None:
    """P14: not every answer with a project in it says that it is a service desk."""
    with Scripted() as server:
        server.on("GET", "project/DESK", Reply(body={"id": "10", "key": "DESK", "projectTypeKey": "service_desk"}))
        server.on("POST", "issue/DESK-1/comment", Reply(201, {"id": "7"}))
        access = Access(Secret("t"), timeout_s=1)
        tracker = JiraTracker("jira", server.url, "u", access, CODEC, Secret(), lambda: START)
        tracker._projects.learn({"id": "10", "key": "DESK"})
        tracker.post_comment(TicketRef("jira", "DESK-1"), "for us", marker())
        (sent,) = server.asked("POST", "issue/DESK-1/comment")
    assert {"key": "sd.public.comment", "value": {"internal": True}} in sent.body["properties"]


@pytest.mark.parametrize("readers", ["everybody", "{}", "[1]", '{"internal": false}'])
def test_readers_that_nobody_knows_are_read_to_nobody(house: JiraHouse, readers: str) -> None:
    ref = house.opened()
    with pytest.raises(Refused, match="who they are is not known"):
        house.tracker.post_comment(ref, "for us", marker(), readers)
    assert house.site.ticket(ref.key).comments == []


def test_a_role_that_jira_does_not_know_is_refused(house: JiraHouse) -> None:
    ref = house.opened()
    with pytest.raises(Refused):
        house.tracker.post_comment(ref, "for us", marker(), '{"visibility": {"type": "moon"}}')
