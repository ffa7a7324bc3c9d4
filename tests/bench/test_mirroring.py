"""Ten failures at once, from the label to their tickets in Jira and on to the end, beside what Sync2Jira asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.driven import NOTHING, Driven, Spent, driven
from tests.bench.layouts import GITHUB_AND_CLOUD, GITHUB_AND_DATA_CENTER, Layout
from tests.bench.scenes import MORTEM, scenes
from tests.bench.tables import tell

pytestmark = pytest.mark.bench

CASES = 10
#: Requests of Sync2Jira to mirror ten issues of GitHub into Jira, as measured of its own source.
SYNC2JIRA = 141
_OWNERS = tuple(f"owner{number}" for number in range(CASES))
_NEWS = {"webhooks": True, "polling alone": False}


@pytest.mark.parametrize("layout", [GITHUB_AND_CLOUD, GITHUB_AND_DATA_CENTER], ids=lambda layout: layout.name)
def test_requests_of_ten_cases_at_once(layout: Layout, tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = []
    for news, listens in _NEWS.items():
        folder = tmp_path / news
        folder.mkdir()
        with driven(folder, layout, more_people=_OWNERS, listens=listens) as it:
            mirrored, closed = _play(it)
            rows += [_row(f"label to mirrored, by {news}", mirrored), _row(f"label to closed, by {news}", closed)]
    rows.append(("Sync2Jira, mirrored", SYNC2JIRA, "", "", "", SYNC2JIRA / CASES, 1.0))
    tell(
        f"{CASES} cases at once, {layout.name}",
        ("", "requests", "reads", "304", "writes", "a case", "to Sync2Jira's"),
        rows,
        "Mirrored: post-mortem opened and linked, its status and the failure's written, the first word asked for.",
        "Closed: that, and /ack, an action planned, overdue and escalated, plan, thanks, lesson: seven scenes.",
        "In force: the brake and five mentions a person a day, as shipped. No limits on writes: this clock is driven.",
    )


def _play(it: Driven) -> tuple[Spent, Spent]:
    """What it cost until everything was mirrored, and until all was closed."""
    mirrored, closed = NOTHING, NOTHING
    for number, scene in enumerate(scenes(CASES)):
        scene.act(it)
        closed += it.spend(lambda: _hear(it))
        if number == 0:
            mirrored = closed
            assert len(it.refs(MORTEM)) == CASES
    assert it.is_closed(), "the story was not told to its end"
    return mirrored, closed


def _hear(it: Driven) -> int:
    it.poll()
    return it.settle()


def _row(name: str, spent: Spent) -> tuple[object, ...]:
    figures = (spent.requests, spent.reads, spent.free, spent.writes)
    return name, *figures, spent.requests / CASES, spent.requests / SYNC2JIRA
