"""What Aftermath wants done outside, as frozen data. Deciding makes these; one module performs them.

An *event* is done once (a ticket opened, a comment said). A *state* converges (a standing comment,
a label, a link). Bodies are finished Markdown; a mention stands in them as `[Name](mention:account)`
and becomes the tracker's own kind of mention in its connector. They are rendered when first read
(`rules.deferred`), since most effects were done long ago and their key says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, TypeVar

from rules.deferred import DeferredText
from rules.facts import Readership
from rules.quick import quick
from rules.quiet_hours import QuietHours
from rules.refs import Place, TicketRef


class Urgency(NamedTuple):  # each effect has one: a frozen dataclass takes several times as long to make
    """Which effect goes first when not all can: the severer, then the longer overdue."""

    severity: int = 3
    overdue_s: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        # In quarters of an hour: among what fell due together, the order of the policy stands.
        return (self.severity, -(self.overdue_s // 900))


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What all effects share. `why` is the sentence for people, `rule` the id that the policy gives; `in_hours` says
    that it waits for working hours. `asks` is the id of the person whom it, or its rung, asks first, whose hours those
    are; `quiet_hours` are its ladder's own."""

    kind: ClassVar[str] = ""
    is_event: ClassVar[bool] = True

    key: str
    case: str
    rule: str
    why: str
    urgency: Urgency = Urgency()
    in_hours: bool = False
    asks: str = ""
    quiet_hours: QuietHours | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class OpenTicket(Effect):
    """Open a ticket. `role` is `post-mortem` or `action`; `item` the action item's id, else empty; `level` the security
    level that it gets (`rules.facts.Level`), else empty. `above` are the failure and the post-mortem, by role, as far
    as the new ticket may be put below them: on the same tracker, and told of to whoever reads it (P14)."""

    kind: ClassVar[str] = "open"

    role: str
    item: str
    place: Place
    title: DeferredText = DeferredText()
    body: DeferredText = DeferredText()
    labels: tuple[str, ...] = ()
    assignee: str = ""
    due_on: dt.date | None = None
    level: str = ""
    above: tuple[tuple[str, TicketRef], ...] = ()


