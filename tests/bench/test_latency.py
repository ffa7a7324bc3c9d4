"""From the label to the linked post-mortem, beside the requests that this cannot do without, at 50 ms each.

The whole program runs: webhook, ledger, Valkey, worker threads, connectors, over HTTP on this machine. The time
counts from the answer to the person's label to the moment at which the tracker has the link; both are told by the
sandbox itself. Necessary are two reads of the failure (its fields, its history) and two writes (open, link): what
a link needs of the post-mortem stands in the answer to its opening.
"""

from __future__ import annotations

import queue
import statistics
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from connectors.sandbox.faults import Fault
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Happening
from rules.refs import TicketRef
from tests.bench.company import PATIENCE_S, Noted, Sent, config_for, running_company
from tests.bench.tables import tell
from worker.clock import stopwatch_s
from worker.running import Running
from worker.sandbox import OUR_ACCOUNT, REPOSITORY, subscribe

pytestmark = pytest.mark.bench

DELAY_S = 0.05
FAILURES = 20
#: Not counted: connections are opened and the repository's audience is asked for.
WARMING_UP = 2
#: Cases that were open already, so that a few new ones do not look like a flood to the brake.
OPEN_BEFORE = 200

_ISSUE = "github GET /repos/{owner}/{repo}/issues/{number}"
_READS = {_ISSUE: 1, f"{_ISSUE}/timeline": 1}
NECESSARY = {
    "two trackers": _READS | {"jira POST /rest/api/3/issue": 1, "jira POST /rest/api/3/issue/{key}/remotelink": 1},
    "one repository": _READS
    | {
        "github POST /repos/{owner}/{repo}/issues": 1,
        "github POST /repos/{owner}/{repo}/issues/{number}/sub_issues": 1,
    },
}


@dataclass(frozen=True)
class Passage:
    """One failure's way: seconds to our first request, to the opened and to the linked post-mortem; what was sent."""

    first_s: float
    opened_s: float
    linked_s: float
    sent: list[Sent]


class Milestones:
    """Listens to the sandbox's sites for what Aftermath opens and links."""

    def __init__(self, company: Sandbox) -> None:
        self._told: queue.Queue[tuple[str, float]] = queue.Queue()
        for site in company.world.sites.values():
            site.listeners.append(self._heard)

    def _heard(self, happening: Happening) -> None:
        if happening.actor == OUR_ACCOUNT and happening.what in ("opened", "linked"):
            self._told.put((happening.what, stopwatch_s()))

    def next(self, what: str) -> float:
        """When it happened, by the stopwatch. Raises queue.Empty when it never does."""
        told, at_s = self._told.get(timeout=PATIENCE_S)
        assert told == what
        return at_s

    def forget(self) -> None:
        self._told = queue.Queue()


@pytest.mark.parametrize("arrangement", NECESSARY)
def test_latency_from_label_to_linked_post_mortem(arrangement: str, tmp_path: Path) -> None:
    with running_company(is_real_time=True) as (company, noted):
        config = config_for(company, tmp_path, is_routed=arrangement == "two trackers")
        with Running(config, clock=company.clock) as running:
            subscribe(company, running.web_url)
            _wait_until_idle(running, company)
            for number in range(OPEN_BEFORE):
                ref = TicketRef("github", f"{REPOSITORY}#{100_000 + number}")
                running.program.ledger.cases.open_case(f"before{number}", ref, str(number), "", company.clock.now())
            company.faults.add(Fault("slow", account=OUR_ACCOUNT, delay_s=DELAY_S))
            milestones = Milestones(company)
            passages = [_fail_once(running, company, noted, milestones) for _ in range(WARMING_UP + FAILURES)]
            assert not running.program.ledger.installation.brake()
    _tell(arrangement, passages[WARMING_UP:])


def _fail_once(running: Running, company: Sandbox, noted: Noted, milestones: Milestones) -> Passage:
    github = company.world.sites["github"]
    ticket = github.open_ticket("ada", REPOSITORY, "Checkout is down", "Since nine.", labels=("sev2",))
    _wait_until_idle(running, company)
    milestones.forget()
    noted.take()
    address = f"{company.url('github')}/repos/{REPOSITORY}/issues/{ticket.number}/labels"
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = "token ada-token"
        session.post(address, json={"labels": ["failure"]}, timeout=PATIENCE_S).raise_for_status()
    labelled_s = stopwatch_s()
    opened_s, linked_s = milestones.next("opened"), milestones.next("linked")
    _wait_until_idle(running, company)
    # The request that made the link is noted a moment after the link was heard of.
    sent = noted.take()
    until = sum(one.at_s <= linked_s for one in sent) + 1
    first_s = sent[0].at_s - DELAY_S - labelled_s
    return Passage(first_s, opened_s - labelled_s, linked_s - labelled_s, sent[:until])


def _wait_until_idle(running: Running, company: Sandbox) -> None:
    """Wait for deliveries and looks to end. Polls, since what is waited for is other threads' silence."""
    deadline_s, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    while not (company.wait_idle(PATIENCE_S) and running.is_idle()):
        assert stopwatch_s() < deadline_s, "it never came to rest"
        pause.wait(0.02)


def _tell(arrangement: str, passages: list[Passage]) -> None:
    necessary = NECESSARY[arrangement]
    least_s = sum(necessary.values()) * DELAY_S
    opened, linked = sorted(p.opened_s for p in passages), sorted(p.linked_s for p in passages)
    first = sorted(p.first_s for p in passages)
    requests_s = [len(p.sent) * DELAY_S for p in passages]
    rest = statistics.median(p.linked_s - r for p, r in zip(passages, requests_s, strict=True))
    rows = [
        ("label to first request", _middle(first) / least_s, first[-1] / least_s),
        ("label to opened post-mortem", _middle(opened) / least_s, opened[-1] / least_s),
        ("label to linked post-mortem", _middle(linked) / least_s, linked[-1] / least_s),
        ("its requests alone", _middle(sorted(requests_s)) / least_s, max(requests_s) / least_s),
    ]
    tell(
        f"Latency, {arrangement}: against {sum(necessary.values())} necessary requests at {DELAY_S * 1000:.0f} ms",
        ("", "p50", "p99"),
        rows,
        f"{len(passages)} failures one after another; p99 is the slowest of them.",
        f"Outside its requests it spent {rest / least_s:.2f} of that sum (webhook, ledger, queue, deciding).",
    )
    sent: Counter[str] = Counter()
    for passage in passages:
        sent.update(one.route for one in passage.sent)
    assert set(necessary) <= set(sent), "what is called necessary was not even sent"
    tell(
        f"Requests between label and link, {arrangement}: a failure's mean, and the necessary",
        ("route", "sent", "necessary"),
        [(route, sent[route] / len(passages), necessary.get(route, 0)) for route in sorted(sent)],
    )
    shown = passages[0].sent
    tell(
        f"The same in order, for one failure, {arrangement}",
        ("request", "ms after the one before"),
        [
            (f"{one.route} {one.status}", (one.at_s - before.at_s) * 1000 if before else "")
            for one, before in zip(shown, [None, *shown], strict=False)
        ],
    )


def _middle(ordered: list[float]) -> float:
    return statistics.median(ordered)
