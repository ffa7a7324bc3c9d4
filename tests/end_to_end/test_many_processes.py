"""The whole story told by many processes, one of them killed and the queue emptied on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.faults import Fault
from tests.end_to_end.directions import BOTH_WAYS, Direction
from tests.end_to_end.fleet import Fleet
from tests.end_to_end.office import OURS
from tests.end_to_end.story import RUNGS, STANDING, Story, at, dead_ends, rungs, standing
from tests.worker.postgres import Postgres

#: The lead is to be asked then; the worker dies with the comment written and no answer received.
_FATAL = "10-14 09:00"


@pytest.mark.soak
@pytest.mark.parametrize("news", ["webhooks", "polling"])
@pytest.mark.parametrize("direction", BOTH_WAYS, ids=str)
def test_many_processes_see_a_case_through_although_one_dies_and_the_queue_is_lost(
    direction: Direction, news: str, tmp_path: Path, postgres: Postgres
) -> None:
    """P1, P3, P6: two webs, two workers and two schedulers; whoever is left reads back what the dead one wrote."""
    fault = Fault("hang-done", direction.place_of("action").tracker, OURS, "POST", "/comments?$", times=1)
    url = postgres.new_database()
    with Fleet(direction, tmp_path, ledger_url=url, is_polling=news == "polling").open() as fleet:
        story = Story(fleet)
        story.live(also=[("10-13 12:00", lambda _: fleet.kill_a_worker_at(at(_FATAL), fault))])
        assert fleet.sandbox.faults.fired == {"hang-done": 1}
        assert rungs(story) == list(RUNGS)
        assert standing(story) == STANDING
        assert dead_ends(story) == []
        assert fleet.problems() == []
