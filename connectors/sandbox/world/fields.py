"""What stands in a ticket's fields, each changed with its line of history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.record import SiteRecord
from connectors.sandbox.world.ticket import TicketState


class Fields(SiteRecord):
    """The fields of a site's tickets."""

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

    def rename_label(self, actor: str, container: str, old: str, new: str) -> None:
        """Give a label of a place another name, on all its tickets. As on GitHub no ticket changes by it: no history,
        no new `updated_at`; an empty name takes it away."""
        with self.lock:
            place = self._writable(actor, container, "write")
            color = place.labels.pop(old, None)
            if color is None:
                raise WorldError("missing", "Label does not exist")
            if new:
                place.labels[new] = color
            for ticket in self.in_place(container):
                if old in ticket.labels:
                    ticket.labels[:] = [new if one == old else one for one in ticket.labels if one != old or new]
            self._told_of_place(container, actor, "label-renamed" if new else "label-deleted", old, new)

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

    def set_level(self, actor: str, key: str, level: str) -> TicketState:
        """Let a security level's few alone read the ticket (Jira), or with an empty one everybody who reads its place.
        Raises WorldError: invalid, for a level that the place's scheme does not have."""
        with self.lock:
            ticket = self._changeable(actor, key, "write")
            if level and level not in self._place(ticket.container).levels:
                raise WorldError("invalid", f"the project has no security level {level!r}")
            if ticket.level != level:
                old, ticket.level = ticket.level, level
                self._happened(ticket, actor, "level", old=old, new=level)
            return ticket

    def set_priority(self, actor: str, key: str, priority: str) -> TicketState:
        """Give the ticket one of its project's priorities (Jira)."""
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            old, ticket.priority = ticket.priority, priority
            if old != priority:
                self._happened(ticket, actor, "priority", old=old, new=priority)
            return ticket

    def set_value(self, actor: str, key: str, field_id: str, value: Any) -> TicketState:
        """Put a value into a field that the site or the organisation made for itself, or take it out with None."""
        with self.lock:
            ticket = self._changeable(actor, key, "triage")
            if value is None:
                ticket.values.pop(field_id, None)
            else:
                ticket.values[field_id] = value
            ticket.updated_at = self.now()
            return ticket

    def set_property(self, actor: str, key: str, name: str, value: Any) -> None:
        """An entity property (Jira): no history, no webhook, no new `updated_at`."""
        with self.lock:
            self._changeable(actor, key, "triage").properties[name] = value
