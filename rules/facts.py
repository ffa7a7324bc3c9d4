"""What is known of a case, as frozen data: the only thing that deciding looks at.

A tracker's answer is parsed into these once, by its connector. Times are aware and in UTC.
Texts are Markdown, whatever the tracker stores. Nothing here is ever written back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rules.refs import Place, TicketRef


class ActorKind(StrEnum):
    PERSON = "person"
    BOT = "bot"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something on a tracker. `account` is a login (GitHub) or an accountId (Jira)."""

    account: str
    name: str
    kind: ActorKind = ActorKind.PERSON


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


class Audience(StrEnum):
    """Who may read a ticket. Text never flows from INTERNAL to PUBLIC (P14)."""

    PUBLIC = "public"
    INTERNAL = "internal"


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


@dataclass(frozen=True, slots=True)
class Marker:
    """The key of the effect that wrote something, as carried by what it wrote (believed already).

    `kind` says what was written: `post-mortem` or `action` for a ticket; `status`, `plan` for a
    standing comment; the kind of the text (`reminder`, `thanks`, `lesson`, …) for a comment said once.
    `extra` is `<action item's id>:<due date>` for a ticket (either may be empty), the content's digest for a
    standing comment and the said-token (`rules.keys.said_token`) for a comment.
    """

    case: str
    key: str
    kind: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """`is_restricted` says that not everybody who reads the ticket reads the comment: it counts as any other does, but
    its words go into nothing that we write (P14).
    """

    id: str
    at: dt.datetime
    author: Actor
    body: str
    edited_at: dt.datetime | None = None
    marker: Marker | None = None
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class TicketLink:
    """A link as the tracker shows it. `target` is a key or a URL, `relation` the tracker's word for it."""

    target: str
    relation: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as fetched just now.

    `uid` is the tracker's own id, which survives renaming (but not a GitHub transfer).
    `updated_at` is for polling only: it moves on our own writes too, so nothing is decided by it (P5).
    `changes` and `comments` are in order of time, ties in the tracker's order.
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
    audience: Audience = Audience.INTERNAL

    @property
    def is_open(self) -> bool:
        return self.status is not Status.DONE


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it stands in a comment now. Its id is comment and line: an edit runs only what is new.

    `rights` is None while the author's rights are not known yet.
    """

    name: str
    argument: str
    comment_id: str
    line: int
    author: Actor
    at: dt.datetime
    rights: bool | None = None

    @property
    def id(self) -> str:
        return f"{self.comment_id}.{self.line}"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One improvement as somebody wrote it down. `id` stays the same while the wording does."""

    id: str
    text: str
    is_ticked: bool = False
    owner: str = ""
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ActionTicket:
    """An action's ticket together with the id of the item it was opened for."""

    item_id: str
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Twin:
    """Something of ours that exists twice because a write turned up late (P3).

    `comment_id` is empty when the twin is a whole ticket; `keeps` says what stays.
    """

    key: str
    ticket: TicketRef
    comment_id: str
    keeps: str


@dataclass(frozen=True, slots=True)
class GoneTicket:
    """A ticket of ours that was deleted or hidden from us: its work is nobody's to wait for any more."""

    ref: TicketRef
    role: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """A generation that was let go: the lesson comment says when."""

    generation: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """A generation of the case that was let go before: when, and its tickets as they stand now."""

    generation: int
    ended_at: dt.datetime
    post_mortem: Ticket | None = None
    actions: tuple[ActionTicket, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One failure and everything that follows, as of now.

    `root` is shared by all generations (`rules.keys.case_root`). `is_known` tells whether anything of ours
    stands on the failure or in the ledger. `commands` maps a ticket to the commands in its comments, with
    rights looked up; `trusted` holds accounts with rights, for telling answers from passers-by. `public_places` are
    those of the places we open tickets in that everybody may read (P14). `earlier` are the generations before this
    one, oldest first.
    """

    root: str
    failure: Ticket
    post_mortem: Ticket | None = None
    actions: tuple[ActionTicket, ...] = ()
    twins: tuple[Twin, ...] = ()
    commands: Mapping[TicketRef, tuple[Command, ...]] = field(default_factory=dict)
    trusted: frozenset[tuple[str, str]] = frozenset()
    closings: tuple[Closing, ...] = ()
    is_known: bool = False
    gone: tuple[GoneTicket, ...] = ()
    public_places: frozenset[Place] = frozenset()
    earlier: tuple[Earlier, ...] = ()

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        mortem = (self.post_mortem,) if self.post_mortem else ()
        return (self.failure, *mortem, *(action.ticket for action in self.actions))
