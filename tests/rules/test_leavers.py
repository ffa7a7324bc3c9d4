"""Nothing is given to an account that left, and an owner who left is followed by somebody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Assign, OpenTicket
from rules.facts import Actor, Case, Change, ChangeKind
from rules.keys import state_key
from rules.policy import Policy
from tests.rules.cases import ANN, BEGIN, FIRST, LEA, OURS, PACK, PEOPLE, a_case, a_failure, at, change, labelled
from worker.outstanding import outstanding

LEA_LEFT = replace(LEA, has_left=True)
#: Lea was the lead; by the people file Mo is now.
MO_LEADS = replace(PACK, people=replace(PEOPLE, default_lead="mo"))
BY_US = change("a1", "03-02 09:00", ChangeKind.ASSIGNED, by=OURS, new="Lea")


def owned_by(*assignees: Actor, changes: tuple[Change, ...] = ()) -> Case:
    return a_case(a_failure("sev2", assignees=assignees, changes=(labelled("03-02 09:00"), *changes)))


def assigned(policy: Policy, case: Case) -> list[Assign]:
    """What is still to be given to whom, by what the tickets show."""
    now = at("03-04 12:00")
    left = outstanding(decide(policy, case, now).effects, case, {}, now)
    return [one for one in left.todo if isinstance(one, Assign)]


def test_an_owner_whom_we_named_and_who_left_is_followed_by_the_lead_of_now() -> None:
    (one,) = assigned(MO_LEADS, owned_by(LEA_LEFT, changes=(BY_US,)))
    assert one.account == "mo"
    assert one.key != state_key(FIRST, "failure", "assign"), "which is done, and stays so"


def test_they_are_followed_once() -> None:
    """Whom a person takes off again is not put back (P12)."""
    followed = change("a2", "03-03 09:00", ChangeKind.ASSIGNED, by=OURS, new="mo")
    assert assigned(MO_LEADS, owned_by(LEA_LEFT, changes=(BY_US, followed))) == []


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(owned_by(LEA_LEFT), id="an owner who is the lead"),
        pytest.param(owned_by(LEA_LEFT, changes=(BY_US,)), id="named by us"),
    ],
)
def test_a_lead_who_left_is_not_named(case: Case) -> None:
    assert assigned(PACK, case) == []


def test_a_lead_who_left_gets_no_ticket() -> None:
    policy = replace(PACK, people=replace(PEOPLE, default_lead="ann"))
    case = owned_by(replace(ANN, has_left=True))
    (opened,) = [one for one in decide(policy, case, BEGIN).effects if isinstance(one, OpenTicket)]
    assert opened.assignee == ""


def test_one_who_was_named_and_taken_off_by_a_person_is_not_put_back() -> None:
    """P12."""
    assert assigned(PACK, owned_by(changes=(BY_US,))) == []


def test_the_first_owner_to_be_named_has_the_key_of_ever() -> None:
    """Keys live in people's trackers and ledgers for years."""
    (one,) = assigned(PACK, owned_by())
    assert (one.account, one.key) == ("lea", state_key(FIRST, "failure", "assign"))
