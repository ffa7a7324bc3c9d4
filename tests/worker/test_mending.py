"""What a person has to mend is shown while something waits for it, and goes by itself once it was mended (P7)."""

from __future__ import annotations

import pytest

from rules.decide import decide
from rules.facts import Case, Closing, GoneTicket
from rules.policy import Phase
from tests.rules.cases import FIRST, PACK, a_case, a_failure, at, labelled, ref, says, unlabelled
from worker.gather import Gathered
from worker.mending import to_mend

NOW = at("03-04 12:00")
GONE = (GoneTicket(ref(3), "action", "itema"),)
NOTE = "commands on github:acme/shop#1 are not obeyed"


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
