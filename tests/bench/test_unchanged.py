"""A cycle of polling on a world in which nothing happened: its cost is that of the places, however many cases are open.

Beside Sync2Jira, which reads every issue again.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.refs import Place, TicketRef
from tests.bench.company import github_api
from tests.bench.driven import Driven, Spent, driven
from tests.bench.layouts import Layout
from tests.bench.tables import tell

pytestmark = pytest.mark.bench

SIZES = (10, 100, 1_000)
#: Requests of Sync2Jira on a second run, ten issues mirrored and nothing changed.
SYNC2JIRA, SYNC2JIRA_ISSUES = 71, 10
REPOSITORIES = tuple(Place("github", f"acme/{name}") for name in ("shop", "api", "web"))
PROJECTS = tuple(Place("jira", name) for name in ("OPS", "PAY"))
WIDE = Layout("three repositories, two projects in Jira", (*REPOSITORIES, *PROJECTS))
#: So much is asked for while the cases are opened that GitHub's hour would not do; what is counted needs no more.
_PLENTY = 1_000_000
#: Longer than what the brake looks back on.
_HOUR = dt.timedelta(minutes=61)


def test_requests_of_a_second_run_on_an_unchanged_world(tmp_path: Path) -> None:
    """One conditional request a repository and one search a site, after a restart too; nothing where nothing is due."""
    rows: list[tuple[object, ...]] = []
    with driven(tmp_path, WIDE, listens=False) as it:
        limits = github_api(it.company).limits
        limits.per_hour = limits.points_per_hour = _PLENTY
        opened = 0
        for size in SIZES:
            while opened < size:
                # So many at once do not look like a flood to the brake, which stays in force.
                for _ in range(_at_once(opened)):
                    _open_case(it, opened)
                    opened += 1
                it.pass_time(_HOUR)
                _cycle(it)
            _come_to_rest(it)
            assert it.program.ledger.cases.count_active() == size
            rows += _measure(it, size)
        tell(
            f"A second run on an unchanged world: {WIDE.name}",
            ("open cases", "GitHub", "of them 304", "Jira", "looks", "writes", "Sync2Jira"),
            rows,
            "One cycle of polling. The least is one conditional request a repository (a 304 is free) and one search",
            "for both projects. After a restart nothing but the ledger is left, and Jira is asked once who we are.",
            "A tick where nothing is due asks nothing. Every ticket hinted at: each case read anew, by a process that",
            "remembers nothing of them.",
            f"Sync2Jira: {SYNC2JIRA} requests for {SYNC2JIRA_ISSUES} unchanged issues, measured of its own source; it",
            "reads each of them.",
        )


def _open_case(it: Driven, number: int) -> None:
    """A failure for which its owner has spoken up, with a post-mortem where it is grave."""
    place = WIDE.failures[number % len(WIDE.failures)]
    severity = "sev2" if number < SIZES[0] else "sev3"
    ticket = it.report("ada", place, f"Failure {number}", "failure", severity)
    it.say("ada", TicketRef(place.tracker, ticket.key), "/ack We are on it.")


def _at_once(opened: int) -> int:
    return SIZES[0] if opened < SIZES[1] else SIZES[1]


def _come_to_rest(it: Driven) -> None:
    """Until polling has nothing more to tell: what was read within the overlap of two polls is told once more."""
    for _ in range(6):
        _cycle(it)
    assert not it.program.ledger.installation.brake()


def _measure(it: Driven, size: int) -> list[tuple[object, ...]]:
    rows = [_row(it, f"{size:,}", it.spend(lambda: _cycle(it)), size)]
    assert rows[0][1:4] == (len(REPOSITORIES), len(REPOSITORIES), 1)
    it.restart()
    rows.append(_row(it, f"{size:,}, after a restart", it.spend(lambda: _cycle(it)), size))
    assert rows[1][1:4] == (len(REPOSITORIES), len(REPOSITORIES), 2)
    spent = it.spend(it.settle)
    assert (spent.requests, spent.looks) == (0, 0), "something was asked although nothing was due"
    if size == SIZES[0]:
        rows.append(_row(it, f"{size:,}, every ticket hinted at", it.spend(lambda: _look_at_all(it)), size))
    return rows


def _cycle(it: Driven) -> int:
    it.poll()
    return it.settle()


def _look_at_all(it: Driven) -> int:
    rows = it.program.ledger.cases.tickets_of_open()
    it.program.ledger.inbox.put([row.ref for row in rows], it.company.clock.now())
    return it.settle()


def _row(it: Driven, name: str, spent: Spent, size: int) -> tuple[object, ...]:
    by_site = [sum(one.site == site for one in it.sent) for site in ("github", "jira")]
    assert not spent.writes, "nothing had changed, and something was written"
    theirs = SYNC2JIRA if size == SYNC2JIRA_ISSUES else ""
    return name, by_site[0], spent.free, by_site[1], spent.looks, spent.writes, theirs
