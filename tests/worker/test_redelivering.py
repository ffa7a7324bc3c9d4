"""Aftermath was away, and what was told to it meanwhile is asked for again: each once, and only what did not arrive."""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.sandbox.delivery import Delivery
from connectors.sandbox.faults import Fault
from connectors.sandbox.server import Sandbox
from rules.refs import Place
from tests.worker.process import PATIENCE_S
from worker.clock import stopwatch_s
from worker.config import load_config
from worker.ledger.database import open_memory_ledger
from worker.program import Program, compose
from worker.redelivering import EVERY, PAUSES, RUN_MAX, RUN_PAUSE, Redeliverer
from worker.running import Running
from worker.sandbox import OUR_ACCOUNT, REPOSITORY, WEBHOOK_SECRET, configuration
from worker.status import read_status

ATTEMPTS = "POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def subscribe(company: Sandbox, port: int, secret: str = WEBHOOK_SECRET) -> None:
    url = f"http://127.0.0.1:{port}/webhooks/github"
    company.courier.subscribe("github", "github", url, container=REPOSITORY, secret=secret)
    company.world.sites["github"].accounts[OUR_ACCOUNT].default_rights = "admin"


def open_failures(company: Sandbox, count: int) -> list[str]:
    site = company.world.sites["github"]
    keys = [site.open_ticket("ada", REPOSITORY, f"Down {number}").key for number in range(count)]
    assert company.wait_idle()
    return keys


def asked_again(company: Sandbox) -> Counter[str]:
    """How often each event was tried again, by its id."""
    return Counter(one.outgoing.guid for one in company.courier.deliveries() if one.outgoing.is_redelivery)


@pytest.fixture
def program(config_file: Path, company: Sandbox) -> Iterator[Program]:
    program = compose(load_config(config_file, os.environ), ledger=open_memory_ledger(), clock=company.clock)
    yield program
    program.close()


def test_what_came_while_aftermath_was_down_is_delivered_again_once_each_and_looked_at(
    config_file: Path, company: Sandbox
) -> None:
    """It is away for an hour, and five deliveries fail meanwhile. Polling would see these issues too: that it is the
    deliveries which arrive is seen in their log."""
    port = free_port()
    config_file.write_text(configuration(company, listen=f"127.0.0.1:{port}"), encoding="utf-8")
    subscribe(company, port)
    site = company.world.sites["github"]
    site.open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure",))
    site.open_ticket("ada", REPOSITORY, "A wish")
    site.comment_on("ada", f"{REPOSITORY}#2", "Please")
    site.close("ada", f"{REPOSITORY}#2")
    assert company.wait_idle()
    company.clock.advance(dt.timedelta(hours=1))
    failed = [one.outgoing.guid for one in company.courier.deliveries()]
    assert [one.status_code for one in company.courier.deliveries()] == [0] * len(failed)
    with Running(load_config(config_file, os.environ)):
        wait_for(lambda: len(delivered(company)) >= len(failed))
        assert company.wait_idle()
        wait_for(lambda: bool(site.ticket(f"{REPOSITORY}#1").comments))
    assert len(failed) == 5
    assert asked_again(company) == Counter(failed)
    assert set(delivered(company)) >= set(failed)


def delivered(company: Sandbox) -> list[str]:
    tried: list[Delivery] = company.courier.deliveries()
    return [one.outgoing.guid for one in tried if one.outgoing.is_redelivery and 200 <= one.status_code < 300]


def wait_for(is_so: object) -> None:
    assert callable(is_so)
    deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    while not is_so():
        assert stopwatch_s() < deadline, "it never came to that"
        pause.wait(0.05)


def test_nothing_that_was_received_is_asked_for(program: Program, company: Sandbox) -> None:
    """GitHub gives up after ten seconds: what it takes for failed may have been noted all the same."""
    subscribe(company, free_port())
    open_failures(company, 2)
    first = company.courier.deliveries()[0].outgoing.guid
    program.ledger.inbox.receive("github", first, None, program.clock.now())
    assert program.redeliverer.ask_due() == 1
    assert company.wait_idle()
    assert first not in asked_again(company)


def test_it_is_looked_every_ten_minutes_and_costs_a_request_then(program: Program, company: Sandbox) -> None:
    subscribe(company, free_port())
    program.redeliverer.ask_due()
    for _ in range(4):
        program.redeliverer.ask_due()
        company.clock.advance(EVERY / 2)
    before = company.counts.reads()
    program.redeliverer.ask_due()
    program.redeliverer.ask_due()
    assert company.counts.reads() - before == 1


def test_one_that_never_arrives_is_asked_for_a_few_times_further_and_further_apart(
    program: Program, company: Sandbox
) -> None:
    subscribe(company, free_port())
    open_failures(company, 1)
    asked: list[dt.timedelta] = []
    begun = company.clock.now()
    while company.clock.now() < begun + dt.timedelta(days=4):
        if program.redeliverer.ask_due():
            assert company.wait_idle()
            asked.append(company.clock.now() - begun)
        company.clock.advance(EVERY)
    assert len(asked) == 1 + len(PAUSES)
    assert [later - earlier >= pause for earlier, later, pause in zip(asked, asked[1:], PAUSES, strict=False)] == [
        True,
        True,
    ]
    assert sum(asked_again(company).values()) == len(asked)


