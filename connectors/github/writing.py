"""Writing: each is one request, sent once, and looked at when the answer is there (P3).

A second request is sent only after a refusal that says for certain that nothing was done. A body is
written when a ticket or comment is made, with its marker in it; a ticket's body is never edited (P12).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.errors import Gone, Refused
from connectors.github.addresses import comment_path, container_of, issue_path, key_of, repository_path
from connectors.github.answers import Answer, minds_field, unexpected
from connectors.github.client import GitHubClient
from connectors.github.edits import Edits
from connectors.github.mentions import with_mentions
from connectors.github.parse import Reader
from connectors.markers import MarkerCodec
from connectors.tracker import TWIN_LABEL, Draft, Found, Link
from rules.facts import Marker
from rules.refs import TicketRef

TITLE_CHARS_MAX = 256
BODY_CHARS_MAX = 65_536
#: The relation under which a target becomes a sub-issue of the ticket; others stand in texts alone.
SUB_ISSUE = "sub-issue"


class Writing:
    """Everything that Aftermath changes on GitHub."""

    def __init__(
        self, client: GitHubClient, codec: MarkerCodec, our_label: str, edits: Edits, reader: Callable[[], Reader]
    ) -> None:
        self._client = client
        self._codec = codec
        self._our_label = our_label
        self._edits = edits
        self._reader = reader

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        """Open an issue. Somebody who cannot be assigned is left out: the ticket matters more. Raises Refused for a
        draft with a security level: everybody who reads a repository reads its issues.
        https://docs.github.com/en/rest/issues/issues#create-an-issue"""
        if draft.level:
            raise Refused("an issue on GitHub has no security level: it would be read by more people", status=422)
        # Our own account is asked for first: after the write there must be nothing left that can fail.
        reader = self._reader()
        path = f"{repository_path(draft.place.container)}/issues"
        body: dict[str, Any] = {
            "title": one_line(draft.title),
            "body": self._text(draft.body, marker),
            "labels": list(dict.fromkeys((self._our_label, *draft.labels))),
        }
        assigned = {**body, "assignees": [draft.assignee]} if draft.assignee else body
        try:
            # A renamed repository is still the one that was meant.
            answer = self._client.write("POST", path, assigned, follows=True)
        except Refused as refused:
            if not (draft.assignee and refused.status == 422 and minds_field(str(refused), "assignee", "assignees")):
                raise
            answer = self._client.write("POST", path, body, follows=True)
        found = _opened(answer, reader)
        self._edits.note_opened(found, answer.data)
        return found

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        """Raises Refused where only some readers are meant: on GitHub everybody who reads an issue reads its comments.
        https://docs.github.com/en/rest/issues/comments#create-an-issue-comment"""
        _for_everybody(readers)
        answer = self._client.write("POST", f"{issue_path(ref)}/comments", {"body": self._text(body, marker)})
        return str(_id_of(answer))

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        """Raises Gone, and Refused as `post_comment` does. GitHub tells nobody of an edit.
        https://docs.github.com/en/rest/issues/comments#update-an-issue-comment"""
        _for_everybody(readers)
        path = comment_path(ref, comment_id)
        _id_of(self._client.write("PATCH", path, {"body": self._text(body, marker)}))

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        """Delete our own doubled comment: the REST API cannot minimise one.
        https://docs.github.com/en/rest/issues/comments#delete-an-issue-comment"""
        try:
            self._client.write("DELETE", comment_path(ref, comment_id))
        except Gone:
            return

    def add_label(self, ref: TicketRef, label: str) -> None:
        """https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue"""
        answer = self._client.write("POST", f"{issue_path(ref)}/labels", {"labels": [label]})
        if not isinstance(answer.data, list):
            raise unexpected(answer)

    def assign(self, ref: TicketRef, account: str) -> None:
        """Raises Refused where GitHub leaves the account out, which it does without a word.
        https://docs.github.com/en/rest/issues/assignees#add-assignees-to-an-issue"""
        answer = self._client.write("POST", f"{issue_path(ref)}/assignees", {"assignees": [account]})
        _id_of(answer)
        assignees = answer.data.get("assignees") or []
        logins = [str(user.get("login", "")).casefold() for user in assignees if isinstance(user, dict)]
        if account.casefold() not in logins:
            raise Refused(f"GitHub does not let {account} be an assignee of {ref.key}.", status=422)

    def link(self, ref: TicketRef, link: Link) -> bool:
        """Make the target a sub-issue of `ref`. Other links stand in texts and need no request here; nor do those
        across owners, between whom GitHub has no sub-issues, and those on a server that has none at all (Enterprise
        Server before 3.17). Whether it was made now.
        https://docs.github.com/en/rest/issues/sub-issues#add-sub-issue"""
        if link.relation != SUB_ISSUE or link.target.tracker != ref.tracker or _owner(link.target) != _owner(ref):
            return False
        if not link.target_uid.isdecimal():
            raise Refused(f"{link.target_uid!r} is no issue's id on GitHub.")
        try:
            child = {"sub_issue_id": int(link.target_uid)}
            _id_of(self._client.write("POST", f"{issue_path(ref)}/sub_issues", child))
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

    def close_twin(self, ref: TicketRef) -> None:
        """Two requests: the label first, so that a twin half closed is known for one.
        https://docs.github.com/en/rest/issues/issues#update-an-issue"""
        self.add_label(ref, TWIN_LABEL)
        closed = {"state": "closed", "state_reason": "duplicate"}
        try:
            _id_of(self._client.write("PATCH", issue_path(ref), closed))
        except Refused as refused:
            # Servers from before 2025 do not know the reason.
            if refused.status != 422:
                raise
            _id_of(self._client.write("PATCH", issue_path(ref), {**closed, "state_reason": "not_planned"}))

    def _are_there(self, ref: TicketRef, link: Link) -> bool:
        """Whether both ends of a link are where they are said to be, the child with the id that it was linked by.
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

    def _text(self, body: str, marker: Marker) -> str:
        try:
            return self._codec.hide(with_mentions(body), marker, BODY_CHARS_MAX)
        except ValueError as unsafe:
            raise Refused(f"This cannot be written with a marker: {unsafe}") from None


def _for_everybody(readers: str) -> None:
    if readers:
        raise Refused("a comment on GitHub is read by everybody who reads its issue", status=422)


def one_line(title: str) -> str:
    """A title as GitHub takes it: one line of at most 256 characters."""
    plain = " ".join(title.split())
    return plain if len(plain) <= TITLE_CHARS_MAX else plain[: TITLE_CHARS_MAX - 1].rstrip() + "…"


def _owner(ref: TicketRef) -> str:
    return container_of(ref).partition("/")[0].casefold()


def _opened(answer: Answer, reader: Reader) -> Found:
    """The ticket that the answer shows. Raises Ambiguous where it shows none: there may be one all the same."""
    _id_of(answer)
    try:
        found = reader.found(answer.data)
    except (KeyError, TypeError, ValueError, AttributeError):
        found = None
    if found is None:
        raise unexpected(answer)
    return found


def _id_of(answer: Answer) -> int:
    """The id of what was written. Raises Ambiguous where the answer has none, such as a proxy's own JSON."""
    found = answer.data.get("id") if isinstance(answer.data, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise unexpected(answer)
    return found
