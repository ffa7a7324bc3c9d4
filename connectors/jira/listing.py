"""Which tickets there are: what changed, what carries a label, what was opened after a bookmark.

Jira's search lags behind writes, so it is never believed alone where something must not be missed: keys of a
project only grow, and the tickets that follow the newest known one are read by key, which does not lag.

Times in JQL are relative (`-12m`), in minutes before the server's now: an absolute time would be read in the
time zone of the account, and by a clock that is not ours.

Where several projects are polled, one question is asked for all of them.

https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from connectors.errors import Refused
from connectors.jira.addresses import jql_text, label_word, split_key
from connectors.jira.edition import Edition
from connectors.jira.parse import IssueParser
from connectors.jira.understood import understood
from connectors.tracker import Changes, Found

#: How far the search may lag, in minutes: polls overlap by it, and newer tickets are not looked for there.
LAG_MIN = 5
BATCH = 100
FIELDS = ("updated", "labels", "status", "creator")


class TicketLister:
    """Lists tickets of projects. Thread-safe."""

    def __init__(
        self, edition: Edition, now: Callable[[], dt.datetime], present_key: Callable[[str], str] = str
    ) -> None:
        self._present_key = present_key
        self._edition = edition
        self._now = now
        self._lock = threading.Lock()
        self._newest: dict[str, int] = {}

    def seen(self, key: str) -> None:
        """Remember that this key exists."""
        project, number = split_key(key)
        if project:
            with self._lock:
                self._newest[project] = max(number, self._newest.get(project, 0))

    def changed(self, cursors: Mapping[str, str], parser: IssueParser) -> dict[str, Changes]:
        """Tickets changed since the cursor, a time of ours, by project; one question for all of them, and none where
        there is no cursor yet. Raises Refused where one of the projects cannot be asked for."""
        now = self._now()
        since = {project: _time(project, cursor) for project, cursor in cursors.items() if cursor}
        told: dict[str, list[Found]] = {project: [] for project in cursors}
        strays: list[Found] = []
        if since:
            minutes = max(0, math.ceil((now - min(since.values())).total_seconds() / 60)) + LAG_MIN
            jql = f"{_in_projects(since)} AND updated >= -{minutes}m ORDER BY updated ASC"
            for found in self._search(jql, parser):
                # A server may ignore what it does not understand, and tell of everything.
                told.get(split_key(found.ref.key)[0], strays).append(found)
        if strays:  # a project whose key was changed answers to its former one
            renamed = {self._present_key(project): project for project in since}
            for found in strays:
                if project := renamed.get(split_key(found.ref.key)[0]):
                    told[project].append(found)
        return {project: Changes(tuple(found), now.isoformat()) for project, found in told.items()}

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
        """Tickets whose number is above, by key."""
        with understood(f"issues of project {project}"):
            for batch in self._edition.after(project, number, FIELDS):
                found = [parser.found(issue) for issue in batch]
                self._see(found)
                yield from sorted(found, key=lambda one: split_key(one.ref.key)[1])

    def _search(self, jql: str, parser: IssueParser) -> list[Found]:
        with understood("a search"):
            found = [parser.found(issue) for page in self._edition.search(jql, FIELDS, BATCH) for issue in page]
        self._see(found)
        return found

    def _newest_found(self, jql: str) -> int:
        """The number of the first ticket that a search finds, 0 for none."""
        with understood("a search"):
            keys = [str(issue["key"]) for issue in next(self._edition.search(jql, ("created",), 1), [])]
        for key in keys:
            self.seen(key)
        return split_key(keys[0])[1] if keys else 0

    def _see(self, found: Iterable[Found]) -> None:
        for one in found:
            self.seen(one.ref.key)


def _time(project: str, cursor: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(cursor)
        if at.tzinfo is None:
            raise ValueError
    except (ValueError, TypeError):
        raise Refused(f"{cursor!r} is no cursor of the Jira project {project}") from None
    return at


def _in_projects(projects: Iterable[str]) -> str:
    named = [jql_text(project) for project in projects]
    return f"project = {named[0]}" if len(named) == 1 else f"project in ({', '.join(named)})"
