"""What a person has to mend is shown while something waits for it, and goes by itself once it was mended (P7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.facts import Case, Closing, GoneTicket
from rules.policy import People, Phase
from tests.rules.cases import (
    ANN,
    FIRST,
    PACK,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    at,
    labelled,
    ref,
    says,
    unlabelled,
)
from worker.gather import Gathered
from worker.mending import to_mend

NOW = at("03-04 12:00")
GONE = (GoneTicket(ref(3), "action", "itema"),)
NOTE = "new commands on github:acme/shop#1 wait"


def active() -> Case:
    return a_case(a_failure("sev3"), gone=GONE)


def paused() -> Case:
    changes = (labelled("03-02 09:00"), unlabelled("03-03 09:00"))
    return a_case(a_failure(labels=("sev3",), changes=changes), gone=GONE)


def cancelled() -> Case:
    return a_case(a_failure("sev3", comments=(says("c1", "03-03 09:00", "/cancel a rehearsal"),)), gone=GONE)


def closed() -> Case:
    return a_case(a_failure("sev3"), closings=(Closing(1, at("03-03 09:00")),), gone=GONE)


@pytest.mark.parametrize(
    ("case", "phase", "told"),
    [
        pytest.param(active(), Phase.ACTIVE, 2, id="active"),
        pytest.param(paused(), Phase.PAUSED, 0, id="paused"),
        pytest.param(cancelled(), Phase.CANCELLED, 0, id="called off"),
        pytest.param(closed(), Phase.CLOSED, 0, id="let go"),
    ],
)
def test_nobody_is_asked_to_mend_what_nothing_waits_for(case: Case, phase: Phase, told: int) -> None:
    """Such a case is not looked at again for it: what was shown once would stay on `status` for good."""
    decision = decide(PACK, case, NOW)
    assert (decision.phase, decision.case) == (phase, FIRST)
    assert len(to_mend(Gathered(case, {}, notes=(NOTE,)), decision)) == told


def test_a_ticket_of_which_nobody_can_be_asked_is_told_with_what_to_do() -> None:
    """P7: the smallest team, where a machine opened the failure and labelled it."""
    failure = a_failure("sev2", reporter=ROBOT, assignees=(), changes=(labelled("03-02 09:00", by=ROBOT),))
    case = a_case(failure, a_post_mortem(assignees=()))
    policy = replace(PACK, people=People())
    (sentence,) = to_mend(Gathered(case, {}), decide(policy, case, NOW))
    assert sentence == (
        "nobody can be asked about github:acme/shop#1: it has no owner, and nobody above or around it is known on that "
        "tracker; assign it to somebody, or name a `default_lead` in the people file"
    )
    assert len(to_mend(Gathered(case, {}), decide(policy, case, at("03-10 12:00")))) == 2, "the post-mortem is late too"
    somebody = replace(case, failure=replace(failure, assignees=(ANN,)))
    assert to_mend(Gathered(somebody, {}), decide(policy, somebody, at("03-10 12:00"))) == ()
