"""A ticket's history, and what of it is progress (P5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from rules.facts.actors import Actor, ActorKind


class ChangeKind(StrEnum):
    OPENED = "opened"
    LABELLED = "labelled"
    UNLABELLED = "unlabelled"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    STATUS = "status"
    CLOSED = "closed"
    REOPENED = "reopened"
    DUE = "due"
    DESCRIBED = "described"
    RENAMED = "renamed"
    REFERENCED = "referenced"
    LINKED = "linked"
    PRIORITY = "priority"
    OTHER = "other"


#: What moves a clock when a person does it (P5). A comment is not among them: it may be an answer.
PROGRESS_KINDS = frozenset(
    {
        ChangeKind.STATUS,
        ChangeKind.ASSIGNED,
        ChangeKind.UNASSIGNED,
        ChangeKind.CLOSED,
        ChangeKind.REOPENED,
        ChangeKind.DUE,
        ChangeKind.REFERENCED,
        ChangeKind.DESCRIBED,
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a ticket's history. `id` is the tracker's, and stable."""

    id: str
    at: dt.datetime
    actor: Actor
    kind: ChangeKind
    old: str = ""
    new: str = ""

    @property
    def is_progress(self) -> bool:
        return self.kind in PROGRESS_KINDS and self.actor.kind is ActorKind.PERSON
