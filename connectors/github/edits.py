"""Edits of an issue's text: who wrote, and when. Only GraphQL tells them.

Whether a text has rested, and whether somebody ticked an item, hangs on them. Where tickets are read by GraphQL
(`together`) their edits come with them. Where one is read by REST, to ask for them at every look would cost a third
request for it, so it is asked only where there may be an answer that is not known: the text is
another one than when it was asked for last, or the issue was touched and nothing in its history says by what. What
was known is a process's own memory; a new process asks once for each issue on which something of ours stands.

Where GraphQL is refused, an edit is known by the issue's own `updated_at`, and its author is nobody: that is enough to
let a text rest, and never progress (P5). Nothing is written here.

See https://docs.github.com/en/graphql/reference/objects#issue and
https://docs.github.com/en/graphql/reference/objects#usercontentedit
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import Refused
from connectors.github.as_rest import account_as_rest
from connectors.github.barred import Barred
from connectors.github.client import GitHubClient
from connectors.github.parse import Reader, moment
from connectors.github.timeline import entry_id, newest_in
from connectors.github.understood import understood
from connectors.tracker import Found
from rules.facts import Actor, ActorKind, Change, ChangeKind, Ticket

Json = Mapping[str, Any]

#: The newest are listed first. What an issue's last editor did is asked for beside, should a server list otherwise.
QUERY = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      lastEditedAt
      editor { __typename login }
      userContentEdits(first: 50) { nodes { editedAt editor { __typename login } } }
    }
  }
}
"""
#: An event and the `updated_at` that it brings are up to so far apart.
_SLACK = dt.timedelta(seconds=2)
_ENTRIES_MAX = 10_000
#: Whoever made an edit of which only the moment is known. It is nobody's progress.
NOBODY = Actor("", "", ActorKind.BOT)


@dataclass(frozen=True, slots=True)
class _Known:
    """The edits of an issue whose text was `text` when it was last `updated_at`. `is_told` says that GitHub told them,
    or that there can be none."""

    text: int
    updated_at: dt.datetime
    edits: tuple[Change, ...]
    is_told: bool = True


class Edits:
    """The edits of one server's issues, remembered; safe to share between threads."""

    def __init__(self, client: GitHubClient, barred: Barred) -> None:
        self._client = client
        self._barred = barred
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def note_opened(self, found: Found, issue: Json) -> None:
        """An issue that we opened just now, as GitHub shows it: nobody has edited it."""
        self._remember(found.uid, _Known(_text_of(issue), found.updated_at, ()))

    def note_told(self, ticket: Ticket, issue: Json, edits: tuple[Change, ...]) -> None:
        """What another answer has just told of a ticket, oldest first."""
        self._remember(ticket.uid, _Known(_text_of(issue), ticket.updated_at, edits))

    def of(self, ticket: Ticket, issue: Json, events: Sequence[Json], reader: Reader) -> tuple[Change, ...]:
        """The edits of a ticket, oldest first, whose `issue` and timeline were fetched just now. One request, where it
        is needed. Raises Temporary."""
        text, known = _text_of(issue), self._known.get(ticket.uid)
        is_unexplained = ticket.updated_at > _newest(ticket, events) + _SLACK
        is_news = known is None or known.text != text or (is_unexplained and ticket.updated_at > known.updated_at)
        if known and known.is_told and not is_news:
            return known.edits
        if known is None and ticket.updated_at <= ticket.created_at + _SLACK:
            return self._remember(ticket.uid, _Known(text, ticket.updated_at, ()))
        if known is None and not is_unexplained and not is_touched(ticket):
            return ()  # whatever was edited before the case began moves no clock of it
        edits = self._ask(ticket, reader)
        if edits is not None:
            return self._remember(ticket.uid, _Known(text, ticket.updated_at, edits))
        # Those that were told stay known: that GraphQL is refused now does not unmake them.
        edits = known.edits if known else ()
        if is_news and (known or is_unexplained):
            edits += (_change(ticket.updated_at, NOBODY),)
        return self._remember(ticket.uid, _Known(text, ticket.updated_at, edits, is_told=False))

    def _ask(self, ticket: Ticket, reader: Reader) -> tuple[Change, ...] | None:
        """What GraphQL tells; None where it is refused."""
        container, _, number = ticket.ref.key.rpartition("#")
        if self._barred.has(container):
            return None
        owner, _, name = container.partition("/")
        try:
            told = self._client.query_graphql(QUERY, {"owner": owner, "name": name, "number": int(number)}, to=owner)
        except Refused:
            self._barred.note(container)
            return None
        with understood(ticket.ref.key):
            return edits_in(told["repository"]["issue"], ticket.created_at, reader)

    def _remember(self, uid: str, known: _Known) -> tuple[Change, ...]:
        with self._lock:
            if len(self._known) >= _ENTRIES_MAX:
                self._known.clear()
            self._known[uid] = known
        return known.edits


def edits_in(issue: Json, opened_at: dt.datetime, reader: Reader) -> tuple[Change, ...]:
    """The edits that GraphQL tells of an issue, oldest first. Once there are any, GitHub counts the opening among
    them: that is left out. Raises KeyError, TypeError, ValueError on a strange shape."""
    told = [(node["editedAt"], node["editor"]) for node in issue["userContentEdits"]["nodes"] if node]
    if issue["lastEditedAt"]:
        told.append((issue["lastEditedAt"], issue["editor"]))
    found: dict[dt.datetime, Change] = {}
    for at, editor in told:
        found.setdefault(moment(at), _change(moment(at), reader.actor(account_as_rest(editor))))
    return tuple(found[at] for at in sorted(found) if at > opened_at)


def _change(at: dt.datetime, actor: Actor) -> Change:
    # GitHub's own id of an edit is left out: the same edit may be known by its moment alone.
    return Change(entry_id("edited", at), at, actor, ChangeKind.DESCRIBED)


def _text_of(issue: Json) -> int:
    return hash(str(issue.get("body") or ""))


def _newest(ticket: Ticket, events: Sequence[Json]) -> dt.datetime:
    """When the last thing happened of which the history tells, be it something that no facts are made of."""
    told = [ticket.created_at, newest_in(events) or ticket.created_at]
    return max(told + [comment.edited_at or comment.at for comment in ticket.comments])


def is_touched(ticket: Ticket) -> bool:
    """Whether we opened it or wrote on it: where we did not, nothing was said that could be said again."""
    return ticket.reporter.kind is ActorKind.OURS or any(comment.marker for comment in ticket.comments)
