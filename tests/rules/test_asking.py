"""Whom a text asks where nobody owns a ticket and nobody stands above it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.asking import people_asked
from rules.decide import decide
from rules.effects import Say
from rules.facts import Actor, ChangeKind, Closing, Ticket
from rules.policy import People, Role
from rules.refs import TicketRef
from rules.situation import Situation
from tests.rules.cases import (
    ANN,
    LEA,
    OURS,
    PACK,
    PEOPLE,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    at,
    change,
    labelled,
    says,
    we_say,
)

ALONE = replace(PACK, people=People())
NOW = at("03-10 12:00")


def by_a_machine(labeller: Actor = ANN) -> Ticket:
    """A monitoring bot opened it, and nobody looks after it."""
    changes = (labelled("03-02 09:00", by=labeller),)
    return a_failure("sev2", reporter=ROBOT, assignees=(), changes=changes, comments=(we_say("a", "03-02 09:00"),))


def test_in_the_smallest_team_whoever_called_a_machine_s_ticket_a_failure_is_asked() -> None:
    """P7: else its post-mortem would stand still for ever, and nobody be told."""
    case = a_case(by_a_machine(), a_post_mortem(assignees=()))
    asked = {(one.ticket.key, one.mentions) for one in decide(ALONE, case, NOW).effects if isinstance(one, Say)}
    assert asked == {("acme/shop#1", ("github/ann",)), ("acme/shop#2", ("github/ann",))}


@pytest.mark.parametrize(
    ("failure", "people", "expected"),
    [
        pytest.param(by_a_machine(), People(), ["github/ann"], id="nobody else is left"),
        pytest.param(by_a_machine(), PEOPLE, ["lea"], id="a lead is there"),
        pytest.param(replace(by_a_machine(), assignees=(LEA,)), People(), ["github/lea"], id="an owner is there"),
        pytest.param(replace(by_a_machine(), reporter=LEA), People(), ["github/lea"], id="a person reported it"),
        pytest.param(by_a_machine(ROBOT), People(), [], id="a machine labelled it"),
        pytest.param(by_a_machine(OURS), People(), [], id="we labelled it"),
        pytest.param(by_a_machine(replace(ANN, has_left=True)), People(), [], id="whoever labelled it left"),
        pytest.param(replace(by_a_machine(), changes=()), People(), [], id="it was born with the label"),
    ],
)
def test_whoever_called_it_a_failure_comes_last(failure: Ticket, people: People, expected: list[str]) -> None:
    situation = Situation(replace(PACK, people=people), a_case(failure), NOW)
    assert [one.id for one in people_asked(situation, failure, (Role.OWNER,))] == expected


def test_nobody_is_asked_by_a_text_that_asks_nobody() -> None:
    failure = by_a_machine()
    assert people_asked(Situation(ALONE, a_case(failure), NOW), failure, ()) == ()


def test_whoever_brought_a_failure_back_is_asked_about_its_next_time() -> None:
    failure = by_a_machine()
    back = change("r1", "04-01 09:00", ChangeKind.REOPENED, by=LEA)
    case = a_case(replace(failure, changes=(*failure.changes, back)), closings=(Closing(1, at("03-20 12:00")),))
    found = people_asked(Situation(ALONE, case, at("04-02 09:00")), failure, (Role.OWNER,))
    assert [one.id for one in found] == ["github/lea"]


def test_one_who_is_known_on_the_failure_s_tracker_alone_is_not_asked_on_another() -> None:
    mortem = a_post_mortem(ref=TicketRef("jira", "OPS-2"), assignees=())
    situation = Situation(ALONE, a_case(by_a_machine(), mortem), NOW)
    assert people_asked(situation, mortem, (Role.OWNER,)) == ()


def test_a_lead_who_left_one_tracker_is_asked_on_none() -> None:
    """Of the failure's owner, who leads the others, Jira says on another ticket that she left."""
    there = replace(a_post_mortem(assignees=(replace(LEA, has_left=True),)), ref=TicketRef("jira", "OPS-2"))
    failure = a_failure("sev2", assignees=())
    assert people_asked(Situation(PACK, a_case(failure, there), NOW), failure, (Role.OWNER,)) == (PEOPLE.get("mo"),)
    back = replace(there, assignees=(LEA,))
    assert people_asked(Situation(PACK, a_case(failure, back), NOW), failure, (Role.OWNER,)) == (PEOPLE.get("lea"),)
    spoke = replace(back, assignees=(), comments=(says("c1", "03-02 10:00", "Done.", by=replace(LEA, has_left=True)),))
    assert people_asked(Situation(PACK, a_case(failure, spoke), NOW), failure, (Role.OWNER,)) == (PEOPLE.get("mo"),)
