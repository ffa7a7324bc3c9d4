"""Who is asked: the owner, those above, and whoever is there when somebody is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Keep, Say
from rules.facts import Actor
from rules.policy import People, Person, Role
from rules.refs import TicketRef
from rules.roles import asked, holder, owner_of
from tests.rules.cases import (
    ANN,
    BOB,
    LEA,
    OURS,
    PACK,
    PEOPLE,
    ROBOT,
    a_case,
    a_failure,
    a_ticket,
    an_action,
    at,
    closed,
    person,
)

NOBODY = People()
ANN_LEFT = replace(ANN, has_left=True)
LEA_LEFT = replace(LEA, has_left=True)
OWNER, LEAD, MANAGER, REPORTER, APPROVER = Role.OWNER, Role.LEAD, Role.MANAGER, Role.REPORTER, Role.APPROVER


@pytest.mark.parametrize(
    ("roles", "assignees", "people", "expected"),
    [
        pytest.param([OWNER], [ANN], PEOPLE, ["ann"], id="the owner"),
        pytest.param([OWNER, LEAD], [ANN], PEOPLE, ["ann", "lea"], id="owner and lead"),
        pytest.param([MANAGER], [ANN], PEOPLE, ["mo"], id="the manager"),
        pytest.param([OWNER], [], PEOPLE, ["lea"], id="nobody owns it: the default lead"),
        pytest.param([OWNER, LEAD], [], PEOPLE, ["lea"], id="nobody is asked twice"),
        pytest.param([OWNER, LEAD], [LEA], PEOPLE, ["lea"], id="the lead owns it: asked once, the manager left alone"),
        pytest.param([OWNER, LEAD, MANAGER], [], PEOPLE, ["lea", "mo"], id="three roles, two people"),
        pytest.param([OWNER], [ROBOT, ANN], PEOPLE, ["ann"], id="a bot owns nothing"),
        pytest.param([OWNER], [OURS], PEOPLE, ["lea"], id="we own nothing"),
        pytest.param([OWNER], [ANN_LEFT], PEOPLE, ["lea"], id="the owner left: who stands above them"),
        pytest.param([OWNER, LEAD, MANAGER], [ANN_LEFT], PEOPLE, ["lea", "mo"], id="the owner left, and is not asked"),
        pytest.param([OWNER], [ANN_LEFT, LEA], PEOPLE, ["lea"], id="of two owners one left"),
        pytest.param([OWNER], [BOB], NOBODY, ["github/bob"], id="no people file: the account"),
        pytest.param([LEAD], [BOB], NOBODY, ["github/bob"], id="no people file, no lead: back down to the owner"),
        pytest.param([MANAGER], [], NOBODY, ["github/ann"], id="nobody at all: the reporter"),
        pytest.param([MANAGER], [Actor("mo", "Mo")], PEOPLE, ["mo"], id="nobody stands above the manager"),
        pytest.param([REPORTER], [BOB], PEOPLE, ["ann"], id="the reporter"),
        pytest.param([], [ANN], PEOPLE, [], id="no role"),
    ],
)
def test_a_rung_asks_each_role_or_the_next_one_up(
    roles: list[Role], assignees: list[Actor], people: People, expected: list[str]
) -> None:
    found = asked(people, a_ticket(1, assignees=tuple(assignees)), tuple(roles))
    assert [person.id for person in found] == expected


@pytest.mark.parametrize(
    ("roles", "assignees", "left", "expected"),
    [
        pytest.param([OWNER], [LEA_LEFT], ["lea"], ["mo"], id="the owner is the default lead too: who stands above"),
        pytest.param([OWNER], [], ["lea"], ["mo"], id="no owner: the lead's manager"),
        pytest.param([OWNER, LEAD], [ANN], ["lea"], ["ann", "mo"], id="the lead left"),
        pytest.param([MANAGER], [ANN], ["mo"], ["lea"], id="the manager left: the lead"),
        pytest.param([OWNER], [LEA], ["lea"], ["lea"], id="an owner whose account is there on this tracker"),
        pytest.param([LEAD], [LEA], ["lea"], ["mo"], id="the lead owns it, and left elsewhere"),
        pytest.param([APPROVER], [ANN], ["lea"], ["mo"], id="an approver who left: the manager"),
        pytest.param([REPORTER], [BOB], ["ann"], [], id="the reporter left"),
        pytest.param([OWNER], [], ["lea", "mo"], ["ann"], id="both left: the reporter"),
    ],
)
def test_nobody_is_asked_as_somebody_s_lead_who_left(
    roles: list[Role], assignees: list[Actor], left: list[str], expected: list[str]
) -> None:
    found = asked(PEOPLE, a_ticket(1, assignees=tuple(assignees)), tuple(roles), left=frozenset(left))
    assert [person.id for person in found] == expected


def test_where_a_bot_reported_and_nobody_is_known_nobody_is_asked() -> None:
    """That nobody could be asked is a reason of its own, told by the decision."""
    assert asked(NOBODY, a_ticket(1, assignees=(), reporter=ROBOT), (OWNER, MANAGER)) == ()


@pytest.mark.parametrize(
    ("assignees", "people", "expected"),
    [
        pytest.param([BOB], NOBODY, ["github/bob"], id="the failure's owner"),
        pytest.param([], NOBODY, ["github/ann"], id="nobody owns that either: who reported it"),
        pytest.param([], PEOPLE, ["lea"], id="with a people file the lead, as ever"),
    ],
)
def test_a_ticket_of_ours_that_nobody_was_given_is_its_failures(
    assignees: list[Actor], people: People, expected: list[str]
) -> None:
    """P7: the smallest team has no people file, and its tickets may have no owner."""
    failure = a_ticket(1, assignees=tuple(assignees))
    found = asked(people, a_ticket(2, assignees=(), reporter=OURS), (OWNER,), failure)
    assert [person.id for person in found] == expected


def test_nobody_is_asked_where_they_have_no_account() -> None:
    """A failure's owner on GitHub cannot be reached in Jira as long as nobody says who they are there."""
    there = replace(a_ticket(2, assignees=(), reporter=OURS), ref=TicketRef("jira", "OPS-2"))
    assert asked(NOBODY, there, (OWNER,), a_ticket(1, assignees=(BOB,))) == ()


