"""Each kind of write meets each kind of fault, over HTTP, on either database, and exactly one of each survives (P3).

The scene makes the write the next thing to be done; the fault hits exactly that request; time goes on until
nothing is due; then things are counted on the trackers themselves.
"""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.sandbox.faults import Fault
from tests.end_to_end.fault_rig import Company, Worker, company_with_worker
from tests.end_to_end.fault_table import FAULT_MATRIX, LATE, TROUBLES, Trouble
from tests.end_to_end.tables import Database
from tests.end_to_end.writes import WRITES, Write
from worker.ledger import Ledger
from worker.simulation.people import OURS


@pytest.mark.parametrize(("write", "trouble", "database"), FAULT_MATRIX.cells())
def test_exactly_one_survives_a_fault(write: Write, trouble: Trouble, database: Database, ledger: Ledger) -> None:
    lag_s = trouble.search_lag_s
    with company_with_worker(write.policy, search_lag_s=lag_s, ledger=ledger, edition=write.edition) as (acme, worker):
        write.bring_to_the_brink(acme, worker)
        acme.sandbox.faults.add(trouble.fault(write))
        worker.settle()
        assert acme.sandbox.faults.fired == {trouble.kind: 1}
        if trouble.is_late:
            acme.sandbox.faults.release(LATE)
            assert acme.sandbox.wait_idle()
            worker.settle()
        assert write.missing(acme) == []
        doubles = int(trouble.is_late and write.comes_twice_when_late)
        assert len(acme.neutralised()) == len(write.twins) + doubles
        assert_a_further_look_writes_nothing(acme, worker)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
def test_a_scene_is_not_complete_without_its_write(write: Write) -> None:
    """Otherwise a cell of the matrix could pass whatever becomes of its write."""
    with company_with_worker(write.policy, edition=write.edition) as (acme, worker):
        write.bring_to_the_brink(acme, worker)
        acme.sandbox.faults.add(Fault("error-500", write.site, OURS, write.method, write.path))
        worker.settle()
        assert acme.sandbox.faults.fired["error-500"] > 1
        assert write.missing(acme) != []


def test_every_run_meets_each_write_and_each_fault_on_either_database() -> None:
    for database in Database:
        cells = FAULT_MATRIX.in_every_run(database)
        assert {write for write, _ in cells} == set(WRITES)
        assert {trouble for _, trouble in cells} == set(TROUBLES)


def assert_a_further_look_writes_nothing(acme: Company, worker: Worker) -> None:
    """Every ticket is looked at once more: no request to change anything is sent, and nothing has changed."""
    before, writes = acme.state(), worker.writes
    worker.hint(*acme.refs())
    worker.settle(dt.timedelta(0))
    assert worker.writes == writes
    assert acme.state() == before
