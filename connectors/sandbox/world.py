"""The trackers' state in one plain model: people, places, tickets, comments, history, links.

The same world stands behind the HTTP sandbox and behind the in-memory tracker of the simulator. It
knows no HTTP and no vendor's JSON; it reads time from the clock it is given. Bodies are opaque: a
string for GitHub, an ADF document for Jira over HTTP, Markdown in the simulator.

Every mutation goes through `Site`, is stamped with who did it, writes history, moves `updated_at` and
tells the listeners (webhooks). It is atomic: it raises before it changes anything.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class WorldError(Exception):
    """A request that the tracker would refuse. `reason` is one of the words below."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason  # "missing" | "denied" | "invalid" | "gone" | "locked"


@dataclass(slots=True)
class Account:
    """Somebody on a site. `rights` per place: "none" | "read" | "triage" | "write" | "admin"."""

    account: str
    name: str
    is_bot: bool = False
    number: int = 0
    rights: dict[str, str] = field(default_factory=dict)
    default_rights: str = "write"
    is_active: bool = True


@dataclass(slots=True)
class PlaceState:
    """A repository or project. `statuses` (name to category) and `link_types` matter for Jira only."""

    container: str
    number: int
    is_public: bool = False
    is_archived: bool = False
    has_issues: bool = True
    labels: dict[str, str] = field(default_factory=dict)
    ticket_types: tuple[str, ...] = ("Task", "Bug")
    statuses: dict[str, str] = field(
        default_factory=lambda: {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
    )
    last_number: int = 0


@dataclass(slots=True)
class HistoryEntry:
    """`kind`: opened, labelled, unlabelled, assigned, unassigned, status, closed, reopened, due, described,
    renamed, referenced, linked, locked, moved. `old` and `new` are plain text."""

    id: int
    at: dt.datetime
    actor: str
    kind: str
    old: str = ""
    new: str = ""


@dataclass(slots=True)
class CommentState:
    id: int
    author: str
    body: Any
    created_at: dt.datetime
    updated_at: dt.datetime
    properties: dict[str, Any] = field(default_factory=dict)
    is_internal: bool = False


@dataclass(slots=True)
class LinkState:
    """`kind`: "issue" (Jira issue link), "remote" (Jira remote link), "sub" (GitHub sub-issue; target is a uid)."""

    id: int
    kind: str
    target: str
    relation: str = ""
    global_id: str = ""
    title: str = ""


@dataclass(slots=True)
class TicketState:
    """`status` is a workflow name, `category` new, indeterminate or done; `resolution` as in GitHub's
    state_reason (completed, not_planned, duplicate) or empty."""

    uid: int
    container: str
    number: int
    key: str
    title: str
    body: Any
    reporter: str
    created_at: dt.datetime
    updated_at: dt.datetime
    status: str = "To Do"
    category: str = "new"
    resolution: str = ""
    closed_at: dt.datetime | None = None
    due_on: dt.date | None = None
    ticket_type: str = "Task"
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[CommentState] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    links: list[LinkState] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    parent_uid: int | None = None
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """What listeners are told, in order. `what` is the history kind, or comment-created, -edited, -deleted."""

    site: str
    what: str
    ticket: TicketState
    actor: str
    at: dt.datetime
    comment: CommentState | None = None
    entry: HistoryEntry | None = None


Listener = Callable[[Happening], None]

_RANKS = {"none": 0, "read": 1, "triage": 2, "write": 3, "admin": 4}


class Site:
    """One tracker's whole state. `kind` is "github" or "jira". Thread-safe: one lock a site."""

    def __init__(self, name: str, kind: str, now: Callable[[], dt.datetime]) -> None:
        self.name = name
        self.kind = kind
        self.now = now
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.places: dict[str, PlaceState] = {}
        self.tickets: dict[int, TicketState] = {}
        self.by_key: dict[str, int] = {}
        self.listeners: list[Listener] = []
        self._last_id = 10_000

    # --- setting up ---------------------------------------------------------------------------

    def add_account(self, account: str, name: str = "", **more: Any) -> Account:
        self.accounts[account] = Account(account, name or account, number=self._new_id(), **more)
        return self.accounts[account]

    def add_place(self, container: str, **more: Any) -> PlaceState:
        self.places[container] = PlaceState(container, number=self._new_id(), **more)
        return self.places[container]

    # --- looking ------------------------------------------------------------------------------

    def ticket(self, key: str) -> TicketState:
        uid = self.by_key.get(key)
        if uid is None:
            raise WorldError("missing", f"{key} does not exist")
        return self.tickets[uid]

    def ticket_by_uid(self, uid: int) -> TicketState:
        if uid not in self.tickets:
            raise WorldError("missing", f"no ticket has the id {uid}")
        return self.tickets[uid]

    def comment(self, comment_id: int) -> tuple[TicketState, CommentState]:
        for ticket in self.tickets.values():
            for comment in ticket.comments:
                if comment.id == comment_id:
                    return ticket, comment
        raise WorldError("missing", f"comment {comment_id} does not exist")

    def in_place(self, container: str) -> list[TicketState]:
        """Tickets of a place, oldest first."""
        self._place(container)
        return sorted((t for t in self.tickets.values() if t.container == container), key=lambda t: t.number)

    def rights(self, account: str, container: str) -> str:
        person = self.accounts.get(account)
        if person is None or not person.is_active:
            return "none"
        return person.rights.get(container, person.default_rights)

    def may(self, account: str, container: str, needed: str) -> bool:
        return _RANKS[self.rights(account, container)] >= _RANKS[needed]

    # --- changing -----------------------------------------------------------------------------

    def open_ticket(
        self,
        actor: str,
        container: str,
        title: str,
        body: Any = "",
        *,
        labels: tuple[str, ...] = (),
        assignees: tuple[str, ...] = (),
        due_on: dt.date | None = None,
        ticket_type: str = "Task",
        properties: dict[str, Any] | None = None,
    ) -> TicketState:
        """A new ticket. Raises WorldError: missing, denied, invalid (type, assignee), gone (issues off, archived)."""
        with self.lock:
            place = self._writable(actor, container, "read")
            self._known_assignees(assignees)
            if self.kind == "jira" and ticket_type not in place.ticket_types:
                raise WorldError("invalid", f"the project has no issue type {ticket_type!r}")
            place.last_number += 1
            joint = "#" if self.kind == "github" else "-"
            at = self.now()
            ticket = TicketState(
                uid=self._new_id(),
                container=container,
                number=place.last_number,
                key=f"{container}{joint}{place.last_number}",
                title=title,
                body=body,
                reporter=actor,
                created_at=at,
                updated_at=at,
                due_on=due_on,
                ticket_type=ticket_type,
                properties=dict(properties or {}),
            )
            self.tickets[ticket.uid] = ticket
            self.by_key[ticket.key] = ticket.uid
            self._happened(ticket, actor, "opened")
            for label in labels:
                self._put_label(ticket, actor, label)
            for account in assignees:
                ticket.assignees.append(account)
                self._happened(ticket, actor, "assigned", new=account)
            return ticket

    def comment_on(
        self, actor: str, key: str, body: Any, *, properties: dict[str, Any] | None = None, is_internal: bool = False
    ) -> CommentState:
        with self.lock:
            ticket = self._changeable(actor, key, "read")
            at = self.now()
            comment = CommentState(self._new_id(), actor, body, at, at, dict(properties or {}), is_internal)
            ticket.comments.append(comment)
            ticket.updated_at = at
            self._tell(ticket, actor, "comment-created", comment=comment)
            return comment

    def edit_comment(
        self, actor: str, comment_id: int, body: Any, *, properties: dict[str, Any] | None = None
    ) -> CommentState:
        with self.lock:
            ticket, comment = self.comment(comment_id)
            self._changeable(actor, ticket.key, "read" if actor == comment.author else "write")
            comment.body = body
            comment.properties.update(properties or {})
            comment.updated_at = ticket.updated_at = self.now()
            self._tell(ticket, actor, "comment-edited", comment=comment)
            return comment

    def delete_comment(self, actor: str, comment_id: int) -> None:
        with self.lock:
            ticket, comment = self.comment(comment_id)
            self._changeable(actor, ticket.key, "read" if actor == comment.author else "write")
            ticket.comments.remove(comment)
            ticket.updated_at = self.now()
            self._tell(ticket, actor, "comment-deleted", comment=comment)

    def add_label(self, actor: str, key: str, label: str) -> TicketState:
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            if label not in ticket.labels:
                self._put_label(ticket, actor, label)
            return ticket

    def remove_label(self, actor: str, key: str, label: str) -> TicketState:
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            if label not in ticket.labels:
                raise WorldError("missing", "Label does not exist")
            ticket.labels.remove(label)
            self._happened(ticket, actor, "unlabelled", old=label)
            return ticket

    def assign(self, actor: str, key: str, accounts: tuple[str, ...]) -> TicketState:
        """Make exactly these the assignees."""
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            self._known_assignees(accounts)
            for account in [a for a in ticket.assignees if a not in accounts]:
                ticket.assignees.remove(account)
                self._happened(ticket, actor, "unassigned", old=account)
            for account in [a for a in accounts if a not in ticket.assignees]:
                ticket.assignees.append(account)
                self._happened(ticket, actor, "assigned", new=account)
            return ticket

    def set_status(self, actor: str, key: str, status: str, resolution: str = "") -> TicketState:
        """Move to a workflow status of the place (GitHub: To Do is open, Done is closed). No history when unchanged."""
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            place = self._place(ticket.container)
            if status not in place.statuses:
                raise WorldError("invalid", f"there is no status {status!r}")
            old, ticket_was = ticket.status, ticket.category
            category = place.statuses[status]
            if old == status and ticket.resolution == resolution:
                return ticket
            ticket.status, ticket.category, ticket.resolution = status, category, resolution
            ticket.closed_at = self.now() if category == "done" else None
            if category == "done" and ticket_was != "done":
                kind = "closed"
            elif category != "done" and ticket_was == "done":
                kind = "reopened"
            else:
                kind = "status"
            self._happened(ticket, actor, kind, old=old, new=status)
            return ticket

    def close(self, actor: str, key: str, resolution: str = "completed") -> TicketState:
        return self.set_status(actor, key, "Done", resolution)

    def reopen(self, actor: str, key: str) -> TicketState:
        return self.set_status(actor, key, "To Do")

    def set_due(self, actor: str, key: str, due_on: dt.date | None) -> TicketState:
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            old, ticket.due_on = ticket.due_on, due_on
            if old != due_on:
                self._happened(ticket, actor, "due", old=str(old or ""), new=str(due_on or ""))
            return ticket

    def set_title(self, actor: str, key: str, title: str) -> TicketState:
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            old, ticket.title = ticket.title, title
            if old != title:
                self._happened(ticket, actor, "renamed", old=old, new=title)
            return ticket

    def set_body(self, actor: str, key: str, body: Any) -> TicketState:
        with self.lock:
            ticket = self.ticket(key)
            self._changeable(actor, key, "read" if actor == ticket.reporter else "triage")
            old, ticket.body = ticket.body, body
            if old != body:
                self._happened(ticket, actor, "described", old=str(old)[:200], new=str(body)[:200])
            return ticket

    def set_property(self, actor: str, key: str, name: str, value: Any) -> None:
        """An entity property (Jira): no history, no webhook, no new `updated_at`."""
        with self.lock:
            self._changeable(actor, key, "triage").properties[name] = value

    def reference(self, actor: str, key: str, what: str) -> TicketState:
        """A commit or pull request names the ticket."""
        with self.lock:
            ticket = self.ticket(key)
            self._happened(ticket, actor, "referenced", new=what)
            return ticket

    def add_link(
        self, actor: str, key: str, kind: str, target: str, *, relation: str = "", global_id: str = "", title: str = ""
    ) -> LinkState:
        """Add a link, or update the one of the same kind with the same `global_id` (Jira's rule for remote links)."""
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            for link in ticket.links:
                if link.kind == kind and global_id and link.global_id == global_id:
                    link.target, link.relation, link.title = target, relation, title
                    return link
            link = LinkState(self._new_id(), kind, target, relation, global_id, title)
            ticket.links.append(link)
            self._happened(ticket, actor, "linked", new=target)
            return link

    def add_sub_issue(self, actor: str, key: str, child_uid: int) -> TicketState:
        """GitHub's sub-issue. Raises WorldError invalid when the child has a parent already."""
        with self.lock:
            parent = self._changeable(actor, key, "triage")
            child = self.ticket_by_uid(child_uid)
            if child.parent_uid is not None:
                raise WorldError("invalid", "Sub issue may only have one parent")
            child.parent_uid = parent.uid
            child.updated_at = self.now()
            self._happened(parent, actor, "linked", new=child.key)
            return parent

    def lock_ticket(self, actor: str, key: str, is_locked: bool) -> None:
        with self.lock:
            ticket = self._changeable(actor, key, "triage", even_locked=True)
            ticket.is_locked = is_locked
            self._happened(ticket, actor, "locked", new=str(is_locked).lower())

    def delete_ticket(self, key: str) -> None:
        with self.lock:
            ticket = self.ticket(key)
            del self.tickets[ticket.uid], self.by_key[key]

    # --- inside -------------------------------------------------------------------------------

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _place(self, container: str) -> PlaceState:
        if container not in self.places:
            raise WorldError("missing", f"{container} does not exist")
        return self.places[container]

    def _writable(self, actor: str, container: str, needed: str) -> PlaceState:
        place = self._place(container)
        if not self.may(actor, container, "read"):
            raise WorldError("missing", f"{container} does not exist")
        if place.is_archived:
            raise WorldError("denied", "Repository was archived so is read-only.")
        if not place.has_issues:
            raise WorldError("gone", "Issues has been disabled in this repository.")
        if not self.may(actor, container, needed):
            raise WorldError("denied", "Must have more rights here.")
        return place

    def _changeable(self, actor: str, key: str, needed: str, *, even_locked: bool = False) -> TicketState:
        ticket = self.ticket(key)
        self._writable(actor, ticket.container, needed)
        if ticket.is_locked and not even_locked and not self.may(actor, ticket.container, "write"):
            raise WorldError("locked", "Unable to create comment because issue is locked.")
        return ticket

    def _known_assignees(self, accounts: tuple[str, ...]) -> None:
        for account in accounts:
            person = self.accounts.get(account)
            if person is None or not person.is_active:
                raise WorldError("invalid", f"{account} cannot be assigned")

    def _put_label(self, ticket: TicketState, actor: str, label: str) -> None:
        self._place(ticket.container).labels.setdefault(label, "ededed")
        ticket.labels.append(label)
        self._happened(ticket, actor, "labelled", new=label)

    def _happened(self, ticket: TicketState, actor: str, kind: str, *, old: str = "", new: str = "") -> None:
        entry = HistoryEntry(self._new_id(), self.now(), actor, kind, old, new)
        ticket.history.append(entry)
        ticket.updated_at = entry.at
        self._tell(ticket, actor, kind, entry=entry)

    def _tell(
        self,
        ticket: TicketState,
        actor: str,
        what: str,
        *,
        comment: CommentState | None = None,
        entry: HistoryEntry | None = None,
    ) -> None:
        happening = Happening(self.name, what, ticket, actor, self.now(), comment, entry)
        for listener in self.listeners:
            listener(happening)


@dataclass(frozen=True, slots=True)
class LetterState:
    """One message that reached somebody privately. `to` is the name of their box."""

    at: dt.datetime
    to: str
    title: str
    body: str


class World:
    """Several sites under one clock, and everybody's private letters beside them."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self.now = now
        self.sites: dict[str, Site] = {}
        self.letters: list[LetterState] = []

    def add_site(self, name: str, kind: str) -> Site:
        self.sites[name] = Site(name, kind, self.now)
        return self.sites[name]
