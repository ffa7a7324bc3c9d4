"""A policy as frozen data: what is to happen when, and to whom.

Made by `rules.language` from YAML, or by tests directly. The loader has checked everything that can be
known before running, so deciding never meets an unknown name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from rules.calendar import Calendar
from rules.conditions import Condition
from rules.durations import Duration, Unit
from rules.refs import Place
from rules.templates import Templates


class Subject(StrEnum):
    """What a rule looks at, once for each there is in the case."""

    FAILURE = "failure"
    POST_MORTEM = "post-mortem"
    ACTION = "action"
    ACTION_ITEM = "action-item"
    #: A comment with a command that wants a reply.
    COMMENT = "comment"


class Phase(StrEnum):
    """Where a case stands. Rules speak in `active` unless they say otherwise."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    #: Ended by `/cancel`, until that comment is deleted.
    CANCELLED = "cancelled"


class Role(StrEnum):
    """People by their part. Lead and manager are the owner's; the order is the way up."""

    REPORTER = "reporter"
    OWNER = "owner"
    LEAD = "lead"
    MANAGER = "manager"


class Recipient(StrEnum):
    """Who is written to privately: a role, or everybody who took part in the failure and its analysis."""

    REPORTER = "reporter"
    OWNER = "owner"
    LEAD = "lead"
    MANAGER = "manager"
    PARTICIPANTS = "participants"


class Anchor(StrEnum):
    """The event from which a ladder counts."""

    DUE = "due"
    PROGRESS = "progress"
    LABELLED = "labelled"


@dataclass(frozen=True, slots=True)
class BySeverity:
    """A duration for each severity; `for_severity` falls to the next milder one that is named."""

    durations: Mapping[int, Duration]

    def for_severity(self, severity: int) -> Duration:
        at_least = [level for level in sorted(self.durations) if level >= severity]
        return self.durations[at_least[0] if at_least else max(self.durations)]


@dataclass(frozen=True, slots=True)
class OpenDo:
    """Open a ticket: `what` is `post-mortem` or `action`. `settle` waits until the text has rested."""

    what: str
    template: str
    title: str
    due: BySeverity
    assign: Role | None = None
    settle: Duration | None = None


@dataclass(frozen=True, slots=True)
class SayDo:
    """A new comment from a template. `kind` is its name in keys of counts (`reminder`, `overdue`, …)."""

    template: str
    kind: str
    mention: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class KeepDo:
    slot: str
    template: str


@dataclass(frozen=True, slots=True)
class LabelDo:
    label: str


@dataclass(frozen=True, slots=True)
class AssignDo:
    role: Role


@dataclass(frozen=True, slots=True)
class LinkDo:
    """Link the rule's ticket to the case's other one: `to` is `failure` or `post-mortem`."""

    to: str


@dataclass(frozen=True, slots=True)
class CloseDo:
    """Say the lesson and let the case go."""

    template: str


@dataclass(frozen=True, slots=True)
class NotifyDo:
    """Write to people through their own private channel, each at most once. Who has none is not written to.

    `kind` is the name of the message in keys and counts.
    """

    to: tuple[Recipient, ...]
    template: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class LookBackDo:
    """Look at a case that was let go once more, so long after it, and note in its status comment what is seen."""

    after: tuple[Duration, ...]


Do = OpenDo | SayDo | KeepDo | LabelDo | AssignDo | LinkDo | CloseDo | NotifyDo | LookBackDo


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of a ladder: `at` counts from the anchor and may be negative. `name` is `at` as written."""

    name: str
    at: Duration
    do: tuple[Do, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages in order. An answer quiets it for `answer_quiets`, at most twice without progress."""

    anchor: Anchor
    rungs: tuple[Rung, ...]
    answer_quiets: Duration
    repeat_last: Duration | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of a policy. `name` completes "… when …"; `when` is None for always."""

    id: str
    name: str
    step: str
    subject: Subject
    when: Condition | None = None
    phase: Phase = Phase.ACTIVE
    do: tuple[Do, ...] = ()
    ladder: Ladder | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One person: `accounts` maps a tracker's name to the account there; `lead`, `manager` are people's ids.

    `notify` holds the addresses of their private channel, which are secrets: they are never shown.
    """

    id: str
    name: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    lead: str = ""
    manager: str = ""
    notify: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class People:
    """The people file. Without one everybody is known by account alone and nobody has a lead."""

    people: Mapping[str, Person] = field(default_factory=dict)
    default_lead: str = ""
    _by_account: Mapping[tuple[str, str], Person] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Of two with one account the first is meant. Looked up for every actor of every ticket.
        found = {(t, a): person for person in reversed([*self.people.values()]) for t, a in person.accounts.items()}
        object.__setattr__(self, "_by_account", found)

    def by_account(self, tracker: str, account: str) -> Person:
        """The person behind an account; somebody unknown is a person of that one account."""
        known = self._by_account.get((tracker, account))
        return known or Person(id=f"{tracker}/{account}", name=account, accounts={tracker: account})

    def get(self, person_id: str) -> Person | None:
        return self.people.get(person_id)


@dataclass(frozen=True, slots=True)
class Severities:
    """Severity by label; `default` where none is set."""

    labels: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    default: int = 3


@dataclass(frozen=True, slots=True)
class Routing:
    """Where tickets are opened; None: beside the failure, in its own repository or project."""

    post_mortems: Place | None = None
    actions: Place | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps Aftermath quiet (P9, P13).

    `mentions_per_day`: how often one person may be mentioned a day, severity 1 exempt.
    `sweep_effects_max`: new things said or opened in one sweep, over all cases, before the brake holds.
    `start_at`: failures labelled before it are left alone; None takes them all.
    """

    mentions_per_day: int = 5
    sweep_effects_max: int = 200
    start_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that deciding needs to know besides the case and the time."""

    name: str
    rules: tuple[Rule, ...]
    templates: Templates
    calendar: Calendar
    failure_labels: tuple[str, ...] = ("failure",)
    experiment_labels: tuple[str, ...] = ("experiment",)
    our_label: str = "aftermath"
    severities: Severities = field(default_factory=Severities)
    people: People = field(default_factory=People)
    routing: Routing = field(default_factory=Routing)
    limits: Limits = field(default_factory=Limits)
    #: How long a case with nothing left to do rests before it is thanked for and let go.
    rest: Duration = Duration(1, Unit.HOURS)
    #: The installation's own: keys of private messages hold it, so that nobody can tell from one whom it is to (P10).
    salt: str = field(default="", repr=False)
