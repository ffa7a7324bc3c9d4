"""What happens to tickets, places and accounts under everybody's feet: moved, renamed, converted, archived, deleted.

A move within a Jira site keeps the ticket's id and changes its key; a transfer on GitHub makes another issue of it,
with another id. The former address goes on leading there in both.
"""

from __future__ import annotations

from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.place import PlaceState
from connectors.sandbox.world.record import SiteRecord
from connectors.sandbox.world.ticket import TicketState


class Moving(SiteRecord):
    """A site whose parts are called otherwise tomorrow."""

    def move_ticket(self, actor: str, key: str, container: str) -> TicketState:
        """Bring a ticket to another place of the site. Raises WorldError: missing, denied, gone, invalid."""
        with self.lock:
            ticket = self._changeable(actor, key, "write")
            target = self._writable(actor, container, "write")
            if container == ticket.container:
                raise WorldError("invalid", "it is there already")
            old = ticket.key
            target.last_number += 1
            ticket.container, ticket.number = container, target.last_number
            ticket.key = self._key(container, target.last_number)
            if self.kind == "github":
                self._become_another(ticket)
                # Labels that the other repository does not know are left behind, as GitHub leaves them.
                ticket.labels = [label for label in ticket.labels if label in target.labels]
            self.by_key[ticket.key] = ticket.uid
            self._happened(ticket, actor, "moved", old=old, new=ticket.key)
            return ticket

    def convert_ticket(self, actor: str, key: str, ticket_type: str, parent: str = "") -> TicketState:
        """Make a ticket one of another type (Jira), below a parent where it becomes a sub-task."""
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            place = self._place(ticket.container)
            if ticket_type not in place.ticket_types:
                place.ticket_types = (*place.ticket_types, ticket_type)
            old, ticket.ticket_type = ticket.ticket_type, ticket_type
            ticket.parent_uid = self.ticket(parent).uid if parent else None
            self._happened(ticket, actor, "issuetype", old=old, new=ticket_type)
            return ticket

    def archive_ticket(self, key: str, is_archived: bool = True) -> None:
        """Put a ticket into the archive (Jira), or take it out: it can be read there, not found, and not changed."""
        with self.lock:
            self.ticket(key).is_archived = is_archived

    def delete_ticket(self, key: str) -> None:
        """Take a ticket away for good; GitHub goes on knowing that there was one. To make a discussion of an issue is
        the same to the API of issues."""
        with self.lock:
            ticket = self.ticket(key)
            del self.tickets[ticket.uid]
            for name in [name for name, uid in self.by_key.items() if uid == ticket.uid]:
                del self.by_key[name]
                self.deleted.add(name)

    def rename_place(self, container: str, name: str) -> PlaceState:
        """Another name for a repository (an owner's too: a transfer), or another key for a project. What stands there
        keeps its ids, and former addresses lead there."""
        with self.lock:
            place = self._place(container)
            if name in self.places:
                raise WorldError("invalid", f"there is a {name} already")
            self.places[name] = self.places.pop(container)
            place.container = name
            self.former_places[container] = place.number
            for account in self.accounts.values():
                if container in account.rights:
                    account.rights[name] = account.rights.pop(container)
            for ticket in self.tickets.values():
                if ticket.container == container:
                    ticket.container, ticket.key = name, self._key(name, ticket.number)
                    self.by_key[ticket.key] = ticket.uid
            return place

    def rename_account(self, old: str, new: str) -> None:
        """Another login for somebody (GitHub, Jira Data Center): their number stays, and everything they did is shown
        under the new one. The old one is nobody's from then on."""
        with self.lock:
            person = self.accounts.pop(old)
            self.accounts[new] = person
            person.account = new
            for ticket in self.tickets.values():
                self._rename_on(ticket, old, new)

    @staticmethod
    def _rename_on(ticket: TicketState, old: str, new: str) -> None:
        ticket.reporter = new if ticket.reporter == old else ticket.reporter
        ticket.assignees = [new if account == old else account for account in ticket.assignees]
        for comment in ticket.comments:
            comment.author = new if comment.author == old else comment.author
        for entry in ticket.history:
            entry.actor = new if entry.actor == old else entry.actor
            if entry.kind in ("assigned", "unassigned"):
                entry.old, entry.new = (new if account == old else account for account in (entry.old, entry.new))

    def _become_another(self, ticket: TicketState) -> None:
        former = ticket.uid
        del self.tickets[former]
        ticket.uid = self._new_id()
        self.tickets[ticket.uid] = ticket
        for name in [name for name, uid in self.by_key.items() if uid == former]:
            self.by_key[name] = ticket.uid
        for other in self.tickets.values():
            other.parent_uid = ticket.uid if other.parent_uid == former else other.parent_uid

    def _key(self, container: str, number: int) -> str:
        return f"{container}{'#' if self.kind == 'github' else '-'}{number}"
