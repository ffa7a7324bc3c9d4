"""Which requests go wrong, and how: the network and the trackers at their worst, on request and repeatably.

A fault is chosen before the request is carried out; the server plays it. What the caller sees and whether
the tracker did what was asked are two different things, and the table below is about the difference.

| kind           | what the caller sees                                  | was it done?                        |
|----------------|-------------------------------------------------------|-------------------------------------|
| refuse         | connection reset at once, the body is never read      | no                                  |
| limit          | 429 with Retry-After, or without (`retry_after_s` 0)  | no                                  |
| secondary      | GitHub: 403, secondary limit, likewise; Jira: 429     | no                                  |
| error-500      | 500 with a small error body                           | no                                  |
| error-502      | 502 with an HTML page (a proxy's)                     | no                                  |
| error-502-done | the same                                              | yes                                 |
| error-503      | 503 with an HTML page (maintenance), with Retry-After | no                                  |
|                | or without (`retry_after_s` 0)                        |                                     |
| cut            | connection closed, no answer                          | no                                  |
| cut-done       | connection closed half-way through the answer         | yes                                 |
| hang           | nothing, until its own timeout                        | no, never                           |
| hang-done      | nothing, until its own timeout                        | yes, before the caller gave up      |
| hang-late      | nothing, until its own timeout                        | yes, but after the caller gave up:  |
|                |                                                       | `delay_s` later, or when `event` is |
|                |                                                       | released                            |
| slow           | the right answer, `delay_s` late                      | yes, after the delay                |
| html           | 200 with an HTML login page                           | no                                  |

Rules are looked at in the order in which they were added and the first that fires wins. Chance comes from
one seeded generator, so the same requests in the same order meet the same faults. This module does nothing
to a connection itself.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from connectors.sandbox.counts import is_read

FaultKind = Literal[
    "refuse", "limit", "secondary", "error-500", "error-502", "error-502-done", "error-503", "cut", "cut-done",
    "hang", "hang-done", "hang-late", "slow", "html",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule: which requests, which of them, and what happens to them. Empty fields match everything.

    `path` is a regular expression searched in the path below the site; `only` is "reads", "writes" or both
    (""). Of the requests that match, the first `skip` go by, then those fire that `every` (1 = each) and
    `probability` let through, at most `times` of them (0 = no end). A limit, and maintenance, ask
    to wait `retry_after_s`, and name no time where that is 0. Raises ValueError on nonsense.
    """

    kind: FaultKind
    site: str = ""
    account: str = ""
    method: str = ""
    path: str = ""
    only: Literal["", "reads", "writes"] = ""
    skip: int = 0
    every: int = 1
    probability: float = 1.0
    times: int = 0
    delay_s: float = 0.0
    retry_after_s: int = 1
    event: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no fault; there are: {', '.join(KINDS)}")
        if self.only not in ("", "reads", "writes"):
            raise ValueError(f'only: {self.only!r} is not allowed; "reads", "writes" or nothing')
        if self.skip < 0 or self.every < 1 or self.times < 0 or self.delay_s < 0 or not 0 <= self.probability <= 1:
            raise ValueError("skip, times and delay_s are 0 or more, every is 1 or more, probability is 0 to 1")
        re.compile(self.path)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Fault:
        """A fault from the form that `as_json` gives. Raises ValueError naming what is wrong."""
        unknown = set(plain) - {f.name for f in fields(cls)}
        if unknown or "kind" not in plain:
            raise ValueError(f"a fault has a kind and knows no {', '.join(sorted(unknown)) or 'other way'}")
        try:
            return cls(**plain)
        except (TypeError, re.error) as error:
            raise ValueError(f"not a fault: {error}") from error

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def matches(self, site: str, account: str, method: str, path: str) -> bool:
        """Whether a request is one of those that this rule is about."""
        return (
            self.site in ("", site)
            and self.account in ("", account)
            and self.method in ("", method)
            and (not self.only or (self.only == "reads") == is_read(method, path))
            and re.search(self.path, path) is not None
        )


class FaultPlan:
    """The rules in force. Thread-safe. `fired` counts by kind."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)  # noqa: S311 - repeatable chance is the point here
        self._rules: list[tuple[Fault, Counter[str]]] = []
        self._events: dict[str, threading.Event] = {}
        self._is_over = False
        self.fired: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._rules.append((fault, Counter()))

    def clear(self) -> None:
        """Forget the rules; what is under way stays under way."""
        with self._lock:
            self._rules.clear()

    def reseed(self, seed: int) -> None:
        with self._lock:
            self._random.seed(seed)

    def choose(self, site: str, account: str, method: str, path: str) -> Fault | None:
        """The fault that this request meets, counted as fired; None for a good day."""
        with self._lock:
            for fault, seen in self._rules:
                if fault.matches(site, account, method, path) and self._fires(fault, seen):
                    self.fired[fault.kind] += 1
                    return fault
            return None

    def event(self, name: str) -> threading.Event:
        """The named event that a `hang-late` waits for; made when first asked for."""
        with self._lock:
            event = self._events.setdefault(name, threading.Event())
            if self._is_over:
                event.set()
            return event

    def release(self, name: str) -> None:
        """Let everything go that waits for the event, now and later."""
        self.event(name).set()

    def release_all(self) -> None:
        """Let everything go, also what will only now begin to wait: the sandbox is stopping."""
        with self._lock:
            self._is_over = True
            events = list(self._events.values())
        for event in events:
            event.set()

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            rules = [fault.as_json() | {"met": seen["met"], "fired": seen["fired"]} for fault, seen in self._rules]
            return {"rules": rules, "fired": dict(self.fired)}

    def _fires(self, fault: Fault, seen: Counter[str]) -> bool:
        seen["met"] += 1
        if fault.times and seen["fired"] >= fault.times:
            return False
        after = seen["met"] - fault.skip
        if after < 1 or after % fault.every:
            return False
        if fault.probability < 1 and self._random.random() >= fault.probability:
            return False
        seen["fired"] += 1
        return True
