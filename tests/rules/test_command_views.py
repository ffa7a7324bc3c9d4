"""What status comments and plans tell of commands: never a name out of a comment that not everybody reads (P14)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Keep
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