def test_without_a_manager_of_their_own_the_leads_manager_is_meant() -> None:
    people = People({"ann": person("Ann", lead="lea"), "lea": person("Lea", manager="mo"), "mo": person("Mo")})
    assert holder(people, a_ticket(1), MANAGER) == people.get("mo")


def test_without_any_manager_the_leads_lead_is_meant() -> None:
    people = People({"ann": person("Ann", lead="lea"), "lea": person("Lea", lead="mo"), "mo": person("Mo")})
    assert holder(people, a_ticket(1), MANAGER) == people.get("mo")


def test_somebody_outside_the_people_file_keeps_the_name_that_the_tracker_shows() -> None:
    owner = owner_of(NOBODY, a_ticket(1, assignees=(Actor("bob17", "Bob Marsh"),)))
    assert owner
    assert (owner.id, owner.name, owner.accounts) == ("github/bob17", "Bob Marsh", {"github": "bob17"})


def test_somebody_in_the_people_file_has_the_name_written_there() -> None:
    owner = owner_of(PEOPLE, a_ticket(1, assignees=(replace(ANN, name="ann_the_great"),)))
    assert owner
    assert owner.name == "Ann"


def test_of_two_people_with_one_account_the_first_is_meant() -> None:
    ada, bob = (Person(name, name, {"github": "ops", "jira": name}) for name in ("ada", "bob"))
    people = People({"ada": ada, "bob": bob})
    assert [people.by_account("github", "ops"), people.by_account("jira", "bob")] == [ada, bob]
    assert people.by_account("gitlab", "ops") == Person("gitlab/ops", "ops", {"gitlab": "ops"})


def test_what_is_left_to_do_is_not_told_as_somebody_s_who_left() -> None:
    """Who finished their work before they left stays named with it."""
    open_one = an_action(assignees=(ANN_LEFT,), due="2026-03-02")
    done = an_action(4, "itemb", assignees=(ANN_LEFT,), title="Write the runbook", **closed("03-03 09:00"))
    case = a_case(a_failure("sev3", assignees=(LEA,)), None, open_one, done)
    effects = decide(PACK, case, at("03-04 12:00")).effects
    texts = {one.text: one.body for one in effects if isinstance(one, Say)}
    (plan,) = (one.body for one in effects if isinstance(one, Keep) and one.slot == "plan")
    assert "Ann" not in texts["overdue"]
    rows = [line.split(" | ")[1:3] for line in plan.splitlines() if "acme/shop#" in line]
    assert rows == [["Alert before the certificate ends", "open"], ["Write the runbook", "Ann"]]
