"""One tracker: tickets are opened and locked here; the siblings beside it change what is in them.

Every change is stamped with who did it, writes history, moves `updated_at` and tells the listeners
(webhooks). It is atomic: it raises before it changes anything.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from connectors.sandbox.world.comments import Comments
from connectors.sandbox.world.connections import Connections
from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.fields import Fields
from connectors.sandbox.world.files import Files
from connectors.sandbox.world.moving import Moving
from connectors.sandbox.world.ticket import TicketState


class Site(Comments, Fields, Connections, Files, Moving):
    """One tracker's whole state, and all that can be done to it. `kind` is "github" or "jira"."""

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
        ticket_type: str = "",
        properties: dict[str, Any] | None = None,
        level: str = "",
        priority: str = "",
        parent_uid: int | None = None,
        values: dict[str, Any] | None = None,
    ) -> TicketState:
        """A new ticket. Raises WorldError: missing, denied, invalid (type, assignee), gone (issues off, archived)."""
        ticket_type = ticket_type or ("Task" if self.kind == "jira" else "")
        with self.lock:
            place = self._writable(actor, container, "read")
            self._known_assignees(assignees)
            if self.kind == "jira" and ticket_type not in (*place.ticket_types, *place.sub_task_types):
                raise WorldError("invalid", f"the project has no issue type {ticket_type!r}")
            if level and level not in place.levels:
                raise WorldError("invalid", f"there is no security level {level!r}")
            place.last_number += 1
            at = self.now()
            ticket = TicketState(
                uid=self._new_id(),
                container=container,
                number=place.last_number,
                key=self._key(container, place.last_number),
                title=title,
                body=body,
                reporter=actor,
                created_at=at,
                updated_at=at,
                due_on=due_on,
                ticket_type=ticket_type,
                properties=dict(properties or {}),
                level=level or place.default_level,
                priority=priority,
                parent_uid=parent_uid,
                values=dict(values or {}),
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

    def lock_ticket(self, actor: str, key: str, is_locked: bool) -> None:
        with self.lock:
            ticket = self._changeable(actor, key, "triage", even_locked=True)
            ticket.is_locked = is_locked
            self._happened(ticket, actor, "locked", new=str(is_locked).lower())
