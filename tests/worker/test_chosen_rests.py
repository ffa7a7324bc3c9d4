"""A tracker that refuses without naming a time is left alone for a minute, then longer each time, up to half an hour.

Over HTTP, against a sandbox that answers so; two programs on one ledger stand for two processes.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from connectors.errors import Limited, Temporary
from connectors.patience import REST_FORGOTTEN_AFTER, chosen_rest
from connectors.sandbox.faults import Fault, FaultKind
from connectors.sandbox.server import Sandbox
from connectors.tracker import Tracker
from rules.facts import Marker
from rules.refs import Place, TicketRef
from worker.config import load_config
from worker.ledger import Ledger
from worker.program import Program, compose
from worker.sandbox import OUR_ACCOUNT, PROJECT, REPOSITORY
from worker.status import read_status

GROWING_MIN = (1, 2, 4, 8, 16, 30, 30)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MARKER = Marker(case="abcdefghij234567abcd.1", key="klmnopqrst234567klmn", kind="reminder", extra="said")

Request = Callable[[Tracker, str], object]


@pytest.fixture
def programs(config_file: Path, company: Sandbox) -> Iterator[list[Program]]:
    config = load_config(config_file, os.environ)
    both = [compose(config, clock=company.clock), compose(config, clock=company.clock)]
    company.world.sites["github"].open_ticket("ada", REPOSITORY, "Checkout is down")
    company.world.sites["jira"].open_ticket("ada", PROJECT, "Checkout is down")
    yield both
    for program in both:
        program.close()


def read(tracker: Tracker, container: str) -> object:
    return tracker.labelled(Place(tracker.name, container), "failure")


def comment(tracker: Tracker, container: str) -> object:
    ticket = f"{container}{'#' if '/' in container else '-'}1"
    return tracker.post_comment(TicketRef(tracker.name, ticket), "Hello", MARKER)


@pytest.mark.parametrize(
    ("site", "container", "kind"),
    [
        pytest.param("jira", PROJECT, "limit", id="Jira's 429"),
        pytest.param("github", REPOSITORY, "limit", id="GitHub's 429"),
        pytest.param("github", REPOSITORY, "secondary", id="GitHub's secondary limit"),
    ],
)
@pytest.mark.parametrize("request_of", [read, comment])
def test_each_rest_in_a_row_is_longer_and_none_longer_than_half_an_hour(
    programs: list[Program], company: Sandbox, site: str, container: str, kind: FaultKind, request_of: Request
) -> None:
    """P3, P6: one request each time, by whichever process, and no other until the rest is over."""
    company.faults.add(Fault(kind, site=site, account=OUR_ACCOUNT, retry_after_s=0))
    rested = []
    for refused, program in enumerate(cycle(programs), start=1):
        with pytest.raises(Limited) as told:
            request_of(program.trackers[site], container)
        assert told.value.retry_after_s
        rested.append(told.value.retry_after_s / 60)
        company.clock.advance(dt.timedelta(seconds=told.value.retry_after_s - 1))
        for other in programs:
            with pytest.raises(Temporary, match="is left alone"):
                request_of(other.trackers[site], container)
        assert company.faults.fired.total() == refused
        company.clock.advance(dt.timedelta(seconds=1))
        if refused == len(GROWING_MIN):
            break
    assert tuple(rested) == GROWING_MIN
    company.faults.clear()
    request_of(programs[0].trackers[site], container)
    company.clock.advance(REST_FORGOTTEN_AFTER)
    company.faults.add(Fault(kind, site=site, account=OUR_ACCOUNT, retry_after_s=0))
    with pytest.raises(Limited) as told:
        request_of(programs[1].trackers[site], container)
    assert told.value.retry_after_s == 60


def test_a_case_goes_on_by_itself_after_rests_without_a_time(programs: list[Program], company: Sandbox) -> None:
    """P7: status says it in one line for which nobody has to do anything."""
    program, github = programs[0], company.world.sites["github"]
    failure = TicketRef("github", f"{REPOSITORY}#1")
    for label in ("failure", "sev2"):
        github.add_label("ada", failure.key, label)
    program.rebuild()
    company.faults.add(Fault("limit", site="jira", account=OUR_ACCOUNT, only="writes", retry_after_s=0, times=2))
    for _ in range(3):
        program.ledger.inbox.put([failure], company.clock.now())
        program.look(failure)
        (trouble,) = [one for one in read_status(program).troubles if one.what == "tracker"] or [None]
        if trouble is None:
            break
        assert (trouble.where, trouble.needs_person) == ("jira", False)
        assert "429" in trouble.problem
        company.clock.advance_to(dt.datetime.fromisoformat(trouble.again_at))
    assert company.faults.fired.total() == 2
    (mortem,) = [one for one in company.world.sites["jira"].in_place(PROJECT) if one.reporter == OUR_ACCOUNT]
    assert "Checkout is down" in mortem.title
    assert not read_status(program).needs_person


def test_of_several_who_are_refused_at_once_one_chooses(ledger: Ledger) -> None:
    """Eight threads that hear of one limit are no reason to wait for two hours."""
    ledger.patience.ask("jira", NOW - dt.timedelta(minutes=1), "an earlier one, with a time")
    asked = [ledger.patience.choose("jira", NOW + dt.timedelta(milliseconds=n), "slow down") for n in range(8)]
    assert set(asked) == {NOW + chosen_rest(1)}


def test_a_rest_that_the_tracker_named_is_never_cut_short(ledger: Ledger) -> None:
    until = NOW + dt.timedelta(hours=3)
    ledger.patience.ask("jira", until, "with a time")
    assert ledger.patience.choose("jira", NOW, "without") == until
