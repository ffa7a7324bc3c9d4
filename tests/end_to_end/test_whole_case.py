"""A whole case over both trackers, from the label to the lesson, on a good network and on a bad one (P3)."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import get_args

import pytest

from connectors.jira.adf import adf_of
from connectors.sandbox.faults import Fault, FaultKind
from connectors.sandbox.world import TicketState
from tests.end_to_end.fault_rig import Company, Worker, company_with_worker, marker_kind, policy_of
from worker.simulation.people import OURS, REPOSITORY

#: Everything that Aftermath does in this case, without the numbers of tickets.
_WHOLE_CASE = Counter({
    "acme/shop comment status": 1, "acme/shop comment ask": 1, "acme/shop assigned grace": 1,
    "acme/shop comment plan": 1, "acme/shop comment thanks": 1, "acme/shop comment lesson": 1,
    "acme/shop action": 2, "acme/shop sub-issue of acme/shop": 2,
    "OPS post-mortem": 1, "OPS comment status": 1, "OPS remote link": 3,
    "acme/handbook file lesson-file": 1,
})  # fmt: skip
_HOUR = dt.timedelta(hours=1)
#: Long enough for several tries, an hour apart at most, of whatever goes wrong.
_BAD_DAY = 6 * _HOUR


def live_through_a_case(acme: Company, worker: Worker, *, between: dt.timedelta) -> None:
    """People report, answer, plan, work and finish; Aftermath has the time `between` after each of their acts."""
    failure = acme.github.open_ticket("ada", REPOSITORY, "The shop is down", "Since nine.", labels=("failure", "sev2"))
    worker.settle(between)
    acme.github.comment_on("ben", failure.key, "/ack we are on it")
    acme.github.comment_on("ben", failure.key, "/action Write a runbook for the catalogue database")
    post_mortem = the_one(acme, "post-mortem")
    items = adf_of("## Action items\n\n- [ ] Alert when the payment queue grows beyond one minute\n")
    post_mortem_body = {**post_mortem.body, "content": [*post_mortem.body["content"], *items["content"]]}
    acme.jira.set_body("cleo", post_mortem.key, post_mortem_body)
    worker.settle(between)
    for site, ticket in list(acme.tickets()):
        if ticket.category != "done":
            site.close("ben", ticket.key)
    worker.settle(between + 2 * _HOUR)


def the_one(acme: Company, kind: str) -> TicketState:
    """The ticket of that kind that Aftermath opened and that is no double."""
    doubles = acme.neutralised()
    opened = [t for _, t in acme.tickets() if t.reporter == OURS and marker_kind(t) == kind and t.key not in doubles]
    assert len(opened) == 1
    return opened[0]


def done_in(acme: Company) -> Counter[str]:
    return Counter(re.sub(r"[#-]\d+", "", line) for line in acme.ours())


def test_a_second_run_on_unchanged_trackers_writes_nothing() -> None:
    with company_with_worker(policy_of()) as (acme, worker):
        live_through_a_case(acme, worker, between=_HOUR)
        assert done_in(acme) == _WHOLE_CASE
        before, writes = acme.state(), worker.writes
        for days in (0, 1, 20):
            acme.clock.advance(dt.timedelta(days=days))
            worker.hint(*acme.refs())
            worker.settle(_HOUR)
            assert (worker.writes, acme.state()) == (writes, before)
        acme.clock.advance(dt.timedelta(days=10))
        worker.settle(_HOUR)
        assert worker.writes == writes + 1, "the look back after 30 days, an edit of the status comment"
        assert done_in(acme) == _WHOLE_CASE


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12))
def test_a_whole_case_ends_the_same_on_a_bad_network(seed: int) -> None:
    """Any request to change something may meet any fault; which, is up to the seed."""
    with company_with_worker(policy_of()) as (acme, worker):
        acme.sandbox.faults.reseed(seed)
        for kind in get_args(FaultKind):
            acme.sandbox.faults.add(Fault(kind, account=OURS, only="writes", probability=0.02, delay_s=0.1))
        live_through_a_case(acme, worker, between=_BAD_DAY)
        assert acme.sandbox.faults.fired
        acme.sandbox.faults.clear()
        assert acme.sandbox.wait_idle()
        worker.settle(_BAD_DAY)
        assert done_in(acme) == _WHOLE_CASE
