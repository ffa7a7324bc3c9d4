"""A private letter meets every fault and every moment of death, over HTTP and through apprise, and reaches its reader
at most once (P3): what cannot be read back is recorded as sent before, and never sent again.

The post box is the sandbox's; what has arrived is counted there. Everything else of the case goes on (P7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.sandbox.faults import Fault
from connectors.sandbox.letters import LETTERS
from tests.end_to_end.fault_rig import Company, Worker, policy_of
from tests.end_to_end.fault_table import LATE, TROUBLES, Trouble
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.private_channel import AppriseChannel
from worker.reconcile import LEASE
from worker.simulation.people import PROJECT, REPOSITORY
from worker.steps import Step

#: What a worker waits for an answer, in real seconds: as long as it takes, and short where none will come.
_ANSWER_S, _NO_ANSWER_S = 10.0, 0.5
_POLICY = replace(policy_of(("open-post-mortem", "reflect")), salt="of these tests")
#: Whether the message reached the box although its sender heard nothing good of it, or only later.
_ARRIVES = frozenset({"502, done", "cut, done", "timeout, done", "timeout, done at once after", "slow",
                      "timeout, done after the retry", "timeout, done, search lags"})  # fmt: skip


class Boxes:
    """Ada's and everybody's channel: the sandbox's boxes, through apprise."""

    def __init__(self, acme: Company, answer_s: float = _ANSWER_S) -> None:
        self._root = acme.sandbox.url(LETTERS).replace("http://", "json://")
        self._apprise = AppriseChannel(answer_timeout_s=answer_s)

    def send_privately(self, addresses: Sequence[str], title: str, body: str) -> None:
        here = [address.replace("letter:/", self._root) for address in addresses]
        self._apprise.send_privately(here, title, body)


class Killed(BaseException):
    """The process ended here. No handler in the code under test catches it, and its lease stays taken."""


class Deadly:
    """A watcher that ends its worker at the first private letter that reaches a step."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def reached(self, step: Step, detail: str) -> None:
        if step is self._step and detail == "notify":
            raise Killed


def worker_at(acme: Company, ledger: Ledger, *, step: Step | None = None, answer_s: float = _ANSWER_S) -> Worker:
    watcher = Deadly(step) if step else None
    return Worker(acme.urls, ledger, acme.clock, _POLICY, watcher=watcher, channel=Boxes(acme, answer_s))


def to_the_brink(acme: Company, ledger: Ledger) -> None:
    """Ada's failure has a post-mortem, and Ada has closed it: a letter to her is the next thing to be done."""
    acme.github.open_ticket("ada", REPOSITORY, "The shop is down", "Since nine.", labels=("failure", "sev2"))
    worker_at(acme, ledger).settle(dt.timedelta(0))
    acme.jira.close("ada", f"{PROJECT}-1")


def arrived(acme: Company) -> list[str]:
    return [letter.to for letter in acme.world.letters]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_letter_arrives_at_most_once_whatever_the_network_does(trouble: Trouble) -> None:
    """P3, P7, P10: and what went wrong is shown without a name or an address."""
    acme, ledger = Company(), open_memory_ledger()
    with acme.sandbox:
        to_the_brink(acme, ledger)
        delay_s = 0.1 if trouble.kind == "slow" else 0.0
        event = LATE if trouble.is_late else ""
        acme.sandbox.faults.add(Fault(trouble.kind, LETTERS, times=1, delay_s=delay_s, event=event))
        answer_s = _NO_ANSWER_S if trouble.kind.startswith("hang") else _ANSWER_S
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
        assert arrived(acme) == (["ada"] if trouble.name in _ARRIVES else [])
        assert [row.kind for row in told] == ([] if is_believed else ["notify"])
        assert "ada" not in "".join(row.problem + row.ticket + row.result + row.key for row in told)
    ledger.close()


@pytest.mark.parametrize("step", [Step.SENDING, Step.ANSWERED, Step.CONFIRMED], ids=lambda step: step.value)
def test_a_letter_whose_sender_dies_is_not_sent_again(step: Step) -> None:
    """P3: recorded as sent, and then dead before the request: that one letter never arrives; after it, it has."""
    acme, ledger = Company(), open_memory_ledger()
    with acme.sandbox:
        to_the_brink(acme, ledger)
        with pytest.raises(Killed):
            worker_at(acme, ledger, step=step).settle()
        acme.clock.advance(LEASE)
        survivor = worker_at(acme, ledger)
        survivor.hint(*acme.refs())
        survivor.settle()
        assert arrived(acme) == ([] if step is Step.SENDING else ["ada"])
    ledger.close()


def test_a_letter_whose_sender_dies_before_is_sent_by_the_next() -> None:
    acme, ledger = Company(), open_memory_ledger()
    with acme.sandbox:
        to_the_brink(acme, ledger)
        with pytest.raises(Killed):
            DyingBefore(acme, ledger).settle()
        acme.clock.advance(LEASE)
        survivor = worker_at(acme, ledger)
        survivor.hint(*acme.refs())
        survivor.settle()
        assert arrived(acme) == ["ada"]
    ledger.close()


class DyingBefore(Worker):
    """A worker that ends once its intent to write is recorded, before anything is sent."""

    def __init__(self, acme: Company, ledger: Ledger) -> None:
        super().__init__(acme.urls, ledger, acme.clock, _POLICY, watcher=self, channel=Boxes(acme))

    def reached(self, step: Step, detail: str) -> None:
        if step is Step.INTENDED:
            raise Killed


def test_an_empty_ledger_writes_to_nobody_again() -> None:
    """P1, P3: rebuilt from the trackers, it cannot know what was sent."""
    acme, first, second = Company(), open_memory_ledger(), open_memory_ledger()
    with acme.sandbox:
        to_the_brink(acme, first)
        worker_at(acme, first).settle()
        assert arrived(acme) == ["ada"]
        acme.clock.advance(dt.timedelta(hours=1))
        worker_at(acme, second).settle()
        assert arrived(acme) == ["ada"]
    first.close()
    second.close()
