"""Holds everything that passes through a sandbox against the vendors' own descriptions, in every test that has one.

What the tests' own clients and ours send, what the sandbox answers and what it delivers is taken down as it passes, one
example of each shape, and checked when the test is over; what has the same shape as something checked counts as
covered. What a description does not know is counted under its name, and never as checked.

Left out: answers of faults (a proxy's page is not the vendor's), requests that were refused (many are wrong on
purpose), those of the sandbox's own tests (they speak as clients of many kinds do), and everything where the
descriptions are not beside the repository.
"""

from __future__ import annotations

import functools
import json
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.delivery import Outgoing
from connectors.sandbox.http import Api, Request
from connectors.sandbox.overheard import overhearers
from connectors.sandbox.wire import Wire
from tests.contracts.openapi import CONTRACTS, FILES, ContractChecker
from tests.contracts.shapes import shapes_of

#: `kind method template status`, by which a pair is named to people.
Name = str
_WEBHOOK = "WEBHOOK"
_WORD_CHARS_MAX = 12
_REDIRECTS = (301, 302, 303, 307, 308)


Pair = tuple[str, str, str, int]


@dataclass(frozen=True)
class Passed:
    """One request and its answer, or one delivery, whose status is 0."""

    kind: str
    method: str
    path: str
    query: Mapping[str, list[str]]
    asked: Any
    status: int
    told: Any

    @property
    def pair(self) -> Pair:
        return self.kind, self.method, _template(self), self.status


@dataclass
class Count:
    """How often something passed, by name: what was checked and what the descriptions do not know. `wrong` is what is
    against them, in sentences."""

    checked: Counter[Name] = field(default_factory=Counter)
    unchecked: Counter[Name] = field(default_factory=Counter)
    shapes: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Mapping[str, Any]) -> None:
        """Another process's count, as `plain` gave it."""
        self.checked.update(other["checked"])
        self.unchecked.update(other["unchecked"])
        self.shapes += other["shapes"]
        self.wrong += other["wrong"]

    def plain(self) -> dict[str, Any]:
        return {
            "checked": dict(self.checked),
            "unchecked": dict(self.unchecked),
            "shapes": self.shapes,
            "wrong": self.wrong,
        }

    def lines(self) -> list[str]:
        """What is printed at the end of a run."""
        pairs, times = len(self.checked), sum(self.checked.values())
        lines = [f"Vendors' contracts: {pairs} pairs checked ({times} times, {self.shapes} shapes checked)"]
        lines[0] += f", {len(self.unchecked)} unchecked ({sum(self.unchecked.values())} times)"
        lines += [f"  not described: {name} ({times} times)" for name, times in sorted(self.unchecked.items())]
        return lines + [f"  against the contract: {one}" for one in self.wrong]


class Recorder:
    """Overhears every sandbox of this process. Thread-safe."""

    def __init__(self) -> None:
        self.count = Count()
        self.has_requests = True
        self._lock = threading.Lock()
        self._times: Counter[Pair] = Counter()
        self._is_described: dict[Pair, bool] = {}
        self._seen: set[Hashable] = set()
        self._answers: list[Passed] = []
        self._requests: list[Passed] = []

    # --- from the sandbox's threads -------------------------------------------------------------

    def answered(self, api: Api, request: Request, wire: Wire) -> None:
        asked, told = _parsed(request.body), _parsed(wire.data)
        self._take(Passed(api.site.kind, request.method, request.path, request.query, asked, wire.status, told))

    def delivered(self, outgoing: Outgoing) -> None:
        self._take(Passed(outgoing.subscription.kind, _WEBHOOK, outgoing.event, {}, None, 0, outgoing.payload))

    def _take(self, passed: Passed) -> None:
        pair = passed.pair
        told = {(pair, "told", shape) for shape in shapes_of(passed.told)}
        asked: set[Hashable] = set()
        if self.has_requests and 0 < passed.status < 400 and passed.status not in _REDIRECTS:
            asked = {(pair, "asked", shape) for shape in shapes_of(passed.asked)}
            asked |= {(pair, "query", name, _worded(value)) for name, given in passed.query.items() for value in given}
        with self._lock:
            self._times[pair] += 1
            if not told <= self._seen:
                self._answers.append(passed)
            if not asked <= self._seen:
                self._requests.append(passed)
            self._seen |= told | asked

    # --- when a test is over ----------------------------------------------------------------------

    def check(self) -> list[str]:
        """Check what has not been checked yet; what is wrong, in sentences."""
        with self._lock:
            answers, self._answers = self._answers, []
            requests, self._requests = self._requests, []
        wrong: list[str] = []
        for passed in answers:
            self._is_described[passed.pair] = _is_valid(passed, _check_answer, wrong)
        for passed in requests:
            if self._is_described[passed.pair]:
                _is_valid(passed, _check_request, wrong)
        self.count.shapes += len(answers) + len(requests)
        self.count.wrong += wrong
        return wrong

    def finish(self) -> Count:
        """Everything that passed, counted."""
        self.check()
        for pair, times in self._times.items():
            counter = self.count.checked if self._is_described[pair] else self.count.unchecked
            counter[" ".join(str(part) for part in pair if part)] += times
        self._times.clear()
        return self.count


