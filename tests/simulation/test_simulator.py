"""The simulator finds what it is for, and finds nothing where there is nothing to find."""

from __future__ import annotations

import pytest

from tests.simulation.planted import PLANTED
from worker.simulation.campaign import simulate
from worker.simulation.history import run_history, simulated_policy

#: Planted bugs have to be found within so many seeds.
SEEDS_MAX = 200
#: Where a bug that few histories meet was found last: looked at first, since most of the others would be waited for.
FOUND_LAST = {
    "skips the read-back": 21,
    "uses updated_at as the clock": 6,
    "forgets the lease": 3,
    "asks in the night": 10,
    "writes private letters again": 3,
    "files a lesson anew each day": 9,
    "files lessons where more people read": 12,
    "forgets what digests were sent": 3,
    "asks who is away": 10,
    "has one time for everybody": 10,
    "disturbs in quiet hours": 10,
    "says again what another policy said": 7,
    "counts no mentions": 5,
}
POLICY = simulated_policy()


@pytest.mark.parametrize("bug", PLANTED, ids=str)
def test_a_planted_bug_is_found(bug: str, record_property: pytest.RecordProperty) -> None:
    """P1, P3, P5: what keeps them is taken away, and the reckoning at the end of a history sees it."""
    last = FOUND_LAST.get(bug, 1)
    for seed in (last, *(one for one in range(1, SEEDS_MAX + 1) if one != last)):
        if run_history(seed, POLICY, PLANTED[bug]()).violations:
            record_property("seeds", seed)
            return
    pytest.fail(f"a worker that {bug} was not found within {SEEDS_MAX} seeds")


def test_histories_end_with_nothing_missing_nothing_twice_and_no_clock_late() -> None:
    """P1, P3, P4, P5, P6, P9 under every fault; `make soak` runs a thousand."""
    campaign = simulate(range(1, 9), lambda _: None)
    assert campaign.as_data()["failing"] == []
    assert campaign.histories == 8


def test_one_seed_tells_the_same_story_twice() -> None:
    assert run_history(7, POLICY).story == run_history(7, POLICY).story


@pytest.mark.soak
def test_a_thousand_histories_end_well() -> None:
    """P1, P3, P4, P5, P6, P9: what `aftermath simulate --seeds 1000` says."""
    campaign = simulate(range(1, 1001), lambda _: None)
    assert campaign.as_data()["failing"] == []
