"""A worker process dies by SIGKILL at every moment of every kind of write; started again, it ends with exactly one
of each (P1, P3). The ledger is a file, the trackers are real HTTP servers, and no handler of the dead one runs."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.crash_rig import PATIENCE_S, Nursery, Trap, company_with_trap
from tests.end_to_end.crash_table import CRASH_TABLE, LATE, Moment
from tests.end_to_end.fault_rig import Company, Worker
from tests.end_to_end.writes import Write
from worker.ledger import open_ledger


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery") / "stderr.txt") as open_nursery:
        yield open_nursery


@pytest.mark.parametrize(("write", "moment"), CRASH_TABLE.cells())
def test_exactly_one_survives_a_kill(write: Write, moment: Moment, nursery: Nursery, tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    trap = Trap(write, moment)
    with company_with_trap(trap) as acme:
        _bring_to_the_brink(write, acme, ledger)
        order = {"urls": acme.urls, "sandbox": acme.sandbox.url(), "ledger": ledger, "write": write.name}
        died = nursery.run({**order, "step": moment.step or ""}, trap.born)
        assert died == -signal.SIGKILL, nursery.complaints()
        assert not moment.is_before or write.missing(acme) != []
        assert nursery.run({**order, "step": ""}) == 0, nursery.complaints()
        if moment == LATE:
            assert write.missing(acme) == []
            trap.late.set()
            assert trap.settled.wait(PATIENCE_S)
            assert nursery.run({**order, "step": ""}) == 0, nursery.complaints()
        assert write.missing(acme) == []
        doubles = int(moment == LATE and write.effect == "open")
        assert len(acme.neutralised()) == len(write.twins) + doubles
        _assert_one_more_worker_writes_nothing(write, acme, ledger)


def _bring_to_the_brink(write: Write, acme: Company, ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    write.bring_to_the_brink(acme, Worker(acme.urls, ledger, acme.clock, write.policy))
    ledger.close()


def _assert_one_more_worker_writes_nothing(write: Write, acme: Company, ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    worker, before = Worker(acme.urls, ledger, acme.clock, write.policy), acme.state()
    worker.hint(*acme.refs())
    worker.settle(dt.timedelta(0))
    assert worker.writes == 0
    assert acme.state() == before
    ledger.close()
