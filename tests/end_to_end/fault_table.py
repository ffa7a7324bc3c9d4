"""The fault matrix: which kinds of write meet which kinds of trouble, and which cells make no sense."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.jira.edition import CLOUD
from connectors.sandbox.faults import Fault, FaultKind
from tests.end_to_end.tables import Database, Table, in_turn
from tests.end_to_end.writes import WRITES, Write
from worker.simulation.people import OURS

_SLOW_S = 0.15
_LAG_S = 60.0
LATE = "late"


@dataclass(frozen=True)
class Trouble:
    """A fault for one request, `search_lag_s` for the whole tracker; with `is_late` what was given up comes after
    the worker has done it again."""

    name: str
    kind: FaultKind
    search_lag_s: float = 0.0
    is_late: bool = False

    def fault(self, write: Write) -> Fault:
        delay_s = _SLOW_S if self.kind == "slow" else 0.0
        event = LATE if self.is_late else ""
        return Fault(
            self.kind, write.site, OURS, write.method, write.path, times=1, delay_s=delay_s, retry_after_s=30,
            event=event,
        )  # fmt: skip


TROUBLES = (
    Trouble("connection reset", "refuse"),
    Trouble("429", "limit"),
    Trouble("secondary limit", "secondary"),
    Trouble("503 with Retry-After", "error-503"),
    Trouble("500", "error-500"),
    Trouble("502, not done", "error-502"),
    Trouble("502, done", "error-502-done"),
    Trouble("cut, not done", "cut"),
    Trouble("cut, done", "cut-done"),
    Trouble("timeout, not done", "hang"),
    Trouble("timeout, done", "hang-done"),
    Trouble("timeout, done at once after", "hang-late"),
    Trouble("timeout, done after the retry", "hang-late", is_late=True),
    Trouble("200 with HTML", "html"),
    Trouble("slow", "slow"),
    Trouble("timeout, done, search lags", "hang-done", search_lag_s=_LAG_S),
)


def _left_out(write: Write, trouble: Trouble) -> str:
    """Why a cell makes no sense, or nothing."""
    if trouble.kind == "secondary" and write.site == "jira":
        return "Jira has no secondary limit: it answers 429, which is a column of its own"
    if trouble.kind == "cut-done" and write.is_answered_empty:
        return "an answer without a body cannot be cut half-way"
    if trouble.search_lag_s and write.site == "github":
        return "on GitHub nothing is searched for, only listed"
    return ""


#: In every run each write meets every fifth fault, the next ones from row to row, and always the one after which it
#: cannot be known whether it was done; one of each write's on PostgreSQL, and over the writes each fault. On the second
#: edition of Jira, whose requests are the first one's for the most part, every seventh.
_EVERY, _EVERY_ON_DATA_CENTER = 5, 7
_TELLING = "timeout, done"


def _is_always(write: Write, trouble: Trouble, database: Database) -> bool:
    is_on_postgres = trouble == in_turn(write, WRITES, TROUBLES, _left_out)
    if database is Database.POSTGRES:
        return is_on_postgres
    every = _EVERY if write.edition == CLOUD else _EVERY_ON_DATA_CENTER
    is_due = (WRITES.index(write) + TROUBLES.index(trouble)) % every == 0 or trouble.name == _TELLING
    return is_due and not is_on_postgres


FAULT_MATRIX = Table("fault matrix", ("writes", WRITES), ("faults", TROUBLES), _left_out, _is_always)
