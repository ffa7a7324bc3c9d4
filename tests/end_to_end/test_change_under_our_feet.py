"""Tickets, places and accounts that change while a case runs: the case follows, or `status` says what a person has to
do, and when they did it the case goes on by itself. Nothing is said twice, and what was due is said once (P3, P7)."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import structlog

from rules.refs import TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import Direction
from tests.end_to_end.feet_table import CHANGES, FEET_TABLE, ROLES, WHERES, Change, Where, cells
from tests.end_to_end.tables import Database
from worker.status import read_status

RUNBOOK = "Write a runbook"
UNTIL_END = dt.timedelta(days=45)
Asks = list[tuple[dt.datetime, tuple[str, ...]]]


@contextmanager
def opened(direction: Direction) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder, Desk(direction, Path(folder), is_polling=True).open() as desk:
        yield desk


def begin(desk: Desk) -> dict[str, TicketRef]:
    """A failure with its post-mortem and an action; by role."""
    failure = desk.report("ben", desk.direction.failure, "Checkout is down", "502", "failure", "sev2")
    desk.assign("grace", failure, "ada")
    desk.hear()
    desk.comment("ben", failure, f"/action {RUNBOOK}")
    desk.hear()
    (mortem,), (action,) = desk.opened("post-mortem"), desk.opened("action")
    return {"failure": failure, "post-mortem": mortem, "action": action}


def asks(desk: Desk, ref: TicketRef) -> Asks:
    """When our comments on a ticket asked whom."""
    ticket = TicketRef(ref.tracker, desk.ticket(ref).key)
    said = [(comment.created_at, desk.asked(ticket, comment)) for comment, _ in desk.ours(ticket)]
    return [(at, people) for at, people in said if people]


def moments(where: Where, start: dt.datetime, lasts_days: float) -> tuple[dt.datetime, ...]:
    return tuple(start + dt.timedelta(days=days) for days in where.days(lasts_days))


@cache
def undisturbed(where: Where, lasts_days: float) -> dict[str, Asks]:
    with opened(where.direction) as desk:
        tickets = begin(desk)
        start = desk.clock.now()
        for at in moments(where, start, lasts_days):
            desk.pass_until(at)
        desk.hear()
        desk.pass_until(start + UNTIL_END)
        found = {role: asks(desk, ref) for role, ref in tickets.items()}
    assert all(found.values())
    return found


def words(desk: Desk) -> str:
    found = read_status(desk.program).troubles
    return "\n".join(f"{one.what} on {one.where}: {one.problem} [{one.needs_person}]" for one in found)


@pytest.mark.parametrize(("change", "where", "database"), cells())
def test_a_ticket_changes_under_our_feet(change: Change, where: Where, database: Database) -> None:
    del database  # it is in memory
    with structlog.testing.capture_logs() as log, opened(where.direction) as desk:
        tickets = begin(desk)
        start, ref = desk.clock.now(), tickets[where.role]
        changed, mended, well = moments(where, start, change.lasts_days)
        desk.pass_until(changed)
        change.happens(desk, ref)
        desk.pass_until(mended)
        if change.said:
            told = words(desk)
            assert any(part in told for part in change.said), told
            assert "[True]" in told
        else:
            assert words(desk) == ""
        if change.mend:
            change.mend(desk, ref)
        desk.pass_until(well)
        if not change.is_final:
            assert words(desk) == ""
        desk.hear()
        desk.pass_until(start + UNTIL_END)
        if not change.is_final:
            assert words(desk) == ""
        for role in ROLES:
            if change.is_final and where.role == "failure":
                assert role == "failure" or all(at <= changed for at, _ in asks(desk, tickets[role]))
            elif not (change.is_final and role == where.role):
                as_it_was_due(desk, tickets[role], where, role, change, (changed, well))
        nothing_is_there_twice(desk)
        everything_leads_everywhere(
            desk, {r: t for r, t in tickets.items() if not (change.is_final and r == where.role)}
        )
    assert [line for line in log if line["log_level"] in ("error", "critical") or line.get("exc_info")] == []


def as_it_was_due(
    desk: Desk, ref: TicketRef, where: Where, role: str, change: Change, between: tuple[dt.datetime, dt.datetime]
) -> None:
    """Whoever was to be asked was, at the same moment; what was due while nothing could be said is said once, after.
    Without its failure a case rests."""
    due, said = undisturbed(where, change.lasts_days)[role], asks(desk, ref)
    changed, well = between
    assert [one for one in said if one[0] > well] == [one for one in due if one[0] > well]
    before = [one for one in due if one[0] <= well]
    now = [one for one in said if one[0] <= well]
    if not change.said or change.is_followed or role != where.role != "failure":
        assert now == before, role
    else:
        missed = [one for one in before if one[0] > changed]
        kept = [one for one in before if one not in missed]
        assert now[: len(kept)] == kept
        assert [people for _, people in now[len(kept) :]] in (
            [people for _, people in missed[-1:]],
            [p for _, p in missed],
        )


def nothing_is_there_twice(desk: Desk) -> None:
    keys = [desk.marker(ref, ticket) for ref, ticket in desk.tickets()]
    keys += [marker for ref, _ in desk.tickets() for _, marker in desk.ours(ref)]
    assert max(Counter(marker.key for marker in keys if marker).values()) == 1
    assert len(desk.opened("post-mortem")) <= 1
    assert len(desk.opened("action")) <= 1
    before, writes = desk.state(), desk.writes
    desk.program.ledger.inbox.put([ref for ref, _ in desk.tickets()], desk.clock.now())
    desk.settle()
    assert desk.writes == writes
    assert desk.state() == before


def everything_leads_everywhere(desk: Desk, tickets: dict[str, TicketRef]) -> None:
    present = {role: TicketRef(ref.tracker, desk.ticket(ref).key) for role, ref in tickets.items()}
    if "failure" in present:
        for role, ref in present.items():
            assert role == "failure" or desk.leads_to(present["failure"], ref), role
            assert role == "failure" or desk.leads_to(ref, present["failure"]), role


def test_every_run_meets_each_change_and_each_role() -> None:
    in_run = FEET_TABLE.in_every_run(Database.SQLITE)
    assert {change for change, _ in in_run} == set(CHANGES)
    assert {where for _, where in in_run} == set(WHERES)
