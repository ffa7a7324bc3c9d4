"""Writing: each is one request, sent once, and looked at when the answer is there (P3).

A second request is sent only after a refusal that says for certain that nothing was done. A body is
written when a ticket or comment is made, with its marker in it; a ticket's body is never edited (P12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from connectors.errors import Gone, Refused
from connectors.github.addresses import comment_path, container_of, issue_path, repository_path
from connectors.github.answers import Answer, unexpected
from connectors.github.client import GitHubClient
from connectors.github.edits import Edits
from connectors.github.issue_fields import IssueFieldBook
from connectors.github.labels import LabelBook
from connectors.github.mentions import with_mentions
from connectors.github.parse import Reader
from connectors.github.wishes import Wishes, wishes_of
from connectors.markers import MarkerCodec
from connectors.tracker import TWIN_LABEL, Draft, Found
from rules.facts import Marker
from rules.refs import TicketRef

TITLE_CHARS_MAX = 256
BODY_CHARS_MAX = 65_536
#: So many refusals in a row, each of something that can be left out, and an issue is not tried any more.
_REFUSALS_MAX = 3


class Writing:
    """Everything that Aftermath changes on GitHub."""

    def __init__(
        self,
        client: GitHubClient,
        codec: MarkerCodec,
        our_label: str,
        edits: Edits,
        reader: Callable[[], Reader],
        fields: IssueFieldBook,
    ) -> None:
        self._client = client
        self._codec = codec
        self._our_label = our_label
        self._edits = edits
        self._reader = reader
        self._fields = fields
        self._label_book = LabelBook(client, our_label)

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        """Open an issue, labels that are missing made first. Somebody who cannot be assigned is left out, and so is
        what else is only wished: the ticket matters more. Raises Refused for a draft with a security level: everybody
        who reads a repository reads its issues.
        https://docs.github.com/en/rest/issues/issues#create-an-issue"""
        if draft.level:
            raise Refused("an issue on GitHub has no security level: it would be read by more people", status=422)
        # Our own account is asked for first: after the write there must be nothing left that can fail.
        reader = self._reader()
        body: dict[str, Any] = {
            "title": one_line(draft.title),
            "body": self._text(draft.body, marker),
            "labels": list(dict.fromkeys((self._our_label, *draft.labels))),
        }
        wishes = wishes_of(draft, self._fields)
        self._label_book.ensure(draft.place.container, body["labels"])
        answer = self._created(draft, body, wishes)
        found = _opened(answer, reader)
        self._edits.note_opened(found, answer.data)
        wishes.compare(answer.data)
        return replace(found, left_out=tuple(wishes.left_out))

    def _created(self, draft: Draft, body: dict[str, Any], wishes: Wishes) -> Answer:
        """The answer to the request that was taken; each before it was refused for certain."""
        path = f"{repository_path(draft.place.container)}/issues"
        for _ in range(_REFUSALS_MAX):
            try:
                # A renamed repository is still the one that was meant.
                return self._client.write("POST", path, {**body, **wishes.body}, follows=True)
            except Refused as refused:
                if not wishes.drop(refused):
                    raise
        return self._client.write("POST", path, {**body, **wishes.body}, follows=True)

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
        """One that the repository does not have is made first, in a colour of ours.
        https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue"""
        path = f"{issue_path(ref)}/labels"
        self._label_book.ensure(container_of(ref), [label])
        answer = self._client.write("POST", path, {"labels": [label]})
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

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        """Write the organisation's field that says by when, or clear it. Raises Refused where it has none.
        https://docs.github.com/en/rest/issues/issue-field-values"""
        due = self._fields.fields(container_of(ref)).due
        if due is None:
            owner = container_of(ref).partition("/")[0]
            raise Refused(f"The issues of {owner} have no due date: there is no issue field of that name.", status=422)
        path = f"{issue_path(ref)}/issue-field-values"
        if due_on is None:
            with suppress(Gone):  # there was none
                self._client.write("DELETE", f"{path}/{due.id}")
            return
        value = {"field_id": due.id, "value": due_on.isoformat()}
        self._client.write("POST", path, {"issue_field_values": [value]})

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
