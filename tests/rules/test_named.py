"""People and teams that a policy names by their ids, and whom a team's lead is lead of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Assign, Notify, Say
from rules.facts import Actor, Audience
from rules.keys import event_key, said_token
from rules.policy import AssignDo, Do, Named, NotifyDo, Part, People, Policy, Role, Rule, SayDo, Subject, Team
from rules.roles import asked, holder
from tests.rules.cases import ANN, FIRST, LEA, MO, PACK, PEOPLE, a_case, a_failure, a_ticket, at, person

BOB = person("Bob", notify=("json://127.0.0.1/bob",))
TEAMS = {
    "payments": Team("payments", lead="mo", members=("ann", "bob"), labels=("payments",)),
    "shop": Team("shop", members=("lea", "mo", "bob")),
}
CROWD = replace(PEOPLE, people={**PEOPLE.people, "bob": BOB}, teams=TEAMS)
NO_LEADS = replace(CROWD, people={one: replace(who, lead="") for one, who in CROWD.people.items()})


def policy(*dos: Do) -> Policy:
    rule = Rule("named", "somebody is asked", "own", Subject.FAILURE, do=dos)
    return replace(PACK, people=CROWD, rules=(rule,))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([Named("mo")], ["mo"], id="a person"),
        pytest.param([Named("payments")], ["mo"], id="a team's lead"),
        pytest.param([Named("shop")], ["lea", "mo", "bob"], id="else its members"),
        pytest.param([Role.OWNER, Named("mo"), Named("shop")], ["ann", "mo", "lea", "bob"], id="each once"),
    ],
)
def test_whoever_is_named_is_asked(parts: Iterable[Part], expected: list[str]) -> None:
    assert [one.id for one in asked(CROWD, a_ticket(1), tuple(parts))] == expected


def test_who_cannot_be_reached_there_or_left_is_not_asked() -> None:
    nowhere = replace(CROWD, people={**CROWD.people, "mo": replace(CROWD.people["mo"], accounts={"jira": "mo"})})
    assert [one.id for one in asked(nowhere, a_ticket(1), (Named("shop"),), left=frozenset({"bob"}))] == ["lea"]


def test_what_is_said_to_them_is_remembered_by_their_ids() -> None:
    """In the same form as roles are, which stay as they are."""
    (said,) = decide(policy(SayDo("ask.md", "ask", (Role.OWNER, Named("shop")))), a_case(), at("03-02 10:00")).effects
    assert isinstance(said, Say)
    assert said.mentions == ("ann", "lea", "mo", "bob")
    assert said.key == event_key(FIRST, "failure", "named", "", "")
    assert said.said == said_token(f"{FIRST}/failure", "", ("ask", "owner", "shop"), "")


def test_a_team_is_named_as_owner_by_its_lead() -> None:
    (effect,) = decide(policy(AssignDo(Named("payments"))), a_case(a_failure(assignees=())), at("03-02 10:00")).effects
    assert isinstance(effect, Assign)
    assert effect.account == "mo"


def test_whoever_of_a_team_has_a_channel_is_written_to() -> None:
    do = NotifyDo((Named("shop"), Named("bob")), "leadership.md", "title-private.md", "leadership")
    (letter,) = decide(policy(do), a_case(a_failure(audience=Audience.INTERNAL)), at("03-02 10:00")).effects
    assert isinstance(letter, Notify)
    assert letter.person == "bob"


@pytest.mark.parametrize(
    ("people", "owner", "labels", "lead"),
    [
        pytest.param(CROWD, ANN, (), "lea", id="an owner's own lead"),
        pytest.param(NO_LEADS, ANN, (), "mo", id="else their team's"),
        pytest.param(NO_LEADS, LEA, ("payments",), "lea", id="a team that has none: the default"),
        pytest.param(NO_LEADS, None, ("Payments",), "mo", id="of what nobody owns, its team's"),
        pytest.param(NO_LEADS, None, (), "lea", id="of what is no team's, the default"),
    ],
)
def test_a_lead_is_ones_own_else_the_teams_else_the_default(
    people: People, owner: Actor | None, labels: tuple[str, ...], lead: str
) -> None:
    found = holder(people, a_ticket(1, assignees=(owner,) if owner else (), labels=labels), Role.LEAD)
    assert found is not None
    assert found.id == lead
    assert MO.account == "mo"
