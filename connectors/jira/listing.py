"""Which tickets there are: what changed, what carries a label, what was opened after a bookmark.

Jira's search lags behind writes, so it is never believed alone where something must not be missed: keys of a
project only grow, and the keys that follow the newest known one are read by `bulkfetch`, which does not lag.

Times in JQL are relative (`-12m`), in minutes before the server's now: an absolute time would be read in the
time zone of the account, and by a clock that is not ours.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-get
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

from connectors.errors import Refused, Temporary
from connectors.jira.addresses import jql_text, label_word, split_key
from connectors.jira.client import JiraClient
from connectors.jira.parse import IssueParser
from connectors.jira.understood import understood
from connectors.markers import NAME
from connectors.tracker import Changes, Found

#: How far the search may lag, in minutes: polls overlap by it, and newer tickets are not looked for there.
LAG_MIN = 5
BATCH = 100
_FIELDS = ("updated", "labels", "status", "creator")
_PAGES_MAX = 1000


class TicketLister:
    """Lists tickets of projects. Thread-safe."""

    def __init__(self, client: JiraClient, now: Callable[[], dt.datetime]) -> None:
        self._client = client
        self._now = now
        self._lock = threading.Lock()
        self._newest: dict[str, int] = {}

    def seen(self, key: str) -> None:
        """Remember that this key exists."""
        project, number = split_key(key)
        if project:
            with self._lock:
                self._newest[project] = max(number, self._newest.get(project, 0))

    def changed(self, project: str, cursor: str, parser: IssueParser) -> Changes:
        """Tickets changed since the cursor, a time of ours; one request when nothing changed."""
        now = self._now()
        if not cursor:
            return Changes((), now.isoformat())
        try:
            since = dt.datetime.fromisoformat(cursor)
            minutes = max(0, math.ceil((now - since).total_seconds() / 60)) + LAG_MIN
        except (ValueError, TypeError):
            raise Refused(f"{cursor!r} is no cursor of a Jira project") from None
        found = self._search(f"project = {jql_text(project)} AND updated >= -{minutes}m ORDER BY updated ASC", parser)
        return Changes(tuple(found), now.isoformat())

    def labelled(self, project: str, label: str, parser: IssueParser) -> tuple[Found, ...]:
        """Tickets with the label, oldest first: those that the search knows, and those too new for it."""
        word = label_word(label)  # JQL compares labels in small letters
        searched = self._search(
            f"project = {jql_text(project)} AND labels = {jql_text(word)} ORDER BY created ASC", parser
        )
        after = self._newest_found(f"project = {jql_text(project)} AND created <= -{LAG_MIN}m ORDER BY created DESC")
        by_uid = {found.uid: found for found in searched}
        by_uid.update({found.uid: found for found in self._after(project, after, parser)})
        wanted = word.casefold()
        here = [found for found in by_uid.values() if split_key(found.ref.key)[0] == project]
        labelled = [found for found in here if wanted in map(str.casefold, found.labels)]
        return tuple(sorted(labelled, key=lambda found: split_key(found.ref.key)[1]))

    def bookmark(self, project: str) -> str:
        """The newest number known for the project; asked for once. Any number not above the newest is right."""
        with self._lock:
            number = self._newest.get(project)
        if number is None:
            number = self._newest_found(f"project = {jql_text(project)} ORDER BY created DESC")
        return str(number)

    def opened_after(self, project: str, bookmark: str, key: str, parser: IssueParser) -> tuple[Found, ...]:
        """Our tickets with that marker key whose number is above the bookmark, oldest first."""
        try:
            number = int(bookmark or 0)
        except ValueError:
            raise Refused(f"{bookmark!r} is no bookmark of a Jira project") from None
        return tuple(
            found for found in self._after(project, number, parser) if found.marker and found.marker.key == key
        )

    def _after(self, project: str, number: int, parser: IssueParser) -> Iterator[Found]:
        """Tickets by key, from the one after `number` on, until a hundred keys in a row are nobody's."""
        for first in range(number + 1, number + 1 + _PAGES_MAX * BATCH, BATCH):
            batch = self._bulk_fetch([f"{project}-{n}" for n in range(first, first + BATCH)], parser)
            if not batch:
                return
            yield from sorted(batch, key=lambda found: split_key(found.ref.key)[1])
        raise Temporary(f"project {project} has more than {_PAGES_MAX * BATCH} tickets after number {number}")

    def _bulk_fetch(self, keys: list[str], parser: IssueParser) -> list[Found]:
        """Those of the keys that exist. Raises Temporary where Jira could not read one of them."""
        answer = self._client.ask(
            "issue/bulkfetch", {"issueIdsOrKeys": keys, "fields": list(_FIELDS), "properties": [NAME]}
        )
        with understood(f"issues {keys[0]} to {keys[-1]}"):
            failed = answer.get("issueErrors") or ()
            found = [parser.found(issue) for issue in answer["issues"]]
        if failed:
            # Missing tickets are left out in silence; these exist, perhaps, and were not read.
            raise Temporary(f"Jira could not read {len(failed)} of the issues {keys[0]} to {keys[-1]}")
        for one in found:
            self.seen(one.ref.key)
        return found

    def _search(self, jql: str, parser: IssueParser) -> list[Found]:
        found: list[Found] = []
        for page in self._result_pages(jql, ",".join(_FIELDS), BATCH):
            with understood("a search"):
                found.extend(parser.found(issue) for issue in page["issues"])
        for one in found:
            self.seen(one.ref.key)
        return found

    def _newest_found(self, jql: str) -> int:
        """The number of the first ticket that a search finds, 0 for none."""
        answer = self._client.get("search/jql", {"jql": jql, "fields": "created", "maxResults": 1})
        with understood("a search"):
            keys = [str(issue["key"]) for issue in answer["issues"]]
        for key in keys:
            self.seen(key)
        return split_key(keys[0])[1] if keys else 0

    def _result_pages(self, jql: str, fields: str, size: int) -> Iterator[dict[str, Any]]:
        params: dict[str, Any] = {"jql": jql, "fields": fields, "properties": NAME, "maxResults": size}
        for _ in range(_PAGES_MAX):
            page = self._client.get("search/jql", params)
            with understood("a search"):
                token = page.get("nextPageToken")
                is_end = bool(page.get("isLast")) or not token or token == params.get("nextPageToken")
            yield page
            if is_end:
                return
            params["nextPageToken"] = token
        raise Temporary(f"a search in Jira did not end after {_PAGES_MAX} pages")
