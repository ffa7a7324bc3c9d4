"""A private letter meets every fault, over HTTP and through apprise, and reaches its reader at most once (P3): what
cannot be read back is recorded as sent before, and never sent again. Its sender's death is in the crash table.

The post box is the sandbox's; what has arrived is counted there. Everything else of the case goes on (P7).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from connectors.sandbox.faults import Fault
from connectors.sandbox.letters import LETTERS
from tests.end_to_end.boxes import ANSWER_S, Boxes
from tests.end_to_end.fault_rig import Company, Worker, policy_of
from tests.end_to_end.fault_table import LATE, TROUBLES, Trouble
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.simulation.people import PROJECT, REPOSITORY

#: What a worker waits for an answer where none will come, in real seconds.
_NO_ANSWER_S = 0.5
_POLICY = replace(policy_of(("open-post-mortem", "reflect")), salt="of these tests")
#: Whether the message reached the box although its sender heard nothing good of it, or only later.
_ARRIVES = frozenset({"502, done", "cut, done", "timeout, done", "timeout, done at once after", "slow",
                      "timeout, done after the retry", "timeout, done, search lags"})  # fmt: skip


def worker_at(acme: Company, ledger: Ledger, *, answer_s: float = ANSWER_S) -> Worker:
    return Worker(acme.urls, ledger, acme.clock, _POLICY, channel=Boxes(acme.boxes_url, answer_s))


def to_the_brink(acme: Company, ledger: Ledger) -> None:
    """Ada's failure has a post-mortem, and Ada has closed it: a letter to her is the next thing to be done."""
    acme.github.open_ticket("ada", REPOSITORY, "The shop is down", "Since nine.", labels=("failure", "sev2"))
    worker_at(acme, ledger).settle(dt.timedelta(0))
    acme.jira.close("ada", f"{PROJECT}-1")


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_letter_arrives_at_most_once_whatever_the_network_does(trouble: Trouble) -> None:
    """P3, P7, P10: and what went wrong is shown without a name or an address."""
    acme, ledger = Company(), open_memory_ledger()
    with acme.sandbox:
        to_the_brink(acme, ledger)
        delay_s = 0.1 if trouble.kind == "slow" else 0.0
        event = LATE if trouble.is_late else ""
        acme.sandbox.faults.add(Fault(trouble.kind, LETTERS, times=1, delay_s=delay_s, event=event))
        answer_s = _NO_ANSWER_S if trouble.kind.startswith("hang") else ANSWER_S
        worker = worker_at(acme, ledger, answer_s=answer_s)
        worker.settle()
        if trouble.is_late:
            acme.sandbox.faults.release(LATE)
        assert acme.sandbox.wait_idle()
        worker.hint(*acme.refs())
        worker.settle()
        assert acme.sandbox.faults.fired.total() == 1
        told = ledger.effects.in_trouble()
        # A login page with 200 is taken for an answer: nobody can tell it from one.
        is_believed = trouble.name in {"slow", "200 with HTML"}
        assert acme.arrived() == (["ada"] if trouble.name in _ARRIVES else [])
        assert [row.kind for row in told] == ([] if is_believed else ["notify"])
        assert "ada" not in "".join(row.problem + row.ticket + row.result + row.key for row in told)
    ledger.close()


def test_an_empty_ledger_writes_to_nobody_again() -> None:
    """P1, P3: rebuilt from the trackers, it cannot know what was sent."""
    acme, first, second = Company(), open_memory_ledger(), open_memory_ledger()
    with acme.sandbox:
        to_the_brink(acme, first)
        worker_at(acme, first).settle()
        assert acme.arrived() == ["ada"]
        acme.clock.advance(dt.timedelta(hours=1))
        worker_at(acme, second).settle()
        assert acme.arrived() == ["ada"]
    first.close()
    second.close()
