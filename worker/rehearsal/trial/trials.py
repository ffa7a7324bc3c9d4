"""A test as it was read: frozen, every name known, every moment in UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from rules.durations import Duration
from rules.policy import Policy
from rules.refs import Place
from worker.rehearsal.happening import Happening


@dataclass(frozen=True, slots=True)
class Opened:
    """The failure's ticket at the beginning."""

    title: str
    labels: tuple[str, ...]
    reporter: str
    owner: str
    text: str


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does. `verb` is the event's, `value` what stands behind it, `on` the ticket as it is called."""

    at: dt.datetime
    by: str
    verb: str
    value: str
    on: str
    text: str = ""
    instead: str = ""
    resolution: str = ""

    def __str__(self) -> str:
        what = self.value if self.value != self.on else ""
        return " ".join(
            part for part in (self.by, self.verb, what.splitlines()[0] if what else "", "on", self.on) if part
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected, or must never be. None and empty mean that it may be anything; `line` is that of the file."""

    line: int = 0
    at: dt.datetime | None = None
    day: dt.date | None = None
    verb: str = ""
    what: str = ""
    on: str = ""
    asks: frozenset[str] | None = None
    rule: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One test. `verbs` and `rules` say what is looked at; no rules are all of them. `expect` is None where the test
    does not say what is to happen."""

    name: str
    line: int
    begins: dt.datetime
    ends: dt.datetime
    failure: Opened
    acts: tuple[Act, ...]
    expect: tuple[Expected, ...] | None
    never: tuple[Expected, ...]
    verbs: frozenset[str]
    rules: frozenset[str]

    def looks_at(self, happening: Happening) -> bool:
        return happening.verb in self.verbs and (not self.rules or happening.rule in self.rules)


@dataclass(frozen=True, slots=True)
class TrialFile:
    """All tests of a file, and what they are about. `policy` has the file's people, at `place`."""

    file: str
    policy: Policy
    place: Place
    is_public: bool
    trials: tuple[Trial, ...] = field(default=())


def later(policy: Policy, start: dt.datetime, duration: Duration) -> dt.datetime:
    """So long after a moment, in the policy's calendar."""
    return policy.calendar.add(start, duration)
