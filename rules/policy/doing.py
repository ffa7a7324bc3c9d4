"""What a rule does, one form for each verb of the policy language."""

from __future__ import annotations

from dataclasses import dataclass

from rules.by_severity import BySeverity
from rules.durations import Duration
from rules.policy.terms import Named, Part, Recipient
from rules.review_terms import ReviewDo


@dataclass(frozen=True, slots=True)
class OpenDo:
    """Open a ticket: `what` is `post-mortem` or `action`. `settle` waits until the text has rested."""

    what: str
    template: str
    title: str
    due: BySeverity
    assign: Part | None = None
    settle: Duration | None = None


@dataclass(frozen=True, slots=True)
class SayDo:
    """A new comment from a template. `kind` is its name in keys of counts (`reminder`, `overdue`, …). `settle` waits
    until the ticket's text has rested."""

    template: str
    kind: str
    mention: tuple[Part, ...] = ()
    settle: Duration | None = None


@dataclass(frozen=True, slots=True)
class KeepDo:
    slot: str
    template: str


@dataclass(frozen=True, slots=True)
class LabelDo:
    label: str


@dataclass(frozen=True, slots=True)
class AssignDo:
    role: Part


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

    to: tuple[Recipient | Named, ...]
    template: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class LookBackDo:
    """Look at a case that was let go once more, so long after it, and note in its status comment what is seen."""

    after: tuple[Duration, ...]


@dataclass(frozen=True, slots=True)
class FileDo:
    """Write the lesson of each generation that was let go to the repository of lessons, where there is one."""

    template: str


Do = OpenDo | SayDo | KeepDo | LabelDo | AssignDo | LinkDo | CloseDo | NotifyDo | LookBackDo | FileDo | ReviewDo
