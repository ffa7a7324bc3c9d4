"""The weekly digest meets every fault and the death of its sender, over HTTP and through apprise (P3).

Each reader gets it at most once: it is noted as sent before it is, and never sent again unless it surely did not go.
The post box is the sandbox's; what has arrived is counted there.
"""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.faults import Fault
from connectors.sandbox.letters import LETTERS, Letters
from connectors.sandbox.server import Sandbox
from rules.news import CaseNews, NewsItem
from rules.refs import TicketRef
from tests.end_to_end.boxes import Boxes
from tests.end_to_end.dying_sender import HOME, NINE, POLICY, FixedClock
from tests.end_to_end.fault_table import LATE, TROUBLES, Trouble
from worker.digest_outlook import troubles
from worker.digest_post import DigestPost
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import open_memory_ledger
from worker.simulation.people import company
from worker.steps import NoWatcher, Step

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
STUCK = NewsItem(
    "action", "acme/shop#3", "Alert", "http://127.0.0.1/3", is_public=False, at="2026-03-02T17:00:00+00:00"
)
#: Whether the message reached the box although its sender heard nothing good of it, or only later.
ARRIVES = frozenset({"502, done", "cut, done", "timeout, done", "timeout, done at once after", "slow",
                     "timeout, done after the retry", "timeout, done, search lags"})  # fmt: skip


def filled(ledger: Ledger) -> Ledger:
    """A ledger of before that Monday, in which something is stuck."""
    ledger.installation.mark_rebuilt(HOME, NINE - dt.timedelta(days=3))
    ledger.cases.open_case("root", TicketRef("github", "acme/shop#1"), "1", "The shop is down", NINE)
    assert ledger.cases.lease("root", "somebody", NINE, NINE + dt.timedelta(minutes=1))
    ledger.digests.note_news("root", "somebody", CaseNews(stuck=(STUCK,)).to_text())
    ledger.cases.settle("root", "somebody", NINE, wake_at=None)
    ledger.cases.release("root", "somebody")
    return ledger


def post_all(sandbox: Sandbox, ledger: Ledger, clock: FixedClock, answer_s: float = 10.0) -> None:
    """A scheduler sends what is due, and asks again all day."""
    boxes = Boxes(sandbox.url(LETTERS), answer_s)
    post = DigestPost(ledger, lambda: POLICY, clock, boxes, NoWatcher(), HOME)
    for minutes in (0, 3, 30, 240):
        clock.time = max(clock.time, NINE + dt.timedelta(minutes=minutes))
        while post.post_one():
            pass


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_digest_arrives_at_most_once_whatever_the_network_does(trouble: Trouble) -> None:
    """P3, P7, P10: and what went wrong is shown without a name or an address."""
    clock, ledger = FixedClock(NINE), filled(open_memory_ledger())
    sandbox_clock = SandboxClock(NINE)
    world = company(sandbox_clock.now)
    with Sandbox(sandbox_clock, world) as sandbox:
        sandbox.mount(Letters(world))
        delay_s = 0.1 if trouble.kind == "slow" else 0.0
        event = LATE if trouble.is_late else ""
        sandbox.faults.add(Fault(trouble.kind, LETTERS, times=1, delay_s=delay_s, event=event))
        post_all(sandbox, ledger, clock, 0.5 if trouble.kind.startswith("hang") else 10.0)
        if trouble.is_late:
            sandbox.faults.release(LATE)
        assert sandbox.wait_idle()
        post_all(sandbox, ledger, clock)
        assert sandbox.faults.fired.total() == 1
        assert [letter.to for letter in world.letters] == (["ada"] if trouble.name in ARRIVES else [])
    told = [one.problem for one in troubles(ledger, POLICY, clock.time)]
    # A login page with 200 is taken for an answer: nobody can tell it from one.
    assert len(told) == (0 if trouble.name in {"slow", "200 with HTML"} else 1)
    assert "ada" not in "".join(told)
    ledger.close()


def test_a_digest_whose_sender_is_killed_is_not_sent_again(tmp_path: Path) -> None:
    """P3: killed between intent and request, it never arrives; killed after the request, it has, once."""
    steps = (Step.SENDING, Step.ANSWERED, Step.CONFIRMED)
    urls = {step: f"sqlite:///{tmp_path / step.value}.db" for step in steps}
    for url in urls.values():
        filled(open_ledger(url)).close()
    sandbox_clock = SandboxClock(NINE)
    world = company(sandbox_clock.now)
    with Sandbox(sandbox_clock, world) as sandbox:
        sandbox.mount(Letters(world))
        order = {"boxes": sandbox.url(LETTERS), "ledgers": {step.value: url for step, url in urls.items()}}
        command = [sys.executable, "-m", "tests.end_to_end.dying_sender", json.dumps(order)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {step.value: -signal.SIGKILL for step in steps}
        assert len(world.letters) == 2
        for url in urls.values():
            survivor = open_ledger(url)
            post_all(sandbox, survivor, FixedClock(NINE))
            survivor.close()
        assert len(world.letters) == 2
