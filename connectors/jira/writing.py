"""What Aftermath writes into Jira. Each method is one write, sent once, unless its docstring says otherwise.

A write that was definitely refused may be followed by another, different one (a ticket without the assignee
whom Jira will not have); one whose outcome is not known never is.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from connectors.errors import Ambiguous, Denied, Gone
from connectors.jira import levels
from connectors.jira.addresses import comment_number, is_issue_name, issue_name, label_word, project_key, split_key
from connectors.jira.answers import FieldsRefused
from connectors.jira.client import JiraClient
from connectors.jira.edition import Edition
from connectors.jira.levels_offered import OfferedLevels
from connectors.jira.parse import marker_properties
from connectors.jira.projects import ProjectBook
from connectors.jira.remembered import Remembered
from connectors.jira.restrictions import keep_internal, restrict
from connectors.jira.wishes import WishBook, Wishes
from connectors.markers import MarkerCodec
from connectors.tracker import Draft, Found
from rules.facts import Marker
from rules.refs import TicketRef

Json = dict[str, Any]

SUMMARY_MAX = 255
_LOUD_TTL_S = 24 * 3600
#: So many refusals in a row, each of something that can be left out, and an issue is not tried any more.
_REFUSALS_MAX = 4
#: What is edited: the one may be allowed in silence where the other is not.
_COMMENTS, _FIELDS = "comments", "fields"


class TicketWriter:
    """Writes tickets, comments, labels and assignees. Thread-safe.

    What can be edited without mail to the watchers is edited so. For fields of an issue that takes the right to
    administer the project, for our own comments it takes none; where either is refused, that is remembered for a day.
    """

    def __init__(
        self,
        client: JiraClient,
        edition: Edition,
        projects: ProjectBook,
        codec: MarkerCodec,
        *,
        tracker: str,
        now: Callable[[], dt.datetime],
        ticket_type: str,
        wishes: WishBook,
    ) -> None:
        self._client = client
        self._edition = edition
        self._projects = projects
        self._codec = codec
        self._tracker = tracker
        self._now = now
        self._ticket_type = ticket_type
        self._wishes = wishes
        self._offered_levels = OfferedLevels(edition, projects, now)
        self._loud: Remembered[bool] = Remembered(now, _LOUD_TTL_S)

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        """Open a ticket with its marker, in one request; in another where Jira definitely refused the assignee, or
        something else that was only wished, and then without that. Raises Refused where Jira does not offer or take its
        security level, and where it wants a field that it is not given.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post
        """
        needed, type_name = self._fields(draft), draft.ticket_type or self._ticket_type
        if draft.level:
            self._offered_levels.demand(project_key(draft.place), type_name)
        wishes = self._wishes.of(draft, type_name)
        properties = marker_properties(self._codec, marker)
        answer = self._created(draft, type_name, needed, properties, wishes)
        uid, key = str(answer.get("id") or ""), str(answer.get("key") or "")
        if not uid or not is_issue_name(key):
            raise Ambiguous("POST issue was answered without the new issue's key; whether it is there is not known")
        labels, left_out = tuple(needed["labels"]), tuple(wishes.left_out)
        return Found(TicketRef(self._tracker, key), uid, self._now(), labels, marker, left_out=left_out)

    def _created(self, draft: Draft, type_name: str, needed: Json, properties: list[Json], wishes: Wishes) -> Json:
        """The answer to the request that was taken; each before it was refused for certain."""
        for _ in range(_REFUSALS_MAX):
            try:
                return self._create(draft, {"fields": needed | wishes.fields, "properties": properties})
            except FieldsRefused as refused:
                # A refusal of something that is needed is not mended by leaving wishes out.
                failure = refused
                if not wishes.drop(refused):
                    break
        raise self._wishes.refused(draft, type_name, failure, wishes)

    def _create(self, draft: Draft, body: Json) -> Json:
        try:
            return self._client.write("POST", "issue", body)
        except FieldsRefused as refused:
            if draft.level and levels.FIELD in refused.fields:
                raise levels.refused(project_key(draft.place), refused) from None
            raise

    def _fields(self, draft: Draft) -> Json:
        fields: Json = {
            "project": {"key": project_key(draft.place)},
            "issuetype": {"name": draft.ticket_type or self._ticket_type},
            "summary": summary_of(draft.title),
            "description": self._edition.body_of(draft.body),
            "labels": [word for word in map(label_word, draft.labels) if word],
        }
        if draft.due_on:
            fields["duedate"] = draft.due_on.isoformat()
        fields |= levels.as_wanted(draft.level)
        return fields

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        """The new comment's id. On a service desk it is internal: customers do not see it (P14). Raises Refused where
        `readers` are a role or a group that our account is not of.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post
        """
        path, comment = f"issue/{issue_name(ref)}/comment", self._comment(body, marker, readers)
        project, _ = split_key(ref.key)
        if project and self._projects.get(project).is_service_desk:
            keep_internal(comment)
        answer = self._client.write("POST", path, comment)
        comment_id = str(answer.get("id") or "")
        if not comment_id.isdigit():
            raise Ambiguous(f"a comment on {ref.key} was answered without its id; whether it is there is not known")
        return comment_id

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        """Change our comment, without mail where we may; `readers` are said again, since an edit that names none may
        open it to everybody. Raises Gone.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-put
        """
        path = f"issue/{issue_name(ref)}/comment/{comment_number(comment_id)}"
        comment = self._comment(body, marker, readers)
        if self._edition.edits_comments_silently:
            self._write_silently(_COMMENTS, ref, path, comment)
        else:
            self._client.write("PUT", path, comment)

    def edits_silently(self, ref: TicketRef) -> bool:
        """Whether our comments there are edited without mail, as far as is known. No request."""
        return self._edition.edits_comments_silently and not self._loud.get(_loud_key(_COMMENTS, ref))

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        """Delete our doubled comment; fine when it is gone.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-delete
        """
        with suppress(Gone):
            self._client.write("DELETE", f"issue/{issue_name(ref)}/comment/{comment_number(comment_id)}")

    def add_label(self, ref: TicketRef, label: str) -> None:
        """Add a label and leave the others; fine when it is there. Without mail where we may.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
        """
        body = {"update": {"labels": [{"add": label_word(label)}]}}
        self._write_silently(_FIELDS, ref, f"issue/{issue_name(ref)}", body)

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        """Write the due date, or clear it. Without mail where we may; fine when it is that already.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
        """
        body = {"fields": {"duedate": due_on.isoformat() if due_on else None}}
        self._write_silently(_FIELDS, ref, f"issue/{issue_name(ref)}", body)

    def assign(self, ref: TicketRef, account: str) -> None:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-assignee-put"""
        self._client.write("PUT", f"issue/{issue_name(ref)}/assignee", {self._edition.account_field: account})

    def _comment(self, body: str, marker: Marker, readers: str) -> Json:
        comment: Json = {"body": self._edition.body_of(body), "properties": marker_properties(self._codec, marker)}
        restrict(comment, readers)
        return comment

    def _write_silently(self, what: str, ref: TicketRef, path: str, body: Json) -> None:
        """PUT with notifyUsers=false; where that is refused, once more with mail. A day without mail, and it is tried
        again."""
        key = _loud_key(what, ref)
        if self._loud.get(key):
            self._client.write("PUT", path, body)
            self._loud.put(key, True)
            return
        try:
            self._client.write("PUT", path, body, {"notifyUsers": "false"})
        except Denied as error:
            if error.status != 403:
                raise
        else:
            return
        self._client.write("PUT", path, body)
        self._loud.put(key, True)


def _loud_key(what: str, ref: TicketRef) -> str:
    return f"{what} {split_key(ref.key)[0] or ref.key}"


def summary_of(title: str) -> str:
    """A title as Jira takes it: one line, at most 255 characters."""
    line = " ".join(title.split())
    return line if len(line) <= SUMMARY_MAX else line[: SUMMARY_MAX - 1].rstrip() + "…"
