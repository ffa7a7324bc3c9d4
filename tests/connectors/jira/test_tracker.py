"""JiraTracker against the sandbox's Jira, over HTTP: who we are, what we may, and what is asked but once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from connectors.errors import Denied, Gone, Refused
from connectors.jira.adf import adf_of
from connectors.jira.markdown import markdown_of
from connectors.jira.parse import IssueParser
from connectors.jira.people import Accounts
from connectors.tracker import Tracker
from rules.facts import ActorKind, Audience
from rules.refs import Place
from tests.connectors.jira.jira_house import CODEC, OPS, JiraHouse, marker


def test_it_is_a_tracker_and_shows_no_secret(house: JiraHouse) -> None:
    tracker: Tracker = house.tracker
    assert repr(tracker) == f"JiraTracker('jira', '{house.sandbox.url('jira')}')"
    assert tracker.audience(OPS) is Audience.INTERNAL


def test_our_account_is_asked_for_once(house: JiraHouse) -> None:
    assert [house.tracker.who_we_are().account for _ in range(3)] == ["bot"] * 3
    assert house.tracker.who_we_are().kind is ActorKind.OURS
    assert house.tracker.requests.snapshot() == (1, 0)


def test_wrong_credentials_are_denied(house: JiraHouse) -> None:
    with pytest.raises(Denied):
        house.connect(token="nobody-token").who_we_are()


@pytest.mark.parametrize("our_rights", ["write", "admin"])
@pytest.mark.parametrize(("account", "may"), [("ana", True), ("rea", False), ("nobody", False), ("", False)])
def test_rights_are_those_to_edit_issues(our_rights: str, account: str, may: bool) -> None:
    """P11. With and without the right to ask about others, where being assignable has to do."""
    with JiraHouse(our_rights=our_rights) as house:
        ref = house.opened()
        assert house.tracker.has_rights(ref, account) is may
        before = house.tracker.requests.snapshot()
        assert house.tracker.has_rights(ref, account) is may
        assert house.tracker.requests.snapshot() == before


def test_rights_are_asked_for_again_after_ten_minutes(house: JiraHouse) -> None:
    ref = house.opened()
    assert house.tracker.has_rights(ref, "ana") is True
    house.site.accounts["ana"].default_rights = "read"
    house.later(minutes=9)
    assert house.tracker.has_rights(ref, "ana") is True
    house.later(minutes=2)
    assert house.tracker.has_rights(ref, "ana") is False


def test_a_place_that_is_ready_passes(house: JiraHouse) -> None:
    house.tracker.check_place(OPS)
    assert house.tracker.requests.snapshot() == (2, 0)


def test_a_project_that_is_not_there_is_named(house: JiraHouse) -> None:
    with pytest.raises(Gone, match="no Jira project NOPE"):
        house.tracker.check_place(Place("jira", "NOPE"))


@pytest.mark.parametrize("container", ["", "ops", "O", 'OPS" OR project = "X', "acme/shop"])
def test_what_is_no_project_key_gets_into_no_query(house: JiraHouse, container: str) -> None:
    place = Place("jira", container)
    for ask in (lambda: house.tracker.changed(place, ""), lambda: house.tracker.check_place(place)):
        with pytest.raises(Refused):
            ask()
    assert house.tracker.requests.writes == 0


def test_missing_issue_types_are_told_with_those_that_are_there(house: JiraHouse) -> None:
    house.site.places["OPS"].ticket_types = ("Bug", "Story")
    with pytest.raises(Refused, match="project OPS has no issue type 'Task'; it has Bug, Story"):
        house.tracker.check_place(OPS)


def test_missing_permissions_are_told_one_by_one() -> None:
    with JiraHouse(our_rights="read") as house, pytest.raises(Denied, match="EDIT_ISSUES") as told:
        house.tracker.check_place(OPS)
    assert "CREATE_ISSUES" not in str(told.value)


def test_threads_share_a_tracker(house: JiraHouse) -> None:
    """Each has its own connection; what is written is there once."""
    ref = house.opened()
    errors: list[BaseException] = []

    def speak(number: int) -> None:
        try:
            house.tracker.post_comment(ref, f"{number}", marker(f"k{'abcdefgh'[number]}"))
            house.tracker.fetch_ticket(ref)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {one.body for one in house.tracker.fetch_ticket(ref).comments} == {str(number) for number in range(8)}


INTERNAL_NOTE = {"key": "sd.public.comment", "value": {"internal": True}}


@pytest.mark.parametrize(
    ("more", "is_restricted"),
    [
        ({}, False),
        ({"jsdPublic": True, "properties": []}, False),
        ({"visibility": {"type": "role", "value": "Administrators", "identifier": "Administrators"}}, True),
        ({"jsdPublic": False}, True),
        ({"jsdPublic": True, "properties": [INTERNAL_NOTE]}, True),
    ],
)
def test_a_comment_for_some_only_is_restricted(more: dict[str, Any], is_restricted: bool) -> None:
    """P14: its words go into nothing that we write."""
    parser = IssueParser("jira", "http://jira.example", Accounts("ours"), CODEC, markdown_of)
    said = {"id": "7", "author": {"accountId": "a"}, "body": None, "created": "2026-11-02T08:00:00.000+0000"}
    assert parser.comment(said | more, None).is_restricted is is_restricted


def test_an_internal_note_is_read_as_restricted(house: JiraHouse) -> None:
    ref = house.opened()
    house.site.comment_on("ana", ref.key, adf_of("for us"), is_internal=True)
    house.site.comment_on("ana", ref.key, adf_of("for all"))
    assert [one.is_restricted for one in house.tracker.fetch_ticket(ref).comments] == [True, False]
