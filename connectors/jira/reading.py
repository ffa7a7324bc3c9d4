"""Whole tickets: their fields, all their comments with our markers, all their history.

Alone a ticket costs one request, several together cost one too; a second one brings the markers of our own comments
that were not read yet, for all of them at once. More is asked only for long threads and histories, of which the first
answer brings a part, and only for what was not read before (`read_before`).

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.errors import Refused
from connectors.jira.addresses import issue_name, split_key
from connectors.jira.changes import changes_of, parse_time, status_ids
from connectors.jira.client import JiraClient
from connectors.jira.edition import Edition, Json
from connectors.jira.offset_pages import unbroken_pages
from connectors.jira.parse import IssueParser
from connectors.jira.people import account_of
from connectors.jira.projects import ProjectBook
from connectors.jira.read_before import ReadBefore
from connectors.jira.site_fields import SiteFields
from connectors.jira.statuses import StatusBook
from connectors.jira.understood import understood
from connectors.one_by_one import fetched_one_by_one
from rules.facts import Comment, Ticket
from rules.refs import TicketRef

FIELDS = (
    "summary", "description", "status", "resolution", "resolutiondate", "creator", "reporter", "assignee", "created",
    "updated", "duedate", "labels", "comment", "issuelinks", "project", "security", "priority",
)  # fmt: skip
_PAGE = 100
#: Some servers tell times by the second. Where nothing but its time says that an issue is as it was, another comment
#: may have come within that moment, until it is surely over.
_SETTLED = dt.timedelta(minutes=1)


class TicketReader:
    """Reads tickets. Thread-safe."""

    def __init__(
        self, client: JiraClient, edition: Edition, statuses: StatusBook, projects: ProjectBook, own: SiteFields
    ) -> None:
        self._own = own
        self._client = client
        self._edition = edition
        self._statuses = statuses
        self._projects = projects
        self._before = ReadBefore()

    def fetch(self, ref: TicketRef, parser: IssueParser) -> Ticket:
        """The ticket. Raises Gone, Denied, Temporary."""
        name = issue_name(ref)
        with understood(f"issue {name}"):
            issue = self._edition.issue(name, self._fields())
            return self._tickets([issue], parser)[str(issue["id"])]

    def fetch_all(self, refs: Sequence[TicketRef], parser: IssueParser) -> dict[TicketRef, Ticket | Refused]:
        """The tickets, by the address that they were asked for; for one that cannot be read, why. Of those that are
        asked for alone only the first few. Raises Temporary."""
        if len(refs) < 2:
            return fetched_one_by_one(lambda ref: self.fetch(ref, parser), refs)
        with understood("several issues"):
            issues = self._edition.issues([issue_name(ref) for ref in refs], self._fields(), has_changelog=True)
            tickets = self._tickets(issues, parser)
            by_name = {str(issue[name]): tickets[str(issue["id"])] for issue in issues for name in ("id", "key")}
        # One that moved comes under its new key, which does not tell whose it was: it is asked for alone.
        missing = [ref for ref in refs if ref.key not in by_name]
        alone = fetched_one_by_one(lambda ref: self.fetch(ref, parser), missing)
        found: dict[TicketRef, Ticket | Refused | None] = {ref: by_name.get(ref.key) or alone.get(ref) for ref in refs}
        return {ref: answer for ref, answer in found.items() if answer is not None}

    def our_comments(self, ref: TicketRef, parser: IssueParser) -> tuple[Comment, ...]:
        """Our own comments with their markers, oldest first, by listing them all."""
        name = issue_name(ref)
        with understood(f"the comments of issue {name}"):
            listed = self._pages(f"issue/{name}/comment", "comments", {"orderBy": "created"})
            ours = [one for one in listed if account_of(one.get("author")) == parser.ours]
            found = self._with_markers({name: ours}, parser)[name]
            return tuple(sorted(found, key=lambda comment: comment.at))

    # --- inside ---------------------------------------------------------------------------------

    def _fields(self) -> tuple[str, ...]:
        """What is asked for of each ticket: its site's own fields among it where the policy asks about any."""
        return tuple(dict.fromkeys((*FIELDS, *(one for one, _ in self._own.asked()))))

    def _tickets(self, issues: Sequence[Json], parser: IssueParser) -> dict[str, Ticket]:
        """Tickets by id, of answers that may hold a part of comments and history only."""
        histories = self._histories(issues)
        listed = {str(issue["id"]): self._comments(issue) for issue in issues}
        comments = self._with_markers(listed, parser, self._desks(issues))
        found: dict[str, Ticket] = {}
        for issue in issues:
            uid, fields = str(issue["id"]), issue["fields"]
            self._statuses.learn(fields["status"])
            self._projects.learn(fields.get("project"))
            categories = self._statuses.categories(status_ids(histories[uid]), split_key(str(issue["key"]))[0])
            ticket = parser.ticket(issue, comments[uid], changes_of(histories[uid], categories, parser.accounts))
            own = self._own.told(fields, parser.markdown_of)
            found[uid] = replace(ticket, fields=own) if own else ticket
        return found

    def _histories(self, issues: Sequence[Json]) -> dict[str, list[Json]]:
        """The whole changelogs. A ticket's answer brings the newest entries and says how many there are."""
        known = {str(issue["id"]): self._before.history(issue) for issue in issues}
        cut = [issue for issue in issues if known[str(issue["id"])] is None]
        whole = self._edition.histories(cut) if cut else {}
        found: dict[str, list[Json]] = {}
        for uid, history in known.items():
            entries = {str(one["id"]): one for one in (whole[uid] if history is None else history)}
            found[uid] = list(entries.values())
            self._before.keep_history(uid, found[uid])
        return found

    def _comments(self, issue: Json) -> list[Json]:
        """All comments. An answer that leaves them out altogether does not say that there are none."""
        shown: Json | None = issue["fields"].get("comment")
        comments: list[Json] = list(shown.get("comments") or ()) if shown else []
        if shown is not None and int(shown.get("total") or 0) <= len(comments):
            return comments
        known = self._before.thread(issue)
        if known is None:
            known = self._pages(f"issue/{issue['id']}/comment", "comments", {"orderBy": "created"})
            if shown is not None or self._client.now() - parse_time(issue["fields"]["updated"]) > _SETTLED:
                self._before.keep_thread(issue, known)
        return known

    def _desks(self, issues: Sequence[Json]) -> frozenset[str]:
        """Ids of issues of service desks, where a comment does not say of itself whether customers see it (P14)."""
        told = {str(issue["id"]): issue["fields"].get("project") or {} for issue in issues}
        desks = [uid for uid, project in told.items() if project.get("projectTypeKey") == "service_desk"]
        return frozenset() if self._edition.tells_internal else frozenset(desks)

    def _with_markers(
        self, listed: dict[str, list[Json]], parser: IssueParser, desks: frozenset[str] = frozenset()
    ) -> dict[str, list[Comment]]:
        """Comments parsed, by issue. Their properties are asked for where our own account wrote, for its markers, and
        for every comment in `desks`."""
        unknown: dict[str, list[Json]] = {}
        for issue, comments in listed.items():
            wanted = [one for one in comments if issue in desks or account_of(one.get("author")) == parser.ours]
            new = [one for one in wanted if not self._before.properties(one)[0]]
            if new:
                unknown[issue] = new
        if unknown:
            ids = {issue: [str(one["id"]) for one in comments] for issue, comments in unknown.items()}
            found = self._edition.comment_properties(ids)
            self._before.keep_properties((one for comments in unknown.values() for one in comments), found)
        return {
            issue: [parser.comment(one, self._before.properties(one)[1]) for one in comments]
            for issue, comments in listed.items()
        }

    def _pages(self, path: str, name: str, params: dict[str, Any]) -> list[Json]:
        """All items of a list that is paged by offset."""

        def fetch(start: int) -> Json:
            return dict(self._client.get(path, {**params, "startAt": start, "maxResults": _PAGE}))

        pages = unbroken_pages(fetch, name, _PAGE, lambda item: str(item["id"]))
        return [item for page in pages for item in page]
