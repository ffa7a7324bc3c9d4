"""What passes through a sandbox is really checked: what is against a contract is found, and nothing passes unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.http import Request
from connectors.sandbox.overheard import overhearers
from connectors.sandbox.server import Sandbox
from connectors.sandbox.wire import Wire
from tests.connectors.contract_stage import START, github_stage
from tests.contracts.recording import Count, Recorder, is_possible
from tests.contracts.shapes import shapes_of

SHOP = "/repos/acme/shop"
REFUSED = b'{"message": "", "documentation_url": ""}'


@pytest.fixture
def ears() -> Recorder:
    if not is_possible():
        pytest.skip("the vendors' descriptions are not beside this repository")
    return Recorder()


@pytest.fixture
def github() -> Iterator[GithubApi]:
    sandbox = Sandbox(SandboxClock(START))
    yield GithubApi(sandbox.world.add_site("github", "github"), sandbox.url("github"), sandbox.courier)
    sandbox.stop()


def passed(method: str, path: str, body: bytes = b"", query: dict[str, list[str]] | None = None) -> Request:
    return Request(method, path, query or {}, {}, body, "ada")


@pytest.mark.parametrize(
    ("request_", "wire", "wrong"),
    [
        pytest.param(passed("GET", SHOP), Wire(200, b'{"id": "one"}'), "answer against", id="answer"),
        pytest.param(
            passed("POST", f"{SHOP}/issues", b'{"title": []}'), Wire(201, b"{}"), "request against", id="body"
        ),
        pytest.param(
            passed("GET", f"{SHOP}/issues", query={"state": ["odd"]}), Wire(200, b"[]"), "request against", id="query"
        ),
        pytest.param(passed("POST", f"{SHOP}/issues", b'{"title": []}'), Wire(422, REFUSED), "", id="bad"),
        pytest.param(passed("GET", "/not/described"), Wire(200, b"{}"), "", id="not-described"),
    ],
)
def test_what_is_against_a_contract_is_found(
    ears: Recorder, github: GithubApi, request_: Request, wire: Wire, wrong: str
) -> None:
    ears.answered(github, request_, wire)
    found = ears.check()
    assert any(wrong in one for one in found) if wrong else not found


def test_the_same_shape_is_checked_once_and_counted_each_time(ears: Recorder, github: GithubApi) -> None:
    for title in ("one", "two", "three"):
        answer = b'{"message": "%b"}' % title.encode()
        ears.answered(github, passed("GET", f"{SHOP}/issues/7"), Wire(404, answer))
    count = ears.finish()
    assert (count.shapes, dict(count.checked)) == (1, {"github GET /repos/{owner}/{repo}/issues/{issue_number} 404": 3})


def test_what_is_not_described_is_counted_by_name(ears: Recorder, github: GithubApi) -> None:
    ears.answered(github, passed("GET", "/not/described/7"), Wire(200, b"{}"))
    count = ears.finish()
    assert (dict(count.unchecked), count.checked) == ({"github GET /not/described/N 200": 1}, {})
    assert "not described: github GET /not/described/N 200 (1 times)" in "\n".join(count.lines())


def test_processes_add_up(ears: Recorder, github: GithubApi) -> None:
    ears.answered(github, passed("GET", "/not/described"), Wire(200, b"{}"))
    total = Count()
    for _ in range(2):
        total.add(ears.finish().plain())
    assert dict(total.unchecked) == {"github GET /not/described 200": 2}


def test_a_sandbox_of_this_process_is_overheard(ears: Recorder) -> None:
    overhearers.append(ears)
    try:
        with github_stage() as stage:
            stage.reported()
            stage.tracker.labelled(stage.place, "failure")
    finally:
        overhearers.remove(ears)
    assert "github GET /repos/{owner}/{repo}/issues 200" in ears.finish().checked


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param({"title": "a"}, {"title": "b"}, True, id="texts"),
        pytest.param([{"a": 1}], [{"a": 2}, {"a": 3}], True, id="lengths"),
        pytest.param({"title": "a"}, {"title": None}, False, id="null"),
        pytest.param({"state": "open"}, {"state": "odd"}, False, id="enumerated"),
        pytest.param([{"a": {"b": 1}}], [{"a": {"c": 1}}], False, id="deep"),
        pytest.param({"a": [1], "b": []}, {"a": [], "b": [1]}, False, id="elsewhere"),
    ],
)
def test_shapes_are_the_same_where_a_schema_sees_no_difference(one: Any, other: Any, is_same: bool) -> None:
    assert (shapes_of(one) == shapes_of(other)) is is_same