def test_after_a_long_outage_they_are_asked_for_in_turns(program: Program, company: Sandbox) -> None:
    subscribe(company, free_port())
    open_failures(company, RUN_MAX + 7)
    assert program.redeliverer.ask_due() == RUN_MAX
    company.clock.advance(EVERY)
    assert company.wait_idle()
    assert program.redeliverer.ask_due() == RUN_MAX
    assert company.wait_idle()
    assert len(asked_again(company)) == RUN_MAX + 7, "those that were never asked for come first"


def test_after_a_long_outage_all_places_together_ask_for_so_many_a_minute(program: Program, company: Sandbox) -> None:
    """Each is a write: a hundred repositories that asked at once would use up what grave cases have to write with."""
    site = company.world.sites["github"]
    places = [Place("github", f"acme/part-{number}") for number in range(3)]
    site.accounts[OUR_ACCOUNT].default_rights = "admin"
    for place in places:
        site.add_place(place.container)
        url = f"http://127.0.0.1:{free_port()}/webhooks/github"
        company.courier.subscribe("github", "github", url, container=place.container, secret=WEBHOOK_SECRET)
        for number in range(30):
            site.open_ticket("ada", place.container, f"Down {number}")
    assert company.wait_idle()
    paths = {"github": "/webhooks/github"}
    redeliverer = Redeliverer(program.ledger, program.trackers, places, paths, company.clock)
    asked = []
    for _ in range(4):
        asked.append((redeliverer.ask_due(), redeliverer.ask_due()))
        assert company.wait_idle()
        company.clock.advance(RUN_PAUSE)
    assert asked == [(RUN_MAX, 0), (30, 0), (0, 0), (0, 0)]
    company.clock.advance(EVERY)
    redeliverer.ask_due()
    assert company.wait_idle()
    assert len(asked_again(company)) == 3 * 30


def test_what_was_asked_for_is_told_until_it_arrived(program: Program, company: Sandbox) -> None:
    """P7: and it is no trouble that needs a person, since polling brings the news."""
    subscribe(company, free_port())
    open_failures(company, 2)
    with capture_logs() as logs:
        program.redeliverer.ask_due()
    (told,) = [one for one in logs if one["event"] == "failed deliveries were asked for again"]
    assert (told["place"], told["deliveries"]) == (f"github:{REPOSITORY}", 2)
    (trouble,) = [one for one in read_status(program).troubles if one.what == "webhook"]
    assert (trouble.where, trouble.needs_person) == (f"github:{REPOSITORY}", False)
    assert trouble.problem.startswith("2 deliveries that failed were asked for again, at 2026-03-02 09:00 UTC")
    for one in company.courier.deliveries():
        program.ledger.inbox.receive("github", one.outgoing.guid, None, program.clock.now())
    company.clock.advance(EVERY)
    program.redeliverer.ask_due()
    assert [one for one in read_status(program).troubles if one.what == "webhook"] == []


def test_without_a_secret_nothing_is_asked_for(config_file: Path, company: Sandbox) -> None:
    """What came would not be believed."""
    text = config_file.read_text(encoding="utf-8").replace(f"    webhook_secret: {WEBHOOK_SECRET}\n", "")
    config_file.write_text(text, encoding="utf-8")
    program = compose(load_config(config_file, os.environ), ledger=open_memory_ledger(), clock=company.clock)
    subscribe(company, free_port())
    open_failures(company, 1)
    assert program.redeliverer.ask_due() == 0
    assert company.counts.reads() == 0
    program.close()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("error-500", path="/deliveries$"), id="the-log-cannot-be-read"),
        pytest.param(Fault("error-500", path="/hooks$"), id="nor-the-hooks"),
        pytest.param(Fault("html", path="/hooks$"), id="a-page-for-people"),
        pytest.param(Fault("refuse", path="/attempts$"), id="asking-is-cut-before"),
        pytest.param(Fault("cut-done", path="/attempts$"), id="asking-is-cut-after"),
        pytest.param(Fault("limit", path="/attempts$", retry_after_s=60), id="too-much"),
    ],
)
def test_a_tracker_s_trouble_on_the_way_asks_for_nothing_twice(
    program: Program, company: Sandbox, fault: Fault
) -> None:
    """P3: what may have been asked for counts as asked for."""
    subscribe(company, free_port())
    open_failures(company, 3)
    company.faults.add(fault)
    program.redeliverer.ask_due()
    assert company.wait_idle()
    assert set(asked_again(company).values()) <= {1}
    company.faults.clear()
    company.clock.advance(EVERY)
    program.redeliverer.ask_due()
    assert company.wait_idle()
    assert len(asked_again(company)) == 3
    assert set(asked_again(company).values()) <= {1, 2}
