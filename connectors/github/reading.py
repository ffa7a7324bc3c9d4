"""Reading tickets, and reading back what we wrote, by listing and never by search (P3).

Tickets are read by GraphQL, one as well as several (`together`): one request, where REST needs two and more for each.
REST reads what GraphQL cannot. Its second reading of an unchanged ticket is free of REST's limit, but two requests all
the same; GraphQL's takes one point of 5,000 an hour that nothing else is drawn from. So REST goes first only while
those are used up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.errors import Gone, Refused
from connectors.github.addresses import issue_path, key_of, place_of, repository_path
from connectors.github.client import GitHubClient
from connectors.github.due_dates import DueDates
from connectors.github.edits import Edits
from connectors.github.own_values import OwnValues
from connectors.github.parse import Reader, moment
from connectors.github.standing import Standing
from connectors.github.together import Together
from connectors.github.understood import understood
from connectors.one_by_one import fetched_one_by_one
from connectors.tracker import Found
from rules.facts import Ticket
from rules.refs import Place, TicketRef

Json = Mapping[str, Any]

#: How far our clock and GitHub's may be apart before reading back could miss a ticket.
BOOKMARK_SLACK = dt.timedelta(minutes=5)


class Reading:
    """Tickets as they are now."""

    def __init__(
        self,
        client: GitHubClient,
        standing: Standing,
        edits: Edits,
        together: Together,
        reader: Callable[[], Reader],
        dues: DueDates,
        values: OwnValues,
    ) -> None:
        self._values = values
        self._client = client
        self._standing = standing
        self._edits = edits
        self._together = together
        self._reader = reader
        self._dues = dues

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        """The whole ticket, in one request. A transferred issue is followed to its new address. Raises Gone, for a pull
        request too."""
        return self._dues.told(self._together.fetch([ref]).get(ref) or self._fetch_by_rest(ref))

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        """Several tickets, in one request for all of them, or why one cannot be read; of those that REST has to read
        only the first few. Raises Temporary."""
        found = self._together.fetch(refs)
        rest = fetched_one_by_one(self._fetch_by_rest, [ref for ref in dict.fromkeys(refs) if ref not in found])
        answers = {ref: found.get(ref) or rest.get(ref) for ref in dict.fromkeys(refs)}
        return {ref: one if isinstance(one, Refused) else self._dues.told(one) for ref, one in answers.items() if one}

    def _fetch_by_rest(self, ref: TicketRef) -> Ticket:
        """The same in two requests (and one an hour for the repository's audience, one where its text may have been
        edited, one where its history tells fewer comments than it has).

        https://docs.github.com/en/rest/issues/issues#get-an-issue
        https://docs.github.com/en/rest/issues/timeline#list-timeline-events-for-an-issue
        """
        reader = self._reader()
        issue, _ = self._client.read_object(issue_path(ref), remember=True)
        if issue.get("pull_request"):
            raise Gone(f"{ref.key} is a pull request, not an issue.", status=404)
        with understood(ref.key):
            present = TicketRef(ref.tracker, key_of(issue))
        events = list(self._client.read_pages(f"{issue_path(present)}/timeline", remember=True))
        events += self._untold_comments(present, issue, events)
        audience = self._standing.audience(place_of(present))
        with understood(ref.key):
            ticket = reader.ticket(issue, events, audience)
        edits = self._edits.of(ticket, issue, events, reader)
        ticket = self._values.by_rest(ticket)
        return replace(ticket, changes=tuple(sorted((*ticket.changes, *edits), key=lambda change: change.at)))

    def _untold_comments(self, ref: TicketRef, issue: Json, events: Sequence[Json]) -> list[dict[str, Any]]:
        """Comments that the issue counts and its history leaves out, as events of that history. Not every server that
        speaks GitHub's API tells comments there, and a command that nobody sees is dropped in silence (P7).
        https://docs.github.com/en/rest/issues/comments#list-issue-comments"""
        told = {event.get("id") for event in events if event.get("event") == "commented"}
        count = issue.get("comments")
        if not isinstance(count, int) or count <= len(told):
            return []
        comments = self._client.read_pages(f"{issue_path(ref)}/comments", remember=True)
        return [{**comment, "event": "commented"} for comment in comments if comment.get("id") not in told]

    def bookmark(self, place: Place) -> str:
        """Some minutes ago, as ISO time: nothing opened from now on is older. Free of requests.
        Raises Refused where the place is no repository."""
        repository_path(place.container)
        return (self._client.now() - BOOKMARK_SLACK).astimezone(dt.UTC).isoformat(timespec="seconds")

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        """Tickets with that marker key, oldest first, from the repository's newest issues back to the bookmark.

        Not filtered by `creator`: what an App's account is called there differs between servers, and a filter
        that finds nothing would open a second ticket. https://docs.github.com/en/rest/issues/issues#list-repository-issues
        """
        reader, since = self._reader(), moment(bookmark)
        newest_first = {"state": "all", "sort": "created", "direction": "desc"}
        found = []
        for issue in self._client.read_pages(f"{repository_path(place.container)}/issues", newest_first):
            with understood(place.container):
                if moment(issue["created_at"]) < since:
                    break
                marker = None if issue.get("pull_request") else reader.marker(issue)
                if marker and marker.key == key:
                    found.append(reader.found(issue))
        return tuple(reversed(found))

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        """Ids of our comments with that marker key, oldest first.
        https://docs.github.com/en/rest/issues/comments#list-issue-comments"""
        reader = self._reader()
        with understood(ref.key):
            comments = [reader.comment(shown) for shown in self._client.read_pages(f"{issue_path(ref)}/comments")]
        ours = [comment for comment in comments if comment.marker and comment.marker.key == key]
        return tuple(comment.id for comment in sorted(ours, key=lambda comment: (comment.at, int(comment.id))))
