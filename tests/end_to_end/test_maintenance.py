"""One tracker is down for an hour and the other works: nothing is lost, nothing is there twice, the tracker is asked a
bounded number of times however many cases wait for it, and `status` says it in one line (P3, P7)."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import structlog

from connectors.sandbox.faults import Fault, FaultKind
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, SHOP, Direction
from worker.status import read_status

HOUR = dt.timedelta(hours=1)
CASES = 8
#: Each failure's post-mortem is on the other tracker; failures are labelled on both.
BOTH = Direction(SHOP, OPS, SHOP, also_watched=(OPS,))
BOTH_WITH_DATA_CENTER = replace(BOTH, edition="data-center")
#: What happens, and whether the tracker says for how long.
OUTAGES: tuple[tuple[str, FaultKind, int], ...] = (
    ("503 with Retry-After", "error-503", 900),
    ("503 without", "error-503", 0),
    ("502 by a proxy", "error-502", 0),
    ("a login page", "html", 0),
    ("connections refused", "refuse", 0),
)
#: Requests to a tracker that is away for an hour: five reads of three tries each until that is plain, then one read
#: after rests of 1, 2, 4, 8, 10, 10, … minutes; and a write or two that found out before the reads did.
ASKED_MAX = 5 * 3 + 10 * 3 + 10


#: Jira's failures are watched too, and what comes of GitHub's stays there.
ONLY_GITHUB = Direction(SHOP, SHOP, SHOP, also_watched=(OPS,))


@pytest.fixture
def only_github(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with Desk(request.param, tmp_path, is_polling=True).open() as office:
        yield office


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with Desk(request.param, tmp_path, is_polling=True).open() as office:
        yield office


def live_through_an_hour(desk: Desk, away: str, fault: Fault | None) -> dict[str, list[str]]:
    """Eight failures in the middle of their day, half of them with news for us; what stands in the end."""
    failures = [
        desk.report("ben", place, f"Failure {n}", "502", "failure", "sev2")
        for n in range(CASES // 2)
        for place in (SHOP, OPS)
    ]
    for failure in failures:
        desk.assign("grace", failure, "ada")
    desk.hear()
    if fault:
        desk.sandbox.faults.add(fault)
    begun = desk.clock.now()
    desk.sandbox.counts.reset()
    for n, failure in enumerate(failures):
        desk.comment("ada", failure, f"/ack We are on it.\n\n/action Write runbook {n}")
    desk.pass_until(begun + HOUR / 2)
    if fault:
        one_line(desk, away)
    desk.pass_until(begun + HOUR)
    if fault:
        assert sum(desk.sandbox.faults.fired.values()) <= ASKED_MAX, desk.sandbox.faults.fired
    desk.sandbox.faults.clear()
    desk.pass_until(begun + HOUR * 3)
    assert read_status(desk.program).troubles == ()
    return {
        str(ref): sorted(marker.kind for _, marker in desk.ours(ref)) + sorted(ticket.labels)
        for ref, ticket in desk.tickets()
    }


def one_line(desk: Desk, away: str) -> None:
    troubles = read_status(desk.program).troubles
    assert [(one.what, one.where) for one in troubles if one.what != "tracker" or one.where != away] == []
    assert len(troubles) == 1


def by_title(desk: Desk) -> Counter[str]:
    return Counter(ticket.title for _, ticket in desk.tickets())


#: What is in every run; the others are left to the long one.
IN_EVERY_RUN = {
    ("503 with Retry-After", "jira", BOTH),
    ("503 without", "github", BOTH),
    ("connections refused", "jira", BOTH),
    ("502 by a proxy", "jira", BOTH_WITH_DATA_CENTER),
}
CELLS = [
    pytest.param(
        direction,
        away,
        kind,
        wait_s,
        id=f"{away if direction == BOTH else direction.edition} - {name}",
        marks=() if (name, away, direction) in IN_EVERY_RUN else pytest.mark.soak,
    )
    for name, kind, wait_s in OUTAGES
    for direction, away in ((BOTH, "github"), (BOTH, "jira"), (BOTH_WITH_DATA_CENTER, "jira"))
]


@cache
def calm(direction: Direction) -> tuple[list[list[str]], Counter[str]]:
    """What stands in the end where nothing was down."""
    with tempfile.TemporaryDirectory() as folder, Desk(direction, Path(folder), is_polling=True).open() as desk:
        return sorted(live_through_an_hour(desk, "", None).values()), by_title(desk)


@pytest.mark.parametrize(("desk", "away", "kind", "retry_after_s"), CELLS, indirect=["desk"])
def test_a_tracker_is_down_for_an_hour(desk: Desk, away: str, kind: FaultKind, retry_after_s: int) -> None:
    fault = Fault(kind, away, "aftermath", retry_after_s=retry_after_s)
    with structlog.testing.capture_logs() as log:
        found = live_through_an_hour(desk, away, fault)
    assert [line for line in log if line["log_level"] in ("error", "critical")] == []
    assert (sorted(found.values()), by_title(desk)) == calm(desk.direction)
    keys = Counter(marker.key for ref, _ in desk.tickets() for _, marker in desk.ours(ref))
    assert set(keys.values()) == {1}


@pytest.mark.parametrize("only_github", [ONLY_GITHUB], indirect=True)
def test_the_other_tracker_is_worked_on_meanwhile(only_github: Desk) -> None:
    """What needs the tracker that is away waits; a failure whose tickets are all elsewhere does not."""
    desk = only_github
    desk.sandbox.faults.add(Fault("error-503", "jira", "aftermath", retry_after_s=0))
    desk.pass_until(desk.clock.now() + HOUR / 2)
    failure = desk.report("ben", SHOP, "Checkout is down", "502", "failure", "sev2")
    desk.hear()
    assert "status" in [marker.kind for _, marker in desk.ours(failure)]
    assert len(desk.opened("post-mortem")) == 1
