"""Links between issues of one server: sub-issues, and what blocks what. Other links stand in texts and need no request.

Sending one again changes nothing. A server that knows no such links answers as if one of the issues were gone, so both
are looked for before that is believed.

https://docs.github.com/en/rest/issues/sub-issues
https://docs.github.com/en/rest/issues/issue-dependencies
"""

from __future__ import annotations

from connectors.errors import Gone, Refused
from connectors.github.addresses import container_of, issue_path, key_of
from connectors.github.answers import unexpected
from connectors.github.client import GitHubClient
from connectors.github.understood import understood
from connectors.tracker import Link
from rules.refs import TicketRef

#: The relation under which a target becomes a sub-issue of the ticket.
SUB_ISSUE = "sub-issue"
#: The relation under which the target waits for the ticket.
BLOCKS = "blocks"


class Linking:
    """Makes links."""

    def __init__(self, client: GitHubClient) -> None:
        self._client = client

    def link(self, ref: TicketRef, link: Link) -> bool:
        """Make the target a sub-issue of `ref`, or note that `ref` blocks it. Nothing is sent for another relation, nor
        for issues across owners, between whom GitHub has no sub-issues; and nothing is made on a server that has none
        (Enterprise Server before 3.17). Whether it was made now."""
        is_here = link.target.tracker == ref.tracker
        if link.relation == SUB_ISSUE and is_here and _owner(link.target) == _owner(ref):
            return self._add_sub_issue(ref, link)
        if link.relation == BLOCKS and is_here:
            return self._add_blocker(ref, link)
        return False

    def _add_sub_issue(self, ref: TicketRef, link: Link) -> bool:
        """https://docs.github.com/en/rest/issues/sub-issues#add-sub-issue"""
        if not link.target_uid.isdecimal():
            raise Refused(f"{link.target_uid!r} is no issue's id on GitHub.")
        body = {"sub_issue_id": int(link.target_uid)}
        try:
            self._post(f"{issue_path(ref)}/sub_issues", body)
        except Gone:
            # A server without sub-issues answers so, too: taken at its word, a ticket that is there would be gone.
            if not self._are_there(ref, link):
                raise
            return False
        except Refused as refused:
            if refused.status != 422 or not self._is_parent(ref, link.target):
                raise
            return False
        return True

    def _add_blocker(self, ref: TicketRef, link: Link) -> bool:
        """The target is the issue that is blocked, and it is there that GitHub notes it, by the blocker's id.
        https://docs.github.com/en/rest/issues/issue-dependencies#add-a-dependency-an-issue-is-blocked-by"""
        told, _ = self._client.read_object(issue_path(ref))
        with understood(ref.key):
            blocker = int(told["id"])
        path = f"{issue_path(link.target)}/dependencies/blocked_by"
        try:
            self._post(path, {"issue_id": blocker})
        except Gone:
            if not self._are_there(ref, link):
                raise
            return False
        except Refused as refused:
            if refused.status != 422 or not self._is_blocked(path, blocker):
                raise
            return False
        return True

    def _post(self, path: str, body: dict[str, int]) -> None:
        answer = self._client.write("POST", path, body)
        if not isinstance(answer.data, dict) or not isinstance(answer.data.get("id"), int):
            raise unexpected(answer)

    def _are_there(self, ref: TicketRef, link: Link) -> bool:
        """Whether both ends of a link are where they are said to be, the target with the id that it was linked by.
        https://docs.github.com/en/rest/issues/issues#get-an-issue"""
        try:
            self._client.read_object(issue_path(ref))
            child, _ = self._client.read_object(issue_path(link.target))
        except Gone:
            return False
        return str(child.get("id")) == link.target_uid

    def _is_parent(self, ref: TicketRef, child: TicketRef) -> bool:
        """Whether `ref` is the child's parent. https://docs.github.com/en/rest/issues/sub-issues#get-parent-issue"""
        try:
            parent, _ = self._client.read_object(f"{issue_path(child)}/parent")
            return key_of(parent).casefold() == ref.key.casefold()
        except (Gone, ValueError):
            return False

    def _is_blocked(self, path: str, blocker: int) -> bool:
        """https://docs.github.com/en/rest/issues/issue-dependencies#list-dependencies-an-issue-is-blocked-by"""
        return any(shown.get("id") == blocker for shown in self._client.read_pages(path))


def _owner(ref: TicketRef) -> str:
    return container_of(ref).partition("/")[0].casefold()
