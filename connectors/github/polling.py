"""Listing what changed, without skipping anything while it changes.

Sorted by `updated_at`, oldest first, a ticket that changes while one pages moves to the end, and all
after it move up by one: paging by number would skip a ticket at each page's edge. So the next page is
asked for by time (`since`), and by its link only within one second that fills whole pages. Such a run is
read again until it brings nothing new.

The cursor is JSON: `since`, a minute before the newest change seen, and the ETag of the answer once it
was handed over, so that an unchanged repository costs one conditional request, after a restart too.

See https://docs.github.com/en/rest/issues/issues#list-repository-issues
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import Refused, Temporary
from connectors.github.addresses import key_of, repository_path
from connectors.github.answers import Answer
from connectors.github.client import PAGE_SIZE, GitHubClient, Query, listed
from connectors.github.parse import Reader, moment
from connectors.github.understood import understood
from connectors.tracker import Changes, Found
from rules.refs import Place

OVERLAP = dt.timedelta(seconds=60)
_SECOND = dt.timedelta(seconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_RUNS_MAX = 10_000
_PASSES_MAX = 5


@dataclass(slots=True)
class _Walk:
    """Issues met on the way, newest state by key, pull requests too (they move the clock as well)."""

    path: str
    query: Query
    met: dict[str, dict[str, Any]] = field(default_factory=dict)
    newest: dt.datetime = _EPOCH

    def take(self, answer: Answer) -> dt.datetime | None:
        """Keep a page's issues; the time of its last one, None for an empty page."""
        last = None
        with understood(self.path):
            for issue in listed(answer):
                last = moment(issue["updated_at"])
                self.newest = max(self.newest, last)
                key = key_of(issue)
                if key not in self.met or moment(self.met[key]["updated_at"]) <= last:
                    self.met[key] = issue
        return last


class Polling:
    """Lists tickets of a repository by time of change."""

    def __init__(self, client: GitHubClient, reader: Callable[[], Reader]) -> None:
        self._client = client
        self._reader = reader

    def changed(self, place: Place, cursor: str) -> Changes:
        """What changed at or after the cursor; one conditional request when nothing did. "" is from now on,
        free of requests. Raises Refused for a cursor that is none of ours."""
        path = f"{repository_path(place.container)}/issues"
        if not cursor:
            return Changes((), _cursor(self._client.now() - OVERLAP))
        since, etag = _read_cursor(cursor)
        answer = self._client.read(path, self._query({}, since), etag=etag)
        if answer.status == 304:
            return Changes((), cursor)
        walk = _Walk(path, {})
        self._walk(walk, since, answer)
        moved_to = max(since, walk.newest - OVERLAP)
        is_same_question = moved_to == since and not _has_more(answer)
        etag = answer.headers.get("etag", "") if is_same_question else ""
        return Changes(self._found(walk), _cursor(moved_to, etag))

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        """All tickets there with the label, open and closed, least recently changed first."""
        walk = _Walk(f"{repository_path(place.container)}/issues", {"labels": label})
        self._walk(walk, _EPOCH, self._client.read(walk.path, self._query(walk.query, _EPOCH)))
        wanted = label.casefold()
        return tuple(f for f in self._found(walk) if wanted in (name.casefold() for name in f.labels))

    def _found(self, walk: _Walk) -> tuple[Found, ...]:
        reader = self._reader()
        with understood(walk.path):
            found = [reader.found(issue) for issue in walk.met.values() if not issue.get("pull_request")]
        return tuple(sorted(found, key=lambda each: (each.updated_at, int(each.uid))))

    def _walk(self, walk: _Walk, since: dt.datetime, first: Answer) -> None:
        """Read everything from `since` on; `first` is the page there."""
        position, answer = since, first
        for _ in range(_RUNS_MAX):
            further = self._run(walk, position, answer)
            if further is None:
                return
            position = further
            answer = self._client.read(walk.path, self._query(walk.query, position))
        raise Temporary(f"{walk.path} changes faster than it can be read.")

    def _run(self, walk: _Walk, position: dt.datetime, first: Answer) -> dt.datetime | None:
        """Read from `position` until the next question can begin later; that time, None at the end."""
        answer = first
        for _ in range(_PASSES_MAX):
            known, pages = len(walk.met), 1
            further = _further(walk.take(answer), position)
            while _has_more(answer) and further is None:
                # The link and no page number: GitHub refuses those for large repositories, and puts a cursor there.
                answer, pages = self._client.read(answer.next_url), pages + 1
                further = _further(walk.take(answer), position)
            if not _has_more(answer):
                further = None
            if pages == 1 or len(walk.met) == known:
                return further
            answer = self._client.read(walk.path, self._query(walk.query, position))
        return further

    def _query(self, extra: Query, since: dt.datetime) -> Query:
        oldest_change_first = {"state": "all", "sort": "updated", "direction": "asc"}
        return {**oldest_change_first, **extra, "per_page": PAGE_SIZE, "since": _iso(since)}


def _further(last: dt.datetime | None, position: dt.datetime) -> dt.datetime | None:
    """Where the next question may begin: a second before the last change read, whether `since` includes its
    own second or not. None where that would be no step forward."""
    if last is None or last - _SECOND <= position:
        return None
    return last - _SECOND


def _has_more(answer: Answer) -> bool:
    return bool(answer.next_url)


def _iso(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cursor(since: dt.datetime, etag: str = "") -> str:
    return json.dumps({"since": _iso(since), **({"etag": etag} if etag else {})}, sort_keys=True)


def _read_cursor(cursor: str) -> tuple[dt.datetime, str]:
    try:
        read = json.loads(cursor)
        return moment(read["since"]), str(read.get("etag", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused("This polling cursor was not made for GitHub.") from None
