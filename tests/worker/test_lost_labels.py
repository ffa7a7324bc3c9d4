"""A failure label is renamed or deleted in its repository: the case goes on, and a person is told what to do (P7)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from connectors.sandbox.server import Sandbox
from tests.worker.process import PATIENCE_S
from worker.clock import stopwatch_s
from worker.config import load_config
from worker.running import Running
from worker.sandbox import REPOSITORY, subscribe
from worker.status import Trouble, read_status

KEY = f"{REPOSITORY}#1"


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
    while not is_so():
        assert stopwatch_s() < deadline, "it never came to that"
        pause.wait(0.05)


def wait_until_idle(running: Running, company: Sandbox) -> None:
    wait_for(lambda: company.wait_idle(PATIENCE_S) and running.is_idle())


@pytest.fixture
def running(config_file: Path, company: Sandbox) -> Iterator[Running]:
    """With webhooks, and a failure whose case is under way."""
    with Running(load_config(config_file, os.environ)) as running:
        subscribe(company, running.web_url)
        company.world.sites["github"].open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure", "sev2"))
        wait_for(lambda: bool(company.world.sites["github"].ticket(KEY).comments))
        wait_until_idle(running, company)
        yield running


def change_label(company: Sandbox, method: str, name: str, new: str = "") -> None:
    """As its administrator does on GitHub."""
    url = f"{company.url('github')}/repos/{REPOSITORY}/labels/{name}"
    headers = {"Authorization": "Bearer grace-token"}
    body = {"new_name": new} if new else None
    requests.request(method, url, json=body, headers=headers, timeout=10).raise_for_status()


def case_troubles(running: Running) -> list[Trouble]:
    return [one for one in read_status(running.program).troubles if one.what == "case"]


def said(company: Sandbox) -> list[str]:
    return [str(comment.body) for comment in company.world.sites["github"].ticket(KEY).comments]


@pytest.mark.parametrize(("method", "new"), [("PATCH", "outage"), ("DELETE", "")], ids=["renamed", "deleted"])
def test_the_case_goes_on_and_status_says_what_to_do(running: Running, company: Sandbox, method: str, new: str) -> None:
    """Nothing of it moves the issue, so that the webhook alone tells of it at once."""
    before = said(company)
    change_label(company, method, "failure", new)
    wait_for(lambda: bool(case_troubles(running)))
    wait_until_idle(running, company)
    (trouble,) = case_troubles(running)
    assert (trouble.where, trouble.needs_person) == (f"github:{KEY}", True)
    assert trouble.problem.startswith(
        f"github:{KEY} has lost the label “failure”, and nobody took it off: it is no longer in github:{REPOSITORY}"
    )
    assert "`failure_labels:`" in trouble.problem
    assert said(company) == before, "nobody is told that the label was taken off"
    assert [case.phase for case in read_status(running.program).cases] == ["active"]


def test_named_back_nothing_is_left_of_it(running: Running, company: Sandbox) -> None:
    before = said(company)
    change_label(company, "PATCH", "failure", "outage")
    wait_for(lambda: bool(case_troubles(running)))
    change_label(company, "PATCH", "outage", "failure")
    wait_for(lambda: not case_troubles(running))
    wait_until_idle(running, company)
    assert said(company) == before


def test_a_label_that_somebody_takes_off_stops_the_clocks_as_ever(running: Running, company: Sandbox) -> None:
    company.world.sites["github"].remove_label("ada", KEY, "failure")
    wait_for(lambda: [case.phase for case in read_status(running.program).cases] == ["paused"])
    wait_until_idle(running, company)
    assert case_troubles(running) == []
    assert any("label" in text and "taken off" in text for text in said(company)[1:])
