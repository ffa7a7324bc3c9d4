"""Each kind of write meets each kind of fault, over HTTP, and exactly one of each survives (P3).

The scene makes the write the next thing to be done; the fault hits exactly that request; time goes on until
nothing is due; then things are counted on the trackers themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from connectors.sandbox.faults import Fault, FaultKind
from tests.end_to_end.fault_rig import Company, Worker, company_with_worker
from tests.end_to_end.tables import Table
from tests.end_to_end.writes import WRITES, Write
from worker.simulation.people import OURS

_SLOW_S = 0.15
_LAG_S = 60.0
_LATE = "late"


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
        event = _LATE if self.is_late else ""
        return Fault(
            self.kind, write.site, OURS, write.method, write.path, times=1, delay_s=delay_s, retry_after_s=30,
            event=event,
        )  # fmt: skip


TROUBLES = (
    Trouble("connection reset", "refuse"),
    Trouble("429", "limit"),
    Trouble("secondary limit", "secondary"),
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


MATRIX = Table("fault matrix", ("writes", WRITES), ("faults", TROUBLES), _left_out)


@pytest.mark.parametrize(("write", "trouble"), MATRIX.cells())
def test_exactly_one_survives_a_fault(write: Write, trouble: Trouble) -> None:
    with company_with_worker(write.policy, search_lag_s=trouble.search_lag_s) as (acme, worker):
        write.bring_to_the_brink(acme, worker)
        acme.sandbox.faults.add(trouble.fault(write))
        worker.settle()
        assert acme.sandbox.faults.fired == {trouble.kind: 1}
        if trouble.is_late:
            acme.sandbox.faults.release(_LATE)
            assert acme.sandbox.wait_idle()
            worker.settle()
        assert write.missing(acme) == []
        doubles = int(trouble.is_late and write.effect == "open")
        assert len(acme.neutralised()) == len(write.twins) + doubles
        assert_a_further_look_writes_nothing(acme, worker)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
def test_a_scene_is_not_complete_without_its_write(write: Write) -> None:
    """Otherwise a cell of the matrix could pass whatever becomes of its write."""
    with company_with_worker(write.policy) as (acme, worker):
        write.bring_to_the_brink(acme, worker)
        acme.sandbox.faults.add(Fault("error-500", write.site, OURS, write.method, write.path))
        worker.settle()
        assert acme.sandbox.faults.fired["error-500"] > 1
        assert write.missing(acme) != []


def assert_a_further_look_writes_nothing(acme: Company, worker: Worker) -> None:
    """Every ticket is looked at once more: no request to change anything is sent, and nothing has changed."""
    before, writes = acme.state(), worker.writes
    worker.hint(*acme.refs())
    worker.settle(dt.timedelta(0))
    assert worker.writes == writes
    assert acme.state() == before
