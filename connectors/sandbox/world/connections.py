"""What a ticket is joined to: links, remote links, sub-issues, and the commits that name it."""

from __future__ import annotations

from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.record import SiteRecord
from connectors.sandbox.world.ticket import LinkState, TicketState


class Connections(SiteRecord):
    """The links of a site's tickets."""

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

    def blockers(self, ticket: TicketState) -> list[int]:
        """Uids of the tickets that it waits for."""
        return [int(link.target) for link in ticket.links if link.kind == "blocked-by"]

    def add_blocker(self, actor: str, key: str, uid: int) -> TicketState:
        """GitHub's dependency: the ticket waits for another one."""
        with self.lock:
            blocked = self._changeable(actor, key, "triage")
            blocked.links.append(LinkState(self._new_id(), "blocked-by", str(uid)))
            blocked.updated_at = self.now()
            return blocked

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
