"""What JiraTracker writes, and what the sandbox's Jira then shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.errors import Denied, Gone, Refused
from connectors.jira.tracker import JiraTracker
from connectors.tracker import TWIN_LABEL, Link
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import CODEC, START, JiraHouse, draft, marker
from tests.connectors.jira.scripted import Reply, Scripted

ACCESS = Access(Secret("bot-token"), timeout_s=20)


def tracker_at(server: Scripted) -> JiraTracker:
    return JiraTracker("jira", server.url, "bot@example.org", ACCESS, CODEC, Secret(), lambda: START, wait=wait_none())


def test_a_ticket_is_opened_as_drafted(house: JiraHouse) -> None:
    found = house.tracker.open_ticket(
        draft(
            title="Fix\nthe   alarm " + "x" * 300,
            body="Ask [Ana](mention:ana)",
            labels=("aftermath", "needs owner"),
            assignee="ana",
            due_on=dt.date(2026, 11, 20),
            ticket_type="Bug",
        ),
        marker(kind="action"),
    )
    state = house.site.ticket(found.ref.key)
    assert state.title.startswith("Fix the alarm xxx")
    assert len(state.title) == 255
    assert (state.labels, state.assignees, state.ticket_type) == (["aftermath", "needs-owner"], ["ana"], "Bug")
    assert (state.due_on, found.labels) == (dt.date(2026, 11, 20), ("aftermath", "needs-owner"))
    assert state.body["content"][0]["content"][1] == {"type": "mention", "attrs": {"id": "ana", "text": "@Ana"}}


def test_a_ticket_whose_assignee_jira_refuses_is_opened_without(house: JiraHouse) -> None:
    found = house.tracker.open_ticket(draft(assignee="gone"), marker())
    assert house.site.ticket(found.ref.key).assignees == []
    assert len(house.site.in_place("OPS")) == 1


def test_a_ticket_of_an_unknown_type_is_refused_with_those_that_there_are(house: JiraHouse) -> None:
    with pytest.raises(Refused, match=r"no issue type Incident; it has Task, Bug. Choose one under `type:`"):
        house.tracker.open_ticket(draft(ticket_type="Incident", assignee="ana"), marker())
    assert house.site.in_place("OPS") == []


def test_a_comment_is_edited_in_place_with_its_new_marker(house: JiraHouse) -> None:
    ref = house.opened()
    comment = house.tracker.post_comment(ref, "Status: new", marker(kind="status"))
    house.later(hours=1)
    house.tracker.edit_comment(ref, comment, "Status: done", marker("uvwx", "status"))
    only = house.tracker.fetch_ticket(ref).comments
    assert [(one.body, one.marker, one.edited_at) for one in only] == [
        ("Status: done", marker("uvwx", "status"), START + dt.timedelta(hours=1))
    ]


def test_a_comment_that_was_deleted_is_gone_to_edit_and_fine_to_retract(house: JiraHouse) -> None:
    ref = house.opened()
    comment = house.tracker.post_comment(ref, "twice", marker())
    house.tracker.retract_comment(ref, comment)
    house.tracker.retract_comment(ref, comment)
    with pytest.raises(Gone):
        house.tracker.edit_comment(ref, comment, "x", marker())
    assert house.tracker.fetch_ticket(ref).comments == ()


def test_labels_are_added_to_those_that_are_there(house: JiraHouse) -> None:
    ref = house.opened(labels=("failure",))
    house.tracker.add_label(ref, "needs owner")
    house.tracker.add_label(ref, "needs owner")
    assert house.site.ticket(ref.key).labels == ["failure", "needs-owner"]


def test_where_silence_is_refused_it_is_said_aloud_and_remembered(house: JiraHouse) -> None:
    """P9: silent where the site allows it; the refusal is met once and not at every label."""
    first, second = house.opened(), house.opened()
    house.tracker.add_label(first, "a")
    house.tracker.add_label(second, "a")
    assert house.tracker.requests.writes == 3
    assert house.sandbox.counts.route("jira", "PUT", "/rest/api/3/issue/{key}") == 3


def test_a_label_that_mails_the_watchers_makes_no_comment_mail_them() -> None:
    """P9: who may not edit an issue in silence may edit a comment so."""
    with Scripted() as server:
        server.on("GET", "myself", Reply(body={"accountId": "bot", "displayName": "Bot"}))
        server.on(
            "PUT", "issue/OPS-1", Reply(403, {"errorMessages": ["To discard the user notification …"]}), Reply(204)
        )
        server.on("PUT", "issue/OPS-1/comment/7", Reply(200, {"id": "7"}))
        jira, ref = tracker_at(server), TicketRef("jira", "OPS-1")
        jira.add_label(ref, "escalated")
        jira.edit_comment(ref, "7", "as it stands", marker())
        queries = [
            [one.query for one in server.asked("PUT", path)] for path in ("issue/OPS-1", "issue/OPS-1/comment/7")
        ]
        assert queries == [["notifyUsers=false", ""], ["notifyUsers=false"]]
        assert jira.edits_silently(ref)


def test_where_comments_cannot_be_edited_in_silence_that_is_known_afterwards() -> None:
    with Scripted() as server:
        server.on("GET", "myself", Reply(body={"accountId": "bot", "displayName": "Bot"}))
        server.on("PUT", "issue/OPS-1/comment/7", Reply(403, {"errorMessages": ["no"]}), Reply(200, {"id": "7"}))
        jira, ref = tracker_at(server), TicketRef("jira", "OPS-1")
        assert jira.edits_silently(ref)
        jira.edit_comment(ref, "7", "as it stands", marker())
        assert not jira.edits_silently(ref)
        assert not jira.edits_silently(TicketRef("jira", "OPS-2"))
        assert jira.edits_silently(TicketRef("jira", "WEB-1"))


def test_where_silence_is_allowed_no_second_request_is_made() -> None:
    with JiraHouse(our_rights="admin") as house:
        ref = house.opened()
        house.tracker.add_label(ref, "a")
        assert house.tracker.requests.writes == 1
        assert house.site.ticket(ref.key).labels == ["a"]


def test_an_account_without_rights_is_denied_and_silence_is_not_to_blame() -> None:
    with JiraHouse(our_rights="read") as house:
        ref = house.opened()
        with pytest.raises(Refused):
            house.tracker.add_label(ref, "a")
        with pytest.raises(Denied):
            house.tracker.assign(ref, "ana")


def test_somebody_is_made_the_assignee(house: JiraHouse) -> None:
    ref = house.opened()
    house.tracker.assign(ref, "ben")
    assert house.site.ticket(ref.key).assignees == ["ben"]
    with pytest.raises(Refused):
        house.tracker.assign(ref, "nobody")


def link_to(target: TicketRef, relation: str = "relates", **more: Any) -> Link:
    made = {"target_uid": "", "url": f"https://tracker.example/{target.key}", "title": "Post-mortem", "key": "linkkey"}
    return Link(target=target, relation=relation, **(made | more))


@pytest.mark.parametrize(("relation", "shown"), [("relates", "relates to"), ("blocks", "blocks")])
def test_tickets_of_one_site_are_linked_once(house: JiraHouse, relation: str, shown: str) -> None:
    ref, other = house.opened(), house.opened()
    for _ in range(2):
        house.tracker.link(ref, link_to(other, relation))
    links = house.tracker.fetch_ticket(ref).links
    assert [(link.target, link.relation) for link in links] == [(other.key, shown)]


def test_a_ticket_elsewhere_is_linked_once_and_its_title_kept_true(house: JiraHouse) -> None:
    ref, there = house.opened(), TicketRef("github", "acme/shop#7")
    house.tracker.link(ref, link_to(there))
    house.tracker.link(ref, link_to(there, title="internal post-mortem"))
    remote = house.site.ticket(ref.key).links
    assert [(one.target, one.global_id, one.title) for one in remote] == [
        ("https://tracker.example/acme/shop#7", "aftermath:linkkey", "internal post-mortem")
    ]


def test_only_a_web_address_is_linked(house: JiraHouse) -> None:
    with pytest.raises(Refused):
        house.tracker.link(house.opened(), link_to(TicketRef("github", "a/b#1"), url="javascript:alert(1)"))


def test_an_unknown_kind_of_link_is_refused_with_those_there_are(house: JiraHouse) -> None:
    with pytest.raises(Refused, match="it has Blocks, Cloners, Duplicate, Relates"):
        house.tracker.link(house.opened(), link_to(house.opened(), "causes"))


def test_a_link_type_is_found_by_its_description(house: JiraHouse) -> None:
    ref, other = house.opened(), house.opened()
    house.tracker.link(ref, link_to(other, "clones"))
    assert [link.relation for link in house.tracker.fetch_ticket(ref).links] == ["clones"]


def test_a_twin_is_labelled_and_closed_and_closing_it_again_changes_nothing(house: JiraHouse) -> None:
    original = house.tracker.open_ticket(draft(), marker())
    twin = house.tracker.open_ticket(draft(), marker())
    house.tracker.close_twin(twin.ref, original.ref)
    writes = house.tracker.requests.writes
    house.tracker.close_twin(twin.ref, original.ref)
    state = house.site.ticket(twin.ref.key)
    assert (state.labels, state.category) == ([TWIN_LABEL], "done")
    assert house.tracker.requests.writes == writes
    assert house.site.ticket(original.ref.key).category == "new"


def test_a_twin_that_cannot_be_closed_is_labelled_and_said_to_be_stuck(house: JiraHouse) -> None:
    house.site.places["OPS"].statuses = {"To Do": "new", "In Progress": "indeterminate"}
    twin = house.tracker.open_ticket(draft(), marker())
    with pytest.raises(Refused, match=r"no way from here \(In Progress\) to a done status"):
        house.tracker.close_twin(twin.ref, TicketRef("jira", "OPS-1"))
    assert house.site.ticket(twin.ref.key).labels == [TWIN_LABEL]