def is_possible() -> bool:
    """Whether the descriptions are there."""
    return all((CONTRACTS / name).exists() for name in FILES.values())


@functools.cache
def recorder() -> Recorder:
    """This process's."""
    return Recorder()


@contextmanager
def recorded(*, has_requests: bool = True) -> Iterator[None]:
    """Overhear what happens meanwhile; AssertionError where something was against a contract."""
    ears = recorder()
    ears.has_requests = has_requests
    overhearers.append(ears)
    try:
        yield
    finally:
        overhearers.remove(ears)
    wrong = ears.check()
    assert not wrong, "\n".join(wrong)


# --- one check -------------------------------------------------------------------------------------


def _is_valid(passed: Passed, check: Callable[[ContractChecker, Passed], bool], wrong: list[str]) -> bool:
    """Whether the description knows it. What is against it goes to `wrong`."""
    checker = _checker(passed.kind)
    try:
        return checker is not None and check(checker, passed)
    except AssertionError as against:
        wrong.append(str(against))
        return True


def _check_answer(checker: ContractChecker, passed: Passed) -> bool:
    if passed.method == _WEBHOOK:
        return checker.check_webhook(_template(passed), passed.told)
    return checker.check_response(passed.method, passed.path, passed.status, passed.told, query=_query(passed))


def _check_request(checker: ContractChecker, passed: Passed) -> bool:
    return checker.check_request(passed.method, passed.path, _query(passed), passed.asked)


def _query(passed: Passed) -> dict[str, Any]:
    return {name: values if len(values) > 1 else values[0] for name, values in passed.query.items()}


@functools.cache
def _checker(kind: str) -> ContractChecker | None:
    """The vendor's; None for what is no tracker, such as the sandbox's own letter box."""
    return ContractChecker(kind) if kind in FILES else None


#: Which webhook schema a payload answers to, where event and action alone do not say it.
_WEBHOOKS = {"sub_issue_added": "sub-issues-sub-issue-added", "parent_issue_added": "sub-issues-parent-issue-added"}


def _template(passed: Passed) -> str:
    if passed.method != _WEBHOOK:
        return _path_template(passed.kind, passed.method, passed.path)
    action = passed.told.get("action", "") if passed.kind == "github" else ""
    return _WEBHOOKS.get(action) or (f"{passed.path.replace('_', '-')}-{action}" if action else passed.path)


@functools.lru_cache(maxsize=20_000)
def _path_template(kind: str, method: str, path: str) -> str:
    checker = _checker(kind)
    return (checker and checker.template(method, path)) or ContractChecker.plain(path)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except ValueError:
        return None


def _worded(value: str) -> str:
    """What a query's value is, as far as a schema minds."""
    if value.lstrip("-").isdecimal():
        return "number"
    return value if value.isalpha() and len(value) <= _WORD_CHARS_MAX else "text"
