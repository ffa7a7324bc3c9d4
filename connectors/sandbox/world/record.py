"""What a site holds, and the way of every change to it: may this be done, write it down, tell the listeners.

Looking is for everybody. Changing is not done here: the siblings beside it do, each for one part of a
ticket, and `Site` is all of them together.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from connectors.sandbox.world.account import Account
from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.happening import Happening, Listener, PlaceHappening, PlaceListener
from connectors.sandbox.world.organisation import OrganisationState
from connectors.sandbox.world.place import PlaceState
from connectors.sandbox.world.ticket import CommentState, HistoryEntry, TicketState

_RANKS = {"none": 0, "read": 1, "triage": 2, "write": 3, "admin": 4}


class SiteRecord:
    """One tracker's whole state. `kind` is "github" or "jira", `edition` how that is run: "cloud", or "data-center",
    where texts are wiki markup. Thread-safe: one lock a site."""

    def __init__(self, name: str, kind: str, now: Callable[[], dt.datetime]) -> None:
        self.name = name
        self.kind = kind
        self.edition = "cloud"
        self.now = now
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.places: dict[str, PlaceState] = {}
        #: GitHub's, by the owner's name.
        self.organisations: dict[str, OrganisationState] = {}
        self.tickets: dict[int, TicketState] = {}
        #: Every address that leads to a ticket, former ones too.
        self.by_key: dict[str, int] = {}
        self.deleted: set[str] = set()
        #: Numbers of places by the names that they had before.
        self.former_places: dict[str, int] = {}
        self.listeners: list[Listener] = []
        self.place_listeners: list[PlaceListener] = []
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

    def is_of_level(self, account: str, ticket: TicketState) -> bool:
        """Whether a ticket's security level, where it has one, lets the account read it."""
        return not ticket.level or account in self._place(ticket.container).levels.get(ticket.level, ())

    # --- for those who change it --------------------------------------------------------------

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
        if ticket.is_archived:
            raise WorldError("denied", "The work item is archived and cannot be changed.")
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

    def _told_of_place(self, container: str, actor: str, what: str, old: str = "", new: str = "") -> None:
        happening = PlaceHappening(self.name, what, container, actor, old, new)
        for listener in self.place_listeners:
            listener(happening)

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
