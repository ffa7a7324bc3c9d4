"""A hundred actions grow stale at once among a thousand open cases of one repository, beside what actions/stale asks.

The hundred are reminded two working days before they are due and escalated when they are: twice a hundred comments at
once. The first time nothing is heard but by polling, and writes are sent as fast as they can be; the second time
webhooks tell of our own comments too, and all that holds writes back is in force.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.refs import TicketRef
from tests.bench.company import github_api
from tests.bench.driven import Driven, Spent, driven
from tests.bench.layouts import GITHUB
from tests.bench.tables import tell
from worker.ledger.write_budgets import WriteWait
from worker.trackers import write_limits

pytestmark = pytest.mark.bench

OPEN, STALE = 1_000, 100
#: Requests of actions/stale for a hundred newly stale issues, and how many of them its default budget lets it handle.
ACTIONS_STALE, ACTIONS_STALE_HANDLED = 406, 8
#: Each owns as many of the hundred as a person may be mentioned a day.
_OWNERS = tuple(f"owner{number}" for number in range(STALE // 5))
#: Longer than what the brake looks back on.
_HOUR = dt.timedelta(minutes=61)
_PLENTY, _ROUNDS_MAX = 1_000_000, 500
#: The others are opened so late that none of them asks for anything meanwhile.
_LATER = dt.timedelta(days=53)


def test_requests_of_escalating_a_hundred_stale_among_a_thousand_open(tmp_path: Path) -> None:
    with driven(tmp_path, GITHUB, more_people=_OWNERS, listens=False) as it:
        limits = github_api(it.company).limits
        per_hour = limits.per_hour
        limits.per_hour = limits.points_per_hour = _PLENTY
        _open(it, STALE, 10, "/ack\n\n/action Alert when the payment queue grows")
        assert len(it.refs("action")) == STALE
        it.pass_time(_LATER)
        it.settle()
        _open(it, OPEN - STALE, 100, "/ack We are on it.")
        limits.per_hour = limits.points_per_hour = per_hour
        assert it.program.ledger.cases.count_active() == OPEN
        reminded = _escalate(it)
        it.restart(limits=write_limits(it.config))
        with it.listening():
            escalated = _escalate(it)
        assert not it.program.ledger.installation.brake()
        _tell(it, reminded, escalated)


def _open(it: Driven, cases: int, at_once: int, said: str) -> None:
    """So many failures, so few of them an hour that they do not look like a flood to the brake."""
    (place,) = GITHUB.failures
    for number in range(cases):
        owner = it.owners[number % len(it.owners)]
        ticket = it.report(owner, place, f"Failure {number}", "failure", "sev3")
        it.say("ben", TicketRef(place.tracker, ticket.key), said)
        if number % at_once == at_once - 1:
            it.pass_time(_HOUR)
            it.program.poller.poll_due()
            it.settle()


def _escalate(it: Driven) -> tuple[Spent, dt.timedelta]:
    """What it costs from the moment at which the first of them is due until a hundred have been spoken of, and nothing
    more is to be said; and how long that takes."""
    due = it.next_due()
    assert due
    it.company.clock.advance_to(max(due, it.company.clock.now()))
    began, before = it.company.clock.now(), it.comments_of_ours("github")
    last = began

    def work() -> int:
        nonlocal last
        looks = 0
        for _ in range(_ROUNDS_MAX):
            it.program.poller.poll_due()
            said = it.comments_of_ours("github")
            looks += it.settle()
            last = it.company.clock.now() if it.comments_of_ours("github") > said else last
            due = it.next_due()
            if it.comments_of_ours("github") - before >= STALE and not _waiting(it):
                return looks
            assert due, "nothing is due any more"
            it.company.clock.advance_to(max(due, it.company.clock.now()))
        raise AssertionError("not all of them were escalated")

    spent = it.spend(work)
    assert it.comments_of_ours("github") - before == STALE
    return spent, last - began


def _waiting(it: Driven) -> list[WriteWait]:
    return it.program.ledger.write_budgets.waiting(it.company.clock.now())


def _tell(it: Driven, reminded: tuple[Spent, dt.timedelta], escalated: tuple[Spent, dt.timedelta]) -> None:
    least = STALE
    rows = [
        _row("reminded, heard by polling alone, no limits on writes", *reminded),
        _row("escalated, with webhooks, limits on writes in force", *escalated),
        ("the least: one look and one comment each", 2 * least, least, "", least, least, "", 2 * least / ACTIONS_STALE),
        ("actions/stale", ACTIONS_STALE, "", "", "", "", "", 1.0),
    ]
    tell(
        f"{STALE} grow stale at once among {OPEN:,} open cases of one repository",
        ("", "requests", "reads", "304", "writes", "looks", "minutes", "to actions/stale's"),
        rows,
        "In force both times: the brake (200 new things an hour, half of all cases), working hours, 5 mentions a day,",
        f"which {len(_OWNERS)} owners of five each just meet, GitHub's 5,000 requests and 5,000 points an hour.",
        "Limits on writes (connectors/github/limits.py) are off by themselves where the clock is driven; the second",
        "time they were switched on. Minutes are the clock's, which moves to when something is due.",
        "Reads are polls, and GraphQL queries of one point each: a case as it is, after we wrote, and once more when",
        "we hear of our own comment; where limits on writes let it wait, when its turn has come.",
        f"actions/stale: with its default budget it handles {ACTIONS_STALE_HANDLED} of {STALE} in a run.",
    )


def _row(name: str, spent: Spent, took: dt.timedelta) -> tuple[object, ...]:
    figures = (spent.requests, spent.reads, spent.free, spent.writes, spent.looks)
    return name, *figures, took.total_seconds() / 60, spent.requests / ACTIONS_STALE
