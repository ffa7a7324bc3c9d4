"""Comments, as people and bots write, edit and delete them."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.record import SiteRecord
from connectors.sandbox.world.ticket import CommentState


class Comments(SiteRecord):
    """The comments of a site's tickets."""

    def comment_on(
        self,
        actor: str,
        key: str,
        body: Any,
        *,
        properties: dict[str, Any] | None = None,
        is_internal: bool = False,
        visibility: dict[str, str] | None = None,
    ) -> CommentState:
        with self.lock:
            ticket = self._changeable(actor, key, "read")
            if ticket.container in self.accounts[actor].silent_in:
                raise WorldError("denied", "You do not have the permission to comment on this issue.")
            at = self.now()
            comment = CommentState(self._new_id(), actor, body, at, at, dict(properties or {}), is_internal, visibility)
            ticket.comments.append(comment)
            ticket.updated_at = at
            self._tell(ticket, actor, "comment-created", comment=comment)
            return comment

    def edit_comment(
        self,
        actor: str,
        comment_id: int,
        body: Any,
        *,
        properties: dict[str, Any] | None = None,
        visibility: dict[str, str] | None = None,
    ) -> CommentState:
        """A new body. Whoever names no visibility opens the comment to everybody who reads the ticket."""
        with self.lock:
            ticket, comment = self.comment(comment_id)
            self._changeable(actor, ticket.key, "read" if actor == comment.author else "write")
            comment.body, comment.visibility = body, visibility
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
