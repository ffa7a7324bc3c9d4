"""The weekly digest meets every fault and the death of its sender, over HTTP and through apprise (P3).

Each reader gets it at most once: it is noted as sent before it is, and never sent again unless it surely did not go.
The post box is the sandbox's; what has arrived is counted there.
"""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.faults import Fault
from connectors.sandbox.letters import LETTERS, Letters
from connectors.sandbox.server import Sandbox
from rules.news import WHILE_STUCK, CaseNews, NewsItem
from rules.refs import TicketRef
from tests.end_to_end.boxes import Boxes
from tests.end_to_end.crash_rig import Nursery, Trap, company_with_trap
from tests.end_to_end.crash_table import DIGEST_TABLE, RECEIVED, Moment
from tests.end_to_end.crash_table import LATE as LATE_MOMENT
from tests.end_to_end.digest_sender import HOME, NINE, POLICY, FixedClock
from tests.end_to_end.fault_table import LATE, TROUBLES, Trouble
from tests.end_to_end.tables import Database
from tests.end_to_end.writes import Write
from worker.dead_digests import read_dead_digests
from worker.digest_outlook import DIED, troubles
from worker.digest_post import DigestPost
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import open_memory_ledger
from worker.simulation.people import company
from worker.steps import NoWatcher, Step

STUCK = NewsItem(
    "action", "acme/shop#3", "Alert", "http://127.0.0.1/3", is_public=False, at="2026-03-02T17:00:00+00:00"
)
#: Whether the message reached the box although its sender heard nothing good of it, or only later.
ARRIVES = frozenset({"502, done", "cut, done", "timeout, done", "timeout, done at once after", "slow",
                     "timeout, done after the retry", "timeout, done, search lags"})  # fmt: skip


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery") / "stderr.txt") as open_nursery:
        yield open_nursery


def filled(ledger: Ledger) -> Ledger:
    """A ledger of before that Monday, in which something is stuck."""
    ledger.installation.mark_rebuilt(HOME, NINE - dt.timedelta(days=3))
    ledger.cases.open_case("root", TicketRef("github", "acme/shop#1"), "1", "The shop is down", NINE)
    assert ledger.cases.lease("root", "somebody", NINE, NINE + dt.timedelta(minutes=1))
    ledger.digests.note_news("root", "somebody", CaseNews(stuck=(STUCK,)).to_text(), WHILE_STUCK)
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


#: After these it is known what became of it: it is sent by the next, or was taken.
KNOWN = frozenset({Step.DECIDED, Step.CONFIRMED})


@pytest.mark.parametrize(("digest", "moment", "database"), DIGEST_TABLE.cells())
def test_at_most_one_digest_survives_a_kill(
    digest: Write, moment: Moment, database: Database, nursery: Nursery, ledger_url: str
) -> None:
    """P3, P7: nobody gets two for a week; one that went astray is told by `dead` and `status`, without a name."""
    filled(open_ledger(ledger_url)).close()
    trap = Trap(digest, moment)
    with company_with_trap(trap) as acme:
        order = {"letters": acme.boxes_url, "ledger": ledger_url, "write": digest.name}
        died = nursery.run({**order, "step": moment.step or ""}, trap.born)
        assert died == -signal.SIGKILL, nursery.complaints()
        assert acme.arrived() == ([] if moment.is_before else ["ada"])
        assert nursery.run({**order, "step": ""}) == 0, nursery.complaints()
        if moment == LATE_MOMENT:
            assert acme.arrived() == []
            trap.let_go_on()
        is_lost = moment == RECEIVED or moment.step is Step.SENDING
        assert acme.arrived() == ([] if is_lost else ["ada"])
        with closing(open_ledger(ledger_url)) as ledger:
            post_all(acme.sandbox, ledger, FixedClock(NINE))
            dead = read_dead_digests(ledger, POLICY, NINE + dt.timedelta(hours=4))
        assert acme.arrived() == ([] if is_lost else ["ada"])
        doubtful = [] if moment.step in KNOWN else [("in doubt", DIED)]
        assert [(one.state, one.problem) for one in dead] == doubtful
        assert "ada" not in str(dead)
