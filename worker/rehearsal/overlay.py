"""A tracker as it stands now, on which everything that is written stays here.

What is not known is asked of the tracker behind, and never asked again: the world outside stands still while a
rehearsal lets weeks pass. Ids, markers and histories are those of the tracker itself, so that what was said before is
known to have been said. Nothing is ever written to the tracker behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from connectors.errors import Gone, Refused
from connectors.tracker import TWIN_LABEL, Draft, Found, FoundFile, Link, Tracker
from rules.facts import (
    Actor,
    Change,
    ChangeKind,
    Comment,
    Level,
    Marker,
    Resolution,
    Status,
    Ticket,
    TicketLink,
)
from rules.labels import has_label
from rules.refs import Place, TicketRef, place_of
from worker.rehearsal.read_once import ReadOnce

#: Tickets that are opened here have numbers from there on: no tracker has so many.
NUMBERS_FROM = 1_000_000


class Overlay(ReadOnce):
    """The `Tracker` that it is given, frozen. `address` says where a browser would show a ticket of that key; `kind` is
    `github` or `jira`."""

    def __init__(
        self, behind: Tracker, kind: str, now: Callable[[], dt.datetime], address: Callable[[str], str]
    ) -> None:
        super().__init__(behind, now)
        self.opened: list[TicketRef] = []
        self._kind = kind
        self._address = address
        self._files: dict[tuple[Place, str], FoundFile] = {}
        self._written = 0

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        # On a ticket that is not there yet nobody speaks.
        return ref not in self.opened and super().has_rights(ref, account)

    # --- written here ---------------------------------------------------------------------------

    def bookmark(self, place: Place) -> str:
        return str(len(self.opened))

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        number = NUMBERS_FROM + len(self.opened) + 1
        container, now = draft.place.container, self._now()
        ref = TicketRef(self.name, f"{container}{'#' if self._kind == 'github' else '-'}{number}")
        has_due_field = self._has_due_field(draft.place)
        ticket = Ticket(
            ref=ref,
            uid=str(number),
            url=self._address(ref.key),
            title=" ".join(draft.title.split()),
            body=draft.body,
            status=Status.NEW,
            reporter=self._us,
            created_at=now,
            updated_at=now,
            due_on=draft.due_on if has_due_field else None,
            marker=marker,
            audience=Level(draft.place, draft.level) if draft.level else self.audience(draft.place),
            has_due_field=has_due_field,
        )
        self.opened.append(ref)
        self._present[ref] = ref
        self._tickets[ref] = replace(ticket, changes=(self._change(ChangeKind.OPENED),))
        for label in draft.labels:
            self._label(ref, label)
        if draft.assignee:
            self._give(ref, draft.assignee)
        return Found(ref, ticket.uid, now, draft.labels, marker)

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        comment = Comment(self._new_id(), self._now(), self._us, body, None, marker, readers)
        ticket = self.fetch_ticket(ref)
        self._put(replace(ticket, comments=(*ticket.comments, comment)))
        return comment.id

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        ticket = self.fetch_ticket(ref)
        if comment_id not in [one.id for one in ticket.comments]:
            raise Gone(f"the comment {comment_id} is not on {ref.key}", status=404)

        def edited(comment: Comment) -> Comment:
            at = self._now() if self._now() != comment.at else None  # within a second no tracker tells it
            return replace(comment, body=body, marker=marker, readers=readers, edited_at=at)

        comments = (edited(one) if one.id == comment_id else one for one in ticket.comments)
        self._put(replace(ticket, comments=tuple(comments)))

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        ticket = self.fetch_ticket(ref)
        self._put(replace(ticket, comments=tuple(one for one in ticket.comments if one.id != comment_id)))

    def add_label(self, ref: TicketRef, label: str) -> None:
        self._label(ref, label)

    def assign(self, ref: TicketRef, account: str) -> None:
        self._give(ref, account)

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        ticket = self.fetch_ticket(ref)
        if not ticket.has_due_field:
            raise Refused(f"{ref.key} has no due date", status=422)
        if ticket.due_on != due_on:
            change = self._change(ChangeKind.DUE, old=str(ticket.due_on or ""), new=str(due_on or ""))
            self._put(replace(ticket, due_on=due_on), change)

    def link(self, ref: TicketRef, link: Link) -> bool:
        ticket, is_below = self.fetch_ticket(ref), link.relation == "sub-issue"
        target = link.target.key if link.target.tracker == self.name else link.url
        if any(one.target == target for one in ticket.links) or (self._kind == "github" and not is_below):
            return False
        self._put(replace(ticket, links=(*ticket.links, TicketLink(target, link.relation, link.title))))
        if link.target in self._present and is_below:
            child = self._known(link.target)
            self._put(replace(child, links=(*child.links, TicketLink(ref.key, "parent"))))
        return True

    def close_twin(self, ref: TicketRef, original: TicketRef) -> None:
        self._label(ref, TWIN_LABEL)
        ticket = self.fetch_ticket(ref)
        closed = replace(ticket, status=Status.DONE, resolution=Resolution.DUPLICATE, closed_at=self._now())
        self._put(closed, self._change(ChangeKind.CLOSED))

    def write_file(self, place: Place, path: str, body: str, marker: Marker, why: str) -> None:
        self._files[place, path] = FoundFile(marker)

    # --- reading back ---------------------------------------------------------------------------

    def find_file(self, place: Place, path: str) -> FoundFile | None:
        if written := self._files.get((place, path)):
            return written
        return self._once(("file", place, path), lambda: self._behind.find_file(place, path))

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        return self._once(("opened", place, key), lambda: self._behind.find_opened(place, key, bookmark))

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        return tuple(one.id for one in self.fetch_ticket(ref).comments if one.marker and one.marker.key == key)

    # --- inside ---------------------------------------------------------------------------------

    def _label(self, ref: TicketRef, label: str) -> None:
        ticket = self.fetch_ticket(ref)
        if not has_label(ticket.labels, label):
            self._put(replace(ticket, labels=(*ticket.labels, label)), self._change(ChangeKind.LABELLED, new=label))

    def _give(self, ref: TicketRef, account: str) -> None:
        ticket = self.fetch_ticket(ref)
        if account not in [one.account for one in ticket.assignees]:
            before = () if self._kind == "jira" else ticket.assignees  # Jira's tickets have one
            owned = replace(ticket, assignees=(*before, Actor(account, self._name_of(account))))
            self._put(owned, self._change(ChangeKind.ASSIGNED, new=account))

    def _put(self, ticket: Ticket, *changes: Change) -> None:
        now = self._now()
        self._tickets[ticket.ref] = replace(ticket, changes=(*ticket.changes, *changes), updated_at=now)

    def _change(self, kind: ChangeKind, old: str = "", new: str = "") -> Change:
        return Change(self._new_id(), self._now(), self._us, kind, old, new)

    def _new_id(self) -> str:
        self._written += 1
        return f"rehearsed-{self._written}"

    def _name_of(self, account: str) -> str:
        """How somebody is called on the tickets that are known."""
        actors = (
            one
            for ticket in self._tickets.values()
            for one in (ticket.reporter, *ticket.assignees, *(comment.author for comment in ticket.comments))
        )
        return next((one.name for one in actors if one.account == account), account)

    def _has_due_field(self, place: Place) -> bool:
        there = [ticket.has_due_field for ticket in self._tickets.values() if place_of(ticket.ref) == place]
        return any(there) or (not there and self._kind == "jira")
