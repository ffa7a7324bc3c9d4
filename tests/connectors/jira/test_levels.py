"""Issues with a security level, over Jira's REST API: read by a few, and opened for the same few (P14)."""

from __future__ import annotations

import pytest

from connectors.errors import Gone, Refused
from connectors.inspection import Grade, Wanted
from connectors.jira.levels import readership
from rules.facts import Audience, Level
from rules.refs import Place
from tests.connectors.jira.jira_house import OPS, JiraHouse, draft, marker

FEW, OTHERS = "10001", "10002"
WANTED = Wanted(places=(OPS,), opened={OPS: ("Task",)}, labels=("aftermath",), webhook_path="/hooks", links_within=True)


@pytest.fixture(autouse=True)
def scheme(house: JiraHouse) -> None:
    """OPS has two levels, of one of which our account is."""
    house.timeout_s = 20
    house.site.places["OPS"].levels = {FEW: ("ana", "bot"), OTHERS: ("ana",)}


@pytest.mark.parametrize(
    ("level", "read_by"),
    [
        pytest.param("", Audience.INTERNAL, id="none"),
        pytest.param(FEW, Level(OPS, FEW), id="a level"),
    ],
)
def test_who_reads_an_issue_is_told_by_its_level(house: JiraHouse, level: str, read_by: Audience | Level) -> None:
    ref = house.opened(level=level)
    assert house.connect().fetch_ticket(ref).audience == read_by


def test_a_level_that_is_put_on_or_taken_off_is_seen_at_the_next_look(house: JiraHouse) -> None:
    ref = house.opened()
    house.site.set_level("ana", ref.key, FEW)
    assert house.connect().fetch_ticket(ref).audience == Level(OPS, FEW)
    house.site.set_level("ana", ref.key, "")
    assert house.connect().fetch_ticket(ref).audience is Audience.INTERNAL


def test_the_same_level_in_two_projects_is_two_audiences() -> None:
    assert readership("jira", "OPS-1", {"id": FEW}) != readership("jira", "DESK-1", {"id": FEW})
    assert readership("jira", "OPS-1", {"id": FEW}) == Level(Place("jira", "OPS"), FEW)


def test_a_level_that_cannot_be_read_is_not_taken_for_none() -> None:
    with pytest.raises(KeyError):
        readership("jira", "OPS-1", {"name": "Few"})


def test_an_issue_of_a_level_that_is_not_ours_is_gone_for_us(house: JiraHouse) -> None:
    """As Jira has it: 404, as if there were none."""
    ref = house.opened(level=OTHERS)
    with pytest.raises(Gone):
        house.connect().fetch_ticket(ref)


def test_an_issue_is_opened_with_the_level_that_it_is_to_have(house: JiraHouse) -> None:
    found = house.connect().open_ticket(draft(level=FEW), marker())
    assert house.site.ticket(found.ref.key).level == FEW
    assert house.connect().fetch_ticket(found.ref).audience == Level(OPS, FEW)


@pytest.mark.parametrize("our_rights", ["triage", "write"])
def test_an_issue_that_cannot_have_its_level_is_not_opened(our_rights: str) -> None:
    """Not without the permission, and not with a level that the project does not know: never for more readers."""
    with JiraHouse(our_rights=our_rights, timeout_s=20) as house:
        house.site.places["OPS"].levels = {FEW: ("ana", "bot")}
        level = FEW if our_rights == "triage" else "10099"
        with pytest.raises(
            Refused, match=r"the permission SET_ISSUE_SECURITY, make it a member of the level"
        ) as caught:
            house.connect().open_ticket(draft(level=level, assignee="nobody-here"), marker())
        assert house.site.in_place("OPS") == []
        assert "checkout" not in str(caught.value)


def test_jira_is_asked_whether_it_has_levels_once_a_day_before_an_issue_is_to_have_one(house: JiraHouse) -> None:
    """P14: a server that passes over the field would open it for everybody, and say nothing."""
    tracker = house.connect()
    tracker.who_we_are()
    for reads in (2, 0):
        before = tracker.requests.snapshot()
        tracker.open_ticket(draft(level=FEW), marker())
        assert tracker.requests.snapshot().since(before) == (reads, 1)
    before = tracker.requests.snapshot()
    tracker.open_ticket(draft(), marker())
    assert tracker.requests.snapshot().since(before) == (0, 1), "and nothing is asked for an issue without one"


def test_where_jira_offers_no_level_nothing_is_sent(house: JiraHouse) -> None:
    """P14."""
    house.site.places["OPS"].levels = {}
    tracker = house.connect()
    with pytest.raises(Refused, match="offers our account none for a new Task"):
        tracker.open_ticket(draft(level=FEW), marker())
    assert tracker.requests.snapshot().writes == 0


def levels_told(house: JiraHouse) -> list[tuple[Grade, str]]:
    findings = house.connect().inspect(WANTED)
    return [(one.grade, f"{one.found} {one.todo}".strip()) for one in findings if "security level" in one.found]


def test_check_names_the_levels_that_new_issues_can_have(house: JiraHouse) -> None:
    assert levels_told(house) == [
        (
            Grade.GOOD,
            "What is opened in OPS for an issue with a security level gets the same: Level 10001, Level 10002.",
        )
    ]


def test_check_says_nothing_of_levels_where_there_are_none(house: JiraHouse) -> None:
    house.site.places["OPS"].levels = {}
    assert levels_told(house) == []


@pytest.mark.parametrize("is_used", [True, False], ids=["used", "not used"])
def test_check_says_what_is_missing_where_levels_are_used(is_used: bool) -> None:
    with JiraHouse(our_rights="triage", timeout_s=20) as house:
        house.site.places["OPS"].levels = {FEW: ("ana", "bot")}
        house.opened(level=FEW if is_used else "")
        told = levels_told(house)
    found = (
        "Some issues in OPS have a security level, and our account may not give one to a new Task: nothing is opened "
        "for a failure that has one. If failures are to have one: give our account the permission SET_ISSUE_SECURITY, "
        "make it a member of the levels, and have the field Security Level on the screen on which issues are created."
    )
    assert told == ([(Grade.NOTE, found)] if is_used else [])
