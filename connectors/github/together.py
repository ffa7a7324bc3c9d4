"""Several tickets read by one GraphQL query: fields, comments, history, edits of the text, who reads the repository.

The fewest requests that GitHub allows: one for up to twenty tickets, and one more for each further hundred of the
longest thread that is not known (`threads`), whichever tickets they belong to; an App asks once for each owner.

A ticket that cannot be read this way is left out, and REST reads it: an issue that moved is not here under its old
number, and what is hidden behind an organisation's single sign-on spoils the answer for one issue alone. It is not
asked for again for ten minutes. Where GraphQL is refused, or its points are used up, REST reads them all, for as long
as that lasts; so for some minutes where one query fails after the other. An older server is asked for less.
Nothing is written here.

https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.errors import Limited, Refused, Temporary
from connectors.github.addresses import container_of, is_issue
from connectors.github.answers import NOT_FOR_US, Spent, TooMuch, Unknown, kind_of, path_of
from connectors.github.as_rest import events_as_rest, issue_as_rest
from connectors.github.barred import Barred
from connectors.github.client import GitHubClient
from connectors.github.edits import Edits, edits_in
from connectors.github.own_values import OwnValues
from connectors.github.parse import Reader
from connectors.github.queries import AT_ONCE_MAX, pages_query, tickets_query
from connectors.github.standing import Standing
from connectors.github.threads import Threads, Unrolled
from connectors.github.understood import STRANGE
from rules.facts import Ticket
from rules.refs import TicketRef

Json = Mapping[str, Any]

#: GitHub allows an issue 2,500 comments; nothing here goes on for ever.
_ROUNDS_MAX = 50
#: A server that knows less than we ask for may be upgraded.
_OLD_KEPT = dt.timedelta(hours=1)
#: Where GitHub does not say when GraphQL's points are there again.
_SPENT_KEPT_S = 60.0
#: So many queries that fail in a row: it is GraphQL that is away, and not one heavy ticket, or too many at once.
_FAILURES_MAX = 2
_AWAY_KEPT = dt.timedelta(minutes=5)
#: A repository, or the issue in it, is not for us: what is said deeper down is about something that an issue names.
_SHALLOW = 2


@dataclass(slots=True)
class _Told:
    """One issue as its repository and itself were told, and its thread as far as it was read."""

    place: Json
    issue: Json
    thread: Unrolled


class Together:
    """Tickets of one server; safe to share between threads. `barred` is what is known of GraphQL as a whole."""

    def __init__(
        self,
        client: GitHubClient,
        standing: Standing,
        edits: Edits,
        barred: Barred,
        reader: Callable[[], Reader],
        values: OwnValues,
    ) -> None:
        self._client = client
        self._values = values
        self._standing = standing
        self._edits = edits
        self._reader = reader
        self._threads = Threads()
        self._barred = barred
        #: Whether such queries as these are too much today, what came lately is unknown, or fewer at once are wanted.
        self._too_much, self._lately, self._halved = (Barred(client.now) for _ in range(3))
        self._at_once = AT_ONCE_MAX
        self._failed_in_a_row = 0
        #: Tickets, by key, that could not be read so; and whether GraphQL told of no values lately, as REST does.
        self._alone, self._untold = Barred(client.now), Barred(client.now)

    def fetch(self, refs: Iterable[TicketRef]) -> dict[TicketRef, Ticket]:
        """Those of the tickets that can be read so, by the address that they were asked for. Raises Temporary."""
        found: dict[TicketRef, Ticket] = {}
        at_once = self._at_once if self._halved.has("") else AT_ONCE_MAX
        for mine in self._by_credential(refs):
            for start in range(0, len(mine), at_once):
                # What the first query of several hears goes for those that follow.
                some = [ref for ref in mine[start : start + at_once] if not self._is_barred(ref)]
                if some:
                    found |= self._fetch_some(some)
        return found

    def _by_credential(self, refs: Iterable[TicketRef]) -> list[list[TicketRef]]:
        """Those that are asked for with the same credential: an App has another one for each owner, with points of its
        own. https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/about-authentication-with-a-github-app
        """
        groups: dict[str, list[TicketRef]] = {}
        for ref in dict.fromkeys(refs):
            if is_issue(ref):
                groups.setdefault(self._credential(ref), []).append(ref)
        return list(groups.values())

    def _credential(self, ref: TicketRef) -> str:
        return container_of(ref).partition("/")[0].casefold() if self._client.is_app else ""

    def _is_barred(self, ref: TicketRef) -> bool:
        is_spent = self._too_much.has(self._credential(ref))
        return is_spent or self._barred.has(container_of(ref)) or self._alone.has(ref.key)

    def _fetch_some(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket]:
        """At most so many as are asked for at once; fewer, or none, where not all can be read so."""
        reader = self._reader()
        try:
            told = self._read(refs)
            self._read_pages(told)
        except (Spent, Refused) as refused:
            return self._fetch_some(refs) if self._is_worth_another_try(refused, refs) else {}
        except Limited:
            raise
        except Temporary:
            if self._is_left_to_rest(refs):
                return {}
            raise
        self._failed_in_a_row = 0
        found = self._tickets(told, reader)
        for ref in refs:
            if ref not in found:
                self._alone.note(ref.key)
        return found

    def _is_left_to_rest(self, refs: Sequence[TicketRef]) -> bool:
        """Note that they failed, after all their tries; whether REST reads them now. One that fails alone is left to
        it: what hangs would else hold up each look at it. So many may have been too much: fewer are asked for when this
        is tried again. What fails then too is GraphQL itself, until a query is answered."""
        self._failed_in_a_row += 1
        is_away = self._failed_in_a_row >= _FAILURES_MAX
        if is_away:
            self._barred.note(keep=_AWAY_KEPT)
        if len(refs) == 1:
            self._alone.note(refs[0].key)
        elif not is_away:
            self._at_once = max(1, len(refs) // 2)
            self._halved.note()
        return is_away or len(refs) == 1

    def _is_worth_another_try(self, refused: Spent | Refused, refs: Sequence[TicketRef]) -> bool:
        """Note what was refused, and for how long; whether it may be asked for in another way at once."""
        if isinstance(refused, Spent):
            wait_s = refused.retry_after_s or _SPENT_KEPT_S
            self._too_much.note(self._credential(refs[0]), dt.timedelta(seconds=wait_s))
        elif isinstance(refused, Unknown) and self._with_values(refs):
            self._untold.note(keep=_OLD_KEPT)
            return True
        elif isinstance(refused, Unknown) and not self._lately.has(""):
            self._lately.note(keep=_OLD_KEPT)
            return True
        elif isinstance(refused, Unknown | TooMuch):
            self._too_much.note()
        elif refused.status != 401:  # whoever may not come in at all hears it from REST
            for ref in refs:
                self._barred.note(container_of(ref))
        return False

    def _read(self, refs: Sequence[TicketRef]) -> dict[TicketRef, _Told]:
        """The first page of each. https://docs.github.com/en/graphql/reference/objects#repository"""
        values: dict[str, str | int] = {}
        for at, ref in enumerate(refs):
            owner, _, name = container_of(ref).partition("/")
            values |= {f"o{at}": owner, f"n{at}": name, f"i{at}": int(ref.key.rpartition("#")[2])}
        query = tickets_query(len(refs), is_old=self._lately.has(""), with_values=self._with_values(refs))
        data, errors = self._client.query_partly(query, values, to=container_of(refs[0]))
        spoilt = _spoilt(errors)
        for at, ref in enumerate(refs):
            if NOT_FOR_US & spoilt.get(f"t{at}", set()):
                self._barred.note(container_of(ref))
        told = {ref: self._begun(data.get(f"t{at}")) for at, ref in enumerate(refs) if f"t{at}" not in spoilt}
        return {ref: one for ref, one in told.items() if one}

    def _with_values(self, refs: Iterable[TicketRef]) -> bool:
        """Whether fields of the organisation's own are asked for with them."""
        return not self._untold.has("") and self._values.are_wanted(refs)

    def _begun(self, place: Any) -> _Told | None:
        """An issue with its first page of comments and of events; None where it is in no form that we know."""
        try:
            issue = place["issue"]
            thread = Unrolled(self._threads.get(str(issue["id"]), self._client.now()))
            thread.add_comments(issue["comments"])
            thread.add_events(issue["timelineItems"])
        except STRANGE:
            return None
        return _Told(place, issue, thread)

    def _read_pages(self, told: dict[TicketRef, _Told]) -> None:
        """The pages that are still wanted, one of each thread by each request. Whose pages are in no form that we know
        is taken out. https://docs.github.com/en/graphql/reference/queries#node"""
        for _ in range(_ROUNDS_MAX):
            comments = [ref for ref, one in told.items() if one.thread.after]
            events = [ref for ref, one in told.items() if one.thread.before]
            if not comments and not events:
                break
            values: dict[str, str | int] = {}
            for at, ref in enumerate(comments):
                values |= {f"ci{at}": str(told[ref].issue["id"]), f"ca{at}": told[ref].thread.after}
            for at, ref in enumerate(events):
                values |= {f"ei{at}": str(told[ref].issue["id"]), f"eb{at}": told[ref].thread.before}
            query = pages_query(len(comments), len(events), is_old=self._lately.has(""))
            data, errors = self._client.query_partly(query, values, to=container_of((comments or events)[0]))
            spoilt = _spoilt(errors)
            named = [(f"c{at}", ref) for at, ref in enumerate(comments)]
            named += [(f"e{at}", ref) for at, ref in enumerate(events)]
            for name, ref in named:
                if ref in told and (name in spoilt or not _is_added(told[ref].thread, data.get(name))):
                    del told[ref]
        for ref in [ref for ref, one in told.items() if not one.thread.is_done]:
            del told[ref]

    def _tickets(self, told: Mapping[TicketRef, _Told], reader: Reader) -> dict[TicketRef, Ticket]:
        found: dict[TicketRef, Ticket] = {}
        for ref, one in told.items():
            try:
                found[ref] = self._ticket(one, reader)
            except STRANGE:
                continue
            if one.thread.is_long:
                self._threads.put(str(one.issue["id"]), one.thread.as_thread(self._client.now()))
        return found

    def _ticket(self, told: _Told, reader: Reader) -> Ticket:
        place = told.place
        events = events_as_rest(list(told.thread.comments.values()), list(told.thread.events.values()))
        issue = issue_as_rest(told.issue, place["nameWithOwner"], events)
        visibility = str(place["visibility"]).lower()
        audience = self._standing.note_audience(
            place["nameWithOwner"], is_private=place["isPrivate"] is not False, visibility=visibility
        )
        ticket = reader.ticket(issue, events, audience)
        edits = edits_in(told.issue, ticket.created_at, reader)
        self._edits.note_told(ticket, issue, edits)
        if "issueFieldValues" in told.issue:
            ticket = self._values.told(ticket, (told.issue["issueFieldValues"] or {"nodes": ()})["nodes"])
        else:
            ticket = self._values.by_rest(ticket)
        return replace(ticket, changes=tuple(sorted((*ticket.changes, *edits), key=lambda change: change.at)))


def _spoilt(errors: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """Which of the things that were asked for have errors, and of what kinds where they are not deep inside."""
    spoilt: dict[str, set[str]] = {}
    for error in errors:
        path = path_of(error)
        kinds = spoilt.setdefault(str(path[0]), set())
        if len(path) <= _SHALLOW:
            kinds.add(kind_of(error))
    return spoilt


def _is_added(thread: Unrolled, issue: Any) -> bool:
    """Whether that was a page of the thread."""
    try:
        if "comments" in issue:
            thread.add_comments(issue["comments"])
        else:
            thread.add_events(issue["timelineItems"])
    except STRANGE:
        return False
    return True