@quick
@dataclass(frozen=True, kw_only=True)
class Say(Effect):
    """A new comment: somebody has to be reached. `text` names its kind (`reminder`, `thanks`, …).

    `mentions` are people's ids, for the daily budget, and `ways` for each how the body mentions them, and how it would
    name them only; `replies_to` is the one of them whose own command it answers. `said` is the said-token; `closes`
    marks the comment that lets the case go. `readers` are those who may read it, where that is not everybody who reads
    the ticket; `answers` is the id of the comment whose refusal it tells.
    """

    kind: ClassVar[str] = "say"

    ticket: TicketRef
    text: str
    body: DeferredText = DeferredText()
    said: str
    mentions: tuple[str, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    replies_to: str = ""
    closes: bool = False
    readers: str = ""
    answers: str = ""

    @property
    def counted(self) -> tuple[str, ...]:
        """Those whom it mentions without their having asked for it."""
        return tuple(person for person in self.mentions if person != self.replies_to)


@quick
@dataclass(frozen=True, kw_only=True)
class Amend(Effect):
    """Write anew what one of our comments says, since that is so no more. Nobody is told: it is edited in place.

    `of` is the key of the comment, which it keeps, `text` its kind, `extra` what its marker holds then.
    """

    kind: ClassVar[str] = "amend"
    is_event: ClassVar[bool] = False

    ticket: TicketRef
    comment_id: str
    of: str
    text: str
    extra: str
    readers: str = ""
    body: DeferredText = DeferredText()


@quick
@dataclass(frozen=True, kw_only=True)
class SetDue(Effect):
    """Make the tracker's own due date this day, or none."""

    kind: ClassVar[str] = "due"
    is_event: ClassVar[bool] = False

    ticket: TicketRef
    due_on: dt.date | None


@quick
@dataclass(frozen=True, kw_only=True)
class Keep(Effect):
    """A standing comment, edited in place: slot `status` or `plan`. `digest` is that of `body`."""

    kind: ClassVar[str] = "keep"
    is_event: ClassVar[bool] = False

    ticket: TicketRef
    slot: str
    body: DeferredText = DeferredText()
    digest: DeferredText = DeferredText()


@quick
@dataclass(frozen=True, kw_only=True)
class AddLabel(Effect):
    """Put a label on, once: one that a person took off is never put back (P12)."""

    kind: ClassVar[str] = "label"

    ticket: TicketRef
    label: str


@quick
@dataclass(frozen=True, kw_only=True)
class Assign(Effect):
    """Name an owner where there is none, once; or, where somebody `is_asked` for by command, whoever was there."""

    kind: ClassVar[str] = "assign"

    ticket: TicketRef
    account: str
    is_asked: bool = False


@quick
@dataclass(frozen=True, kw_only=True)
class LinkTickets(Effect):
    """Link `ticket` to another, by whatever the tracker has: issue link, remote link, sub-issue."""

    kind: ClassVar[str] = "link"
    is_event: ClassVar[bool] = False

    ticket: TicketRef
    target: TicketRef
    target_uid: str
    url: str
    title: DeferredText = DeferredText()
    relation: str


@quick
@dataclass(frozen=True, kw_only=True)
class RetractComment(Effect):
    """Neutralise our own comment that turned up a second time."""

    kind: ClassVar[str] = "retract"
    is_event: ClassVar[bool] = False

    ticket: TicketRef
    comment_id: str


@quick
@dataclass(frozen=True, kw_only=True)
class CloseTwin(Effect):
    """Close our own ticket that turned up a second time, as a duplicate of `original`."""

    kind: ClassVar[str] = "close-twin"
    is_event: ClassVar[bool] = False

    ticket: TicketRef
    original: TicketRef


@quick
@dataclass(frozen=True, kw_only=True)
class Notify(Effect):
    """A private message to one person about a ticket, sent at most once: it cannot be read back.

    `key` is a salted hash, so that no row and no log tells who it was; `person` is an id of the people file and never
    leaves memory. `calendar` is an iCalendar file to go with it, or empty. `since` is the moment that gave reason for
    it: what is older than a rebuild of the ledger may have been sent before it was lost, and is not sent again.
    """

    kind: ClassVar[str] = "notify"

    ticket: TicketRef
    text: str
    title: DeferredText = field(default=DeferredText(), repr=False)
    body: DeferredText = field(default=DeferredText(), repr=False)
    calendar: DeferredText = field(default=DeferredText(), repr=False)
    person: str = field(repr=False)
    since: dt.datetime


@quick
@dataclass(frozen=True, kw_only=True)
class WriteFile(Effect):
    """Write a text file into a repository, once: what stands at its path already is left as it is (P12).

    `ticket` is what it tells of, `audience` who may read that, and so the file; its marker's kind is `slot`. The body
    begins with front matter, into which the marker goes.
    """

    kind: ClassVar[str] = "file"
    is_event: ClassVar[bool] = False

    ticket: TicketRef
    place: Place
    path: str
    slot: str
    audience: Readership
    body: DeferredText = DeferredText()


AnyEffect = (
    WriteFile
    | Notify
    | OpenTicket
    | Say
    | Keep
    | AddLabel
    | Assign
    | LinkTickets
    | RetractComment
    | CloseTwin
    | Amend
    | SetDue
)

_E = TypeVar("_E", bound=Effect)


def finished(effect: _E) -> _E:
    """The effect itself, its texts rendered: what cannot be rendered fails here, and not when it is half done."""
    for name, field_kind in vars(type(effect)).items():
        if isinstance(field_kind, DeferredText):
            getattr(effect, name)
    return effect


EFFECT_TYPES: tuple[type[Effect], ...] = (
    OpenTicket,
    Say,
    Keep,
    AddLabel,
    Assign,
    LinkTickets,
    RetractComment,
    CloseTwin,
    Notify,
    WriteFile,
    Amend,
    SetDue,
)
