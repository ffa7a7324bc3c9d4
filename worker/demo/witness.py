"""Looks at what stands on the trackers, and tells what Aftermath wrote since the last look.

It believes markers only, as Aftermath itself does, and asks the sandbox's world rather than its API, so that
looking costs no request and changes no count.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connectors.markers import NAME, MarkerCodec
from connectors.sandbox.pages import ticket_path
from connectors.sandbox.world import Site, TicketState, World
from rules.facts import Marker
from worker.sandbox import OUR_ACCOUNT
from worker.trackers import shown_text

_MENTION = re.compile(r"\[[^\]]+\]\(mention:([^)]+)\)")


class Kind(StrEnum):
    """What a thing that was written is."""

    TICKET = "ticket"
    COMMENT = "comment"
    EDIT = "edit"
    LABEL = "label"
    LINK = "link"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Written:
    """One thing that Aftermath wrote. `what` is the marker's kind, the label's name or the link's target.

    `text` is Markdown without its marker, `key` the marker's, empty for labels and links. `title`, `owner` (an
    account) and `due` (an ISO date) are a ticket's; a private letter has a title, and its owner is whom it reached.
    """

    kind: Kind
    at: dt.datetime
    ticket: str
    what: str
    text: str = ""
    key: str = ""
    title: str = ""
    owner: str = ""
    due: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """The accounts that a text mentions, as GitHub writes mentions."""
        return tuple(re.findall(r"(?<!\w)@([a-z][a-z-]*)", self.text))


class Witness:
    """Reads one world. Whoever asks sees to it that nothing is under way."""

    def __init__(self, world: World, codec: MarkerCodec) -> None:
        self._world = world
        self._codec = codec
        self._seen: set[tuple[str, ...]] = set()

    def news(self) -> list[Written]:
        """What is new or different since the last call: tickets first, then as it happened."""
        found: list[Written] = []
        for identity, written in self._all():
            if identity not in self._seen:
                self._seen.add(identity)
                found.append(written)
        return found

    def written(self) -> list[Written]:
        """Everything of ours that stands there now: tickets, comments, labels, links."""
        return [one for _, one in self._all() if one.kind is not Kind.EDIT]

    def due(self, site: Site, ticket: TicketState) -> str:
        """The ISO date by which a ticket of ours is due, or empty: GitHub has no field for it, its marker has."""
        marker = self._marker_of(site, ticket.reporter, ticket.body, ticket.properties)
        return marker.extra.partition(":")[2] if marker else ""

    def _all(self) -> Iterator[tuple[tuple[str, ...], Written]]:
        sites = self._world.sites.values()
        tickets = [(site, ticket) for site in sites for ticket in site.tickets.values()]
        for site, ticket in tickets:
            marker = self._marker_of(site, ticket.reporter, ticket.body, ticket.properties)
            if marker:
                yield (site.name, str(ticket.uid)), _opened(site, ticket, marker)
        for site, ticket in tickets:
            yield from self._comments(site, ticket)
            yield from _history(site, ticket)
        for number, letter in enumerate(self._world.letters):
            what = "review" if "review" in letter.title.casefold() else "reflect"
            told = Written(Kind.LETTER, letter.at, "", what, letter.body, title=letter.title, owner=letter.to)
            yield ("letter", str(number)), told

    def _comments(self, site: Site, ticket: TicketState) -> Iterator[tuple[tuple[str, ...], Written]]:
        for comment in ticket.comments:
            marker = self._marker_of(site, comment.author, comment.body, comment.properties)
            if marker is None:
                continue
            text, at = body_text(site, comment.body), comment.updated_at
            said = Written(Kind.COMMENT, comment.created_at, ticket.key, marker.kind, text, marker.key)
            yield (site.name, str(comment.id)), said
            if at != comment.created_at:
                edit = Written(Kind.EDIT, at, ticket.key, marker.kind, text, marker.key)
                yield (site.name, str(comment.id), at.isoformat(), text), edit

    def _marker_of(self, site: Site, author: str, body: Any, properties: dict[str, Any]) -> Marker | None:
        if author != OUR_ACCOUNT:
            return None
        if site.kind == "github":
            return self._codec.find(body or "")
        return self._codec.read(properties.get(NAME, {}).get("marker", ""))


def _opened(site: Site, ticket: TicketState, marker: Marker) -> Written:
    return Written(
        Kind.TICKET,
        ticket.created_at,
        ticket.key,
        marker.kind,
        body_text(site, ticket.body),
        marker.key,
        title=ticket.title,
        owner=next(iter(ticket.assignees), ""),
        due=marker.extra.partition(":")[2],
    )


def _history(site: Site, ticket: TicketState) -> Iterator[tuple[tuple[str, ...], Written]]:
    for entry in ticket.history:
        kind = {"labelled": Kind.LABEL, "linked": Kind.LINK}.get(entry.kind)
        # Labels that a ticket was opened with came with it.
        came_with_it = kind is Kind.LABEL and ticket.reporter == OUR_ACCOUNT and entry.at == ticket.created_at
        if kind and entry.actor == OUR_ACCOUNT and not came_with_it:
            yield (site.name, str(entry.id)), Written(kind, entry.at, ticket.key, entry.new)


def body_text(site: Site, body: Any) -> str:
    """A ticket's or comment's text as Markdown, whatever the tracker keeps it in, mentions as Jira's page shows
    them: wiki markup holds no names."""

    def named(found: re.Match[str]) -> str:
        account = site.accounts.get(found[1])
        return f"@{account.name if account else found[1]}"

    return _MENTION.sub(named, shown_text(site.kind, body))


def links_among(tickets: Sequence[tuple[Site, TicketState]]) -> set[tuple[str, str]]:
    """Pairs (from, to) of keys: by a link that the tracker has, or by the address in a text of ours."""
    addresses = {ticket.key: re.compile(re.escape(ticket_path(site, ticket)) + r"(?!\d)") for site, ticket in tickets}
    found: set[tuple[str, str]] = set()
    for site, ticket in tickets:
        bodies = [comment.body for comment in ticket.comments if comment.author == OUR_ACCOUNT]
        texts = [body_text(site, body) for body in (ticket.body, *bodies)]
        texts += [link.target for link in ticket.links]
        found |= {(ticket.key, key) for key, address in addresses.items() if any(map(address.search, texts))}
        children = (child for other, child in tickets if other is site and child.parent_uid == ticket.uid)
        found |= {(ticket.key, child.key) for child in children}
    return {(one, other) for one, other in found if one != other}
