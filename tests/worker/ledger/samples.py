"""What the tests of the ledger have in common: moments, tickets, effects, and many threads at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select

from rules.effects import Keep, OpenTicket, Say
from rules.keys import case_id, state_key
from rules.refs import Place, TicketRef
from worker.ledger import Ledger
from worker.ledger.schema import hints

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
ONE, TWO, THREE = (TicketRef("github", f"acme/shop#{number}") for number in (1, 2, 3))
ROOT, OTHER = "rootrootroot", "otherotherother"
CASE = case_id(ROOT, 1)
HOME = "acme"


def say(key: str = "say", *mentions: str, case: str = CASE, closes: bool = False) -> Say:
    return Say(
        key=key,
        case=case,
        rule="ask-ack",
        why="w",
        ticket=ONE,
        text="ask",
        body="b",
        said=f"said {key}",
        mentions=mentions,
        closes=closes,
    )


KEEP = Keep(
    key=state_key(CASE, "failure", "status"),
    case=CASE,
    rule="status",
    why="w",
    ticket=ONE,
    slot="status",
    body="b",
    digest="first",
)
OPEN = OpenTicket(
    key="open",
    case=CASE,
    rule="open",
    why="w",
    role="action",
    item="i",
    place=Place("github", "acme/shop"),
    title="t",
    body="b",
)


def due(ledger: Ledger, now: dt.datetime) -> list[TicketRef]:
    """Hints that are not waiting for a later time, longest due first."""
    query = select(hints.c.tracker, hints.c.key).where(hints.c.not_before <= now).order_by(hints.c.not_before)
    with ledger.engine.begin() as db:
        return [TicketRef(row.tracker, row.key) for row in db.execute(query)]


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run it in so many threads that begin together; results in order, exceptions raised."""
    gate = threading.Barrier(number)

    def run(index: int) -> Any:
        gate.wait(timeout=30)
        return work(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def sleeping(ledger: Ledger, root: str, failure: TicketRef, until: dt.datetime | None) -> None:
    ledger.cases.open_case(root, failure, "1", "", NOW)
    ledger.cases.lease(root, "me", NOW, NOW + MINUTE)
    ledger.cases.settle(root, "me", NOW, wake_at=until)
    ledger.cases.release(root, "me")
