"""The port: what the worker asks of any tracker. GitHub, Jira and the in-memory tracker pass one contract.

Every method is one or a few requests, with a timeout, and raises only `connectors.errors`. Reads may be
retried inside; a write is sent exactly once (P3), and an outcome that is not known is `Ambiguous`.
Markers are written with the thing itself, in the same request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from connectors.accounts import AccountNow
from connectors.errors import Refused, TrackerError
from connectors.inspection import Finding, Wanted
from rules.facts import Actor, Audience, Marker, Ticket
from rules.refs import Place, TicketRef


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket to be opened. `body` is Markdown, `assignee` an account of this tracker or empty. `level` is the id of
    the security level whose few alone may read it; empty for everybody who reads the place.

    `priority`, `parent` (the key of a ticket on the same tracker) and `fields` (values by the name that people see, or
    by id) are wishes: what the tracker will not have of them is left out, and told (`Found.left_out`).
    """

    place: Place
    title: str
    body: str
    labels: tuple[str, ...] = ()
    assignee: str = ""
    due_on: dt.date | None = None
    ticket_type: str = ""
    level: str = ""
    priority: str = ""
    parent: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket met in a listing: enough to know whose it is, without fetching it. `left_out` is told of one that was
    opened just now: a sentence for each thing in its draft that the tracker did not take."""

    ref: TicketRef
    uid: str
    updated_at: dt.datetime
    labels: tuple[str, ...] = ()
    marker: Marker | None = None
    is_closed: bool = False
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """One poll's answer: what changed at or after the cursor, and the cursor for the next poll.

    The next poll overlaps this one on purpose: nothing is skipped, some tickets are seen twice.
    """

    tickets: tuple[Found, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified webhook delivery: which ticket to look at, and nothing believed beyond that (P4).

    `ref` is None for events that concern no ticket. `moved_from` is the former address, where the
    event is a transfer or a move. `labels` are those the payload names, to pass over what cannot concern us.
    An event about a whole place has `places` instead: every name that the place has, or had before; its `labels`
    are those that were changed there, none where it is about the place itself. `is_greeting` says that a hook was
    made just now, and wants to know whether somebody listens.
    """

    id: str
    event: str
    ref: TicketRef | None
    labels: tuple[str, ...] = ()
    moved_from: TicketRef | None = None
    places: tuple[Place, ...] = ()
    is_greeting: bool = False


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that was tried and did not reach us, the last time at `at`. `id` is that of `Delivery`; `handle` is by
    what the tracker finds it in its log, and nobody else's to read."""

    id: str
    handle: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link to be made from one ticket to another. `key` makes it the same link when sent again."""

    target: TicketRef
    target_uid: str
    url: str
    title: str
    relation: str
    key: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file at a path. `marker` is ours where we wrote it; `is_removed` says that one stood there and was removed."""

    marker: Marker | None = None
    is_removed: bool = False


