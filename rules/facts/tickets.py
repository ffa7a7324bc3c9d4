"""One ticket as it stands, whichever tracker it is on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rules.facts.actors import Actor, Audience, Readership
from rules.facts.changes import Change
from rules.facts.comments import Comment, Marker
from rules.refs import TicketRef


class Status(StrEnum):
    """Status categories, since workflow names differ between sites and languages."""

    NEW = "new"
    DOING = "indeterminate"
    DONE = "done"


class Resolution(StrEnum):
    NONE = ""
    COMPLETED = "completed"
    NOT_PLANNED = "not_planned"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class TicketLink:
    """A link as the tracker shows it. `target` is a key or a URL, `relation` the tracker's word for it, `title` the
    target's where the tracker shows it with the link."""

    target: str
    relation: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as fetched just now.

    `uid` is the tracker's own id, which survives renaming (but not a GitHub transfer).
    `updated_at` is for polling only: it moves on our own writes too, so no rule looks at it (P5).
    `changes` and `comments` are in order of time, ties in the tracker's order. `has_due_field` says that the tracker
    shows people a due date of its own, which is `due_on`. `priority` is as the tracker shows it, empty where there is
    none. `fields` are those of the tracker's own fields that the policy names (`rules.policy.Policy.fields`), by the
    name that people see: what stands in them as text, several values as a tuple; one with nothing in it may be missing.
    """

    ref: TicketRef
    uid: str
    url: str
    title: str
    body: str
    status: Status
    reporter: Actor
    created_at: dt.datetime
    updated_at: dt.datetime
    resolution: Resolution = Resolution.NONE
    closed_at: dt.datetime | None = None
    due_on: dt.date | None = None
    labels: tuple[str, ...] = ()
    assignees: tuple[Actor, ...] = ()
    comments: tuple[Comment, ...] = ()
    changes: tuple[Change, ...] = ()
    links: tuple[TicketLink, ...] = ()
    marker: Marker | None = None
    audience: Readership = Audience.INTERNAL
    has_due_field: bool = False
    priority: str = ""
    fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def age(self) -> tuple[dt.datetime, str, int]:
        """For putting tickets in the order in which they were opened: trackers tell times by the second, and of two in
        the same one the smaller number came first."""
        return self.created_at, self.ref.tracker, self.ref.number

    @property
    def is_open(self) -> bool:
        return self.status is not Status.DONE
