"""What status comments and plans tell of commands: never a name out of a comment that not everybody reads (P14)."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from rules.decide import decide
from rules.effects import Keep
from rules.facts import Audience, Case
from rules.policy import People
from rules.situation import Situation
from rules.viewing import view_of
from tests.rules.cases import ANSWERED, LEA, PACK, a_case, a_failure, a_post_mortem, an_action, at, says


@pytest.mark.parametrize(
    ("readers", "status", "plan"),
    [
        pytest.param("", "The plan was approved by Lea on 2026-03-04.", "· approved by Lea", id="everybody"),
        pytest.param("a role", "The plan was approved on 2026-03-04.", "· approved", id="a role"),
    ],
)
def test_who_approved_a_plan_is_told_where_everybody_may_read_it(readers: str, status: str, plan: str) -> None:
    approval = replace(says("c1", "03-04 09:00", "/approve", by=LEA), readers=readers)
    mortem = a_post_mortem(body=ANSWERED, comments=(approval,))
    case = a_case(a_failure("sev2"), mortem, an_action())
    kept = [one for one in decide(PACK, case, at("03-04 12:00")).effects if isinstance(one, Keep)]
    (on_mortem,) = (one.body for one in kept if one.slot == "status" and one.ticket == mortem.ref)
    (on_failure,) = (one.body for one in kept if one.slot == "plan")
    assert status in on_mortem.splitlines()
    assert on_failure.splitlines()[0] == f"**The plan** · 0 of 1 done {plan}"


def declined(**fields: Any) -> Case:
    """An action that Ann declined, and nobody approved."""
    comments = (says("d1", "03-03 09:00", "/decline it is switched off in May"),)
    return a_case(a_failure("sev3", comments=(ACK,)), None, an_action(comments=comments, **fields))


ACK = says("k1", "03-02 10:00", "/ack Rolling back.")


@pytest.mark.parametrize(
    ("case", "people", "line"),
    [
        pytest.param(
            declined(),
            PACK.people,
            "an `/approve` from Lea on the action "
            "[acme/shop#3](https://github.example/acme/shop/issues/3), declined on 2026-03-03",
            id="its owner's lead",
        ),
        pytest.param(
            declined(),
            People(MappingProxyType({})),
            "an `/approve` from somebody else who may edit it on the action "
            "[acme/shop#3](https://github.example/acme/shop/issues/3), declined on 2026-03-03",
            id="nobody above",
        ),
        pytest.param(
            replace(declined(), failure=replace(declined().failure, audience=Audience.PUBLIC)),
            PACK.people,
            "an `/approve` on the internal action, declined on 2026-03-03",
            id="P14: where the action may not be named",
        ),
    ],
)
def test_a_decline_waits_for_whoever_is_to_approve_it(case: Case, people: People, line: str) -> None:
    """And not for the owner, who has said what there is to say."""
    policy = replace(PACK, people=people)
    (waits,) = view_of(Situation(policy, case, at("03-04 12:00")), case.failure).waiting
    assert waits == line
