"""One whole ticket: its fields, all its comments with our markers, all its history.

One request for most tickets, a second for our own comments' markers; more only for long histories, of which
the first answer brings a part.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.jira.addresses import issue_name, split_key
from connectors.jira.changes import changes_of, status_ids
from connectors.jira.client import JiraClient
from connectors.jira.parse import IssueParser
from connectors.jira.projects import ProjectBook
from connectors.jira.statuses import StatusBook
from connectors.jira.understood import understood
from connectors.markers import NAME
from rules.facts import Comment, Ticket
from rules.refs import TicketRef

Json = dict[str, Any]

FIELDS = (
    "summary,description,status,resolution,resolutiondate,creator,reporter,assignee,created,updated,duedate,"
    "labels,comment,issuelinks,project,security"
)
_PAGE = 100
_PAGES_MAX = 200
_COMMENT_IDS_MAX = 1000


class TicketReader:
    """Reads tickets. Thread-safe."""

    def __init__(self, client: JiraClient, statuses: StatusBook, projects: ProjectBook) -> None:
        self._client = client
        self._statuses = statuses
        self._projects = projects

    def fetch(self, ref: TicketRef, parser: IssueParser) -> Ticket:
        """The ticket. Raises Gone, Denied, Temporary."""
        name = issue_name(ref)
        issue = self._client.get(f"issue/{name}", {"fields": FIELDS, "properties": NAME, "expand": "changelog"})
        with understood(f"issue {name}"):
            histories = self._histories(name, issue.get("changelog") or {})
            comments = self._comments_of(name, issue["fields"].get("comment") or {}, parser)
            self._statuses.learn(issue["fields"]["status"])
            self._projects.learn(issue["fields"].get("project"))
            categories = self._statuses.categories(status_ids(histories), split_key(str(issue["key"]))[0])
            return parser.ticket(issue, comments, changes_of(histories, categories, parser.ours))

    def our_comments(self, ref: TicketRef, parser: IssueParser) -> tuple[Comment, ...]:
        """Our own comments with their markers, oldest first, by listing them all."""
        name = issue_name(ref)
        with understood(f"the comments of issue {name}"):
            listed = self._pages(f"issue/{name}/comment", "comments", {"orderBy": "created"})
            ours = [one for one in listed if _account(one.get("author")) == parser.ours]
            return tuple(sorted(self._with_markers(ours, parser), key=lambda comment: comment.at))

    def _histories(self, name: str, first: Json) -> list[Json]:
        """The whole changelog. The ticket's answer brings the newest entries and says how many there are.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-changelog-get
        """
        histories: list[Json] = list(first.get("histories") or ())
        if int(first.get("total") or 0) > len(histories):
            histories = self._pages(f"issue/{name}/changelog", "values", {})
        return list({str(history["id"]): history for history in histories}.values())

    def _comments_of(self, name: str, first: Json, parser: IssueParser) -> list[Comment]:
        comments: list[Json] = list(first.get("comments") or ())
        if int(first.get("total") or 0) > len(comments):
            comments = self._pages(f"issue/{name}/comment", "comments", {"orderBy": "created"})
        return self._with_markers(comments, parser)

    def _with_markers(self, comments: Sequence[Json], parser: IssueParser) -> list[Comment]:
        """Comments parsed. Markers are asked for where our own account wrote, and only there.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-comment-list-post
        """
        ours = [str(one["id"]) for one in comments if _account(one.get("author")) == parser.ours]
        properties = self._properties(ours) if ours else {}
        return [parser.comment(one, properties.get(str(one["id"]))) for one in comments]

    def _properties(self, ids: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        waiting = list(ids)
        while waiting:
            page = self._client.ask(
                "comment/list", {"ids": [int(one) for one in waiting[:_COMMENT_IDS_MAX]]}, {"expand": "properties"}
            )
            brought = {str(one["id"]): one.get("properties") for one in page["values"]}
            found.update(brought)
            # An answer may bring fewer than were asked for; those that never come have been deleted meanwhile.
            left = [one for one in waiting if one not in brought]
            waiting = left if len(left) < len(waiting) and not _is_all(page, waiting) else []
        return found

    def _pages(self, path: str, name: str, params: Json) -> list[Json]:
        """All items of a list that is paged by offset."""
        items: list[Json] = []
        for _ in range(_PAGES_MAX):
            page = self._client.get(path, {**params, "startAt": len(items), "maxResults": _PAGE})
            items.extend(page[name])
            if not page[name] or len(items) >= int(page["total"]):
                break
        return items


def _is_all(page: Json, waiting: list[str]) -> bool:
    return bool(page.get("isLast")) and len(waiting) <= _COMMENT_IDS_MAX


def _account(user: Any) -> str:
    account = user.get("accountId") if isinstance(user, dict) else None
    return account if isinstance(account, str) else ""