class Tracker(Protocol):
    """One tracker, through one account of our own."""

    name: str

    def who_we_are(self) -> Actor:
        """Our own account (one request, remembered). Raises Denied on wrong credentials."""

    def audience(self, place: Place, *, is_anew: bool = False) -> Audience:
        """Who can read what stands there (one request, remembered for an hour; with `is_anew` asked in any case)."""

    def check_place(self, place: Place) -> None:
        """Raise Gone, Denied or Refused with a sentence that says what is missing there, if anything is."""

    def inspect(self, wanted: Wanted) -> Iterator[Finding]:
        """Look over everything that is wanted here, for a person to read; some dozens of reads, and no write. A
        tracker's trouble is a finding too: nothing is raised."""

    def assignable(self, place: Place) -> tuple[Actor, ...]:
        """People who can be given a ticket there, our own account left out; fifty at most."""

    def account_now(self, account: str, known_id: str) -> AccountNow:
        """An account as it is today: by `known_id`, where its lasting id was told before, else by what it is called
        (one request, a second where another has the name). Nobody there is an answer, and no error."""

    def key_named(self, text: str) -> str:
        """The key of the ticket that a whole key or an address in the browser names here; empty where there can be
        none. Asks nobody, so there need not be such a ticket."""

    # --- reading -----------------------------------------------------------------------------

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        """The whole ticket as it is now: fields, comments, history, markers. `ref` of the answer is the
        present address, which differs when the ticket moved. Raises Gone."""

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        """Several whole tickets, by the address that they were asked for, in as few requests as the tracker allows; for
        one that cannot be read, why. A few dozens at most. Where they have to be asked for one by one, the first few
        are answered and the rest is left out: whoever asks may have to look at a lease before it asks on. Raises
        Temporary: then nothing is known of any."""

    def changed(self, place: Place, cursor: str) -> Changes:
        """Tickets changed since the cursor ("" = from now on). One request when nothing changed."""

    def changed_in(self, cursors: Mapping[Place, str]) -> dict[Place, Changes | TrackerError]:
        """The same for several places, each with its cursor, in as few requests as the tracker allows; for a place that
        cannot be asked, why. Raises Temporary where the tracker asks for patience."""

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        """All tickets there that carry the label, open and closed, not relying on a lagging search alone."""

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        """Whether that account may write there (triage or more; Jira: edit issues)."""

    # --- writing -----------------------------------------------------------------------------

    def bookmark(self, place: Place) -> str:
        """A point from which `find_opened` need look; taken before a ticket is opened. May be free."""

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        """Open a ticket, its marker in it; without those wishes of the draft, and without the assignee, that are
        refused. Raises Refused where it cannot have the draft's level: it is never opened for more readers."""

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        """Say something; the comment's id. `readers` are those of a comment that is answered (`rules.facts.Comment`):
        nobody else reads the answer. Raises Refused where that cannot be."""

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        """Change our own comment in place, as silently as the tracker allows; `readers` are those that it has. Raises
        Gone."""

    def edits_silently(self, ref: TicketRef) -> bool:
        """Whether nobody is told when our comments there are edited, as far as is known. Asks nobody."""

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        """Take our own doubled comment out of sight. Fine when it is gone already."""

    def add_label(self, ref: TicketRef, label: str) -> None:
        """Put a label on, creating it where the tracker wants that. Fine when it is there."""

    def assign(self, ref: TicketRef, account: str) -> None:
        """Make that account an assignee."""

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        """Write the tracker's own due date, or clear it. Raises Refused where tickets have none
        (`rules.facts.Ticket.has_due_field`)."""

    def link(self, ref: TicketRef, link: Link) -> bool:
        """Link `ref` to another ticket. Sending it again changes nothing. False where nothing had to be written: the
        link stood already, or a text says it there."""

    def close_twin(self, ref: TicketRef, original: TicketRef) -> None:
        """Close our own doubled ticket as a duplicate: first the label `aftermath-duplicate`, then closed."""

    def write_file(self, place: Place, path: str, body: str, marker: Marker, why: str) -> None:
        """Make a text file in a repository, `why` being what its history says. What is there is never changed: fine
        where it is ours, else Refused; Refused too where the tracker has no files."""

    # --- reading back ------------------------------------------------------------------------

    def find_file(self, place: Place, path: str) -> FoundFile | None:
        """What stands at a path, or was removed there; None where nothing ever stood. Refused where the tracker has
        no files."""

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        """Tickets there with that marker key, opened after the bookmark, by listing or key range, not search."""

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        """Ids of our comments with that marker key, oldest first, by listing."""

    # --- deliveries --------------------------------------------------------------------------

    def parse_delivery(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        """Verify over the raw body, then parse. None for an event that means nothing to us. `path_secret` is what the
        address that was called ends in: it stands for a signature where a tracker cannot sign, and nowhere else.
        Raises Denied on a wrong or missing signature or secret, Refused (400) on garbage."""

    def failed_deliveries(self, place: Place, path: str, since: dt.datetime) -> tuple[FailedDelivery, ...]:
        """What the place's webhooks to `path` (`/webhooks/github`) tried since then and did not bring, oldest first;
        one request for each hook while nothing happens. Nothing where a tracker keeps no log of them, or shows it to
        others only."""

    def redeliver(self, place: Place, failed: FailedDelivery) -> None:
        """Ask for one of those again. Raises Refused where the tracker does not have it any more."""


#: Our label on a ticket that turned up a second time and was closed.
TWIN_LABEL = "aftermath-duplicate"
