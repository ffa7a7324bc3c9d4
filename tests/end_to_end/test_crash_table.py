"""A worker process dies by SIGKILL at every moment of every kind of write; started again, it ends with exactly one
of each (P1, P3), and a private letter arrives at most once. The ledger is a file or on a server, the trackers are real
HTTP servers, and no handler of the dead one runs."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.end_to_end.boxes import Boxes
from tests.end_to_end.crash_rig import Nursery, Trap, company_with_trap
from tests.end_to_end.crash_table import CRASH_TABLE, LATE, LETTERS_TABLE, MOMENTS, RECEIVED, Moment
from tests.end_to_end.fault_rig import Company, Worker
from tests.end_to_end.tables import Database
from tests.end_to_end.writes import WRITES, Write
from worker.dead import DeadEffect, read_dead
from worker.ledger import Ledger, open_ledger
from worker.settling import NOT_KNOWN
from worker.steps import Step


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery") / "stderr.txt") as open_nursery:
        yield open_nursery


#: Moments of death after which a letter is sent by the next worker, since it was not recorded as sent before.
SENT_BY_THE_NEXT = frozenset({Step.LEASED, Step.FETCHED, Step.DECIDED, Step.INTENDED})
#: Those after which it is known that it was taken.
KNOWN = frozenset({Step.CONFIRMED, Step.SETTLED, Step.RELEASED})


@pytest.mark.parametrize(("write", "moment", "database"), CRASH_TABLE.cells())
def test_exactly_one_survives_a_kill(
    write: Write, moment: Moment, database: Database, nursery: Nursery, ledger_url: str
) -> None:
    trap = Trap(write, moment)
    with company_with_trap(trap) as acme:
        order = _order(write, acme, ledger_url)
        _bring_to_the_brink(write, acme, ledger_url)
        assert nursery.run({**order, "step": moment.step or ""}, trap.born) == -signal.SIGKILL, nursery.complaints()
        assert not moment.is_before or write.missing(acme) != []
        assert nursery.run(order) == 0, nursery.complaints()
        if moment == LATE:
            assert write.missing(acme) == []
            trap.let_go_on()
            assert nursery.run(order) == 0, nursery.complaints()
        assert write.missing(acme) == []
        doubles = int(moment == LATE and write.comes_twice_when_late)
        assert len(acme.neutralised()) == len(write.twins) + doubles
        _assert_one_more_worker_writes_nothing(write, acme, ledger_url)


@pytest.mark.parametrize(("letter", "moment", "database"), LETTERS_TABLE.cells())
def test_at_most_one_letter_survives_a_kill(
    letter: Write, moment: Moment, database: Database, nursery: Nursery, ledger_url: str
) -> None:
    """P3, P7: nobody gets it twice; where it is not known whether it arrived, `aftermath dead` shows it, no name."""
    trap = Trap(letter, moment)
    with company_with_trap(trap) as acme:
        order = _order(letter, acme, ledger_url)
        _bring_to_the_brink(letter, acme, ledger_url)
        assert nursery.run({**order, "step": moment.step or ""}, trap.born) == -signal.SIGKILL, nursery.complaints()
        assert acme.arrived() == ([] if moment.is_before else ["ada"])
        assert nursery.run(order) == 0, nursery.complaints()
        if moment == LATE:
            assert acme.arrived() == []
            trap.let_go_on()
            assert nursery.run(order) == 0, nursery.complaints()
        is_lost = moment == RECEIVED or moment.step is Step.SENDING
        assert acme.arrived() == ([] if is_lost else ["ada"])
        is_known = moment.step in SENT_BY_THE_NEXT | KNOWN
        (dead,) = _dead(ledger_url) or [None]
        assert (dead is None) is is_known
        if dead:
            assert (dead.what, dead.state, dead.needs_person) == ("send a private message", "in doubt", True)
            assert dead.problem == NOT_KNOWN
            assert "ada" not in str(dead)
        _assert_one_more_worker_writes_nothing(letter, acme, ledger_url)
        assert acme.arrived() == ([] if is_lost else ["ada"])


def test_every_run_meets_each_write_and_each_moment_of_death_on_either_database() -> None:
    for database in Database:
        cells = CRASH_TABLE.in_every_run(database)
        assert {write for write, _ in cells} == set(WRITES)
        assert {moment for _, moment in cells} == set(MOMENTS)


def _order(write: Write, acme: Company, ledger_url: str) -> dict[str, object]:
    """What a worker is told, who is to live."""
    return {
        "urls": acme.urls,
        "sandbox": acme.sandbox.url(),
        "letters": acme.boxes_url,
        "ledger": ledger_url,
        "write": write.name,
        "step": "",
    }


def _dead(ledger_url: str) -> list[DeadEffect]:
    with closing(open_ledger(ledger_url)) as ledger:
        return list(read_dead(ledger))


def _bring_to_the_brink(write: Write, acme: Company, ledger_url: str) -> None:
    with closing(open_ledger(ledger_url)) as ledger:
        write.bring_to_the_brink(acme, _worker(write, acme, ledger))


def _assert_one_more_worker_writes_nothing(write: Write, acme: Company, ledger_url: str) -> None:
    with closing(open_ledger(ledger_url)) as ledger:
        worker, before = _worker(write, acme, ledger), acme.state()
        worker.hint(*acme.refs())
        worker.settle(dt.timedelta(0))
        assert worker.writes == 0
        assert acme.state() == before


def _worker(write: Write, acme: Company, ledger: Ledger) -> Worker:
    channel = Boxes(acme.boxes_url)
    return Worker(acme.urls, ledger, acme.clock, write.policy, channel=channel, edition=write.edition)
