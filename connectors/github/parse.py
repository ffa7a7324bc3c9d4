"""GitHub's JSON into facts, once, here. Pure: nothing is fetched and nothing is believed that is not ours.

A marker counts only in text whose author is our own account (`us`); the texts in facts come without it.
Unknown things are kept plain rather than guessed at, and a deleted account is the person `ghost`, as
GitHub shows it. Raises KeyError, TypeError or ValueError where the JSON is not GitHub's.

See https://docs.github.com/en/rest/issues/issues
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.github.addresses import key_in_url, key_of
from connectors.github.timeline import changes_in, entry_id, parent_in, sub_issues_in
from connectors.markers import MarkerCodec, without_marker
from connectors.tracker import Found
from rules.facts import (
    Actor,
    ActorKind,
    Audience,
    Change,
    ChangeKind,
    Comment,
    Marker,
    Resolution,
    Status,
    Ticket,
    TicketLink,
)
from rules.refs import TicketRef

Json = Mapping[str, Any]


class Reader:
    """Reads the JSON of one tracker, called `name` in our configuration, as the account `us`. `bots` are accounts of
    other programs, folded, that GitHub takes for people's."""

    def __init__(self, name: str, us: str, codec: MarkerCodec, bots: frozenset[str] = frozenset()) -> None:
        self.name = name
        self._us = us.casefold()
        self._codec = codec
        self._bots = bots

    def ticket(self, issue: Json, events: Sequence[Json], audience: Audience) -> Ticket:
        """A whole ticket from an issue and its timeline."""
        is_closed = issue["state"] == "closed"
        return Ticket(
            ref=TicketRef(self.name, key_of(issue)),
            uid=str(int(issue["id"])),
            url=str(issue["html_url"]),
            title=str(issue["title"]),
            body=without_marker(issue.get("body") or ""),
            status=Status.DONE if is_closed else Status.NEW,
            resolution=resolution(issue.get("state_reason")) if is_closed else Resolution.NONE,
            reporter=self.actor(issue.get("user")),
            created_at=moment(issue["created_at"]),
            updated_at=moment(issue["updated_at"]),
            closed_at=moment(issue["closed_at"]) if is_closed and issue.get("closed_at") else None,
            labels=labels(issue),
            assignees=tuple(self.actor(user) for user in issue.get("assignees") or ()),
            comments=self._comments(events),
            changes=self._changes(issue, events),
            links=links(issue, events),
            marker=self.marker(issue),
            audience=audience,
        )

    def found(self, issue: Json) -> Found:
        """An issue met in a listing."""
        return Found(
            ref=TicketRef(self.name, key_of(issue)),
            uid=str(int(issue["id"])),
            updated_at=moment(issue["updated_at"]),
            labels=labels(issue),
            marker=self.marker(issue),
            is_closed=issue["state"] == "closed",
        )

    def comment(self, shown: Json) -> Comment:
        """A comment from a listing or from the timeline."""
        written, edited = moment(shown["created_at"]), moment(shown.get("updated_at") or shown["created_at"])
        return Comment(
            id=str(int(shown["id"])),
            at=written,
            author=self.actor(shown.get("user") or shown.get("actor")),
            body=without_marker(shown.get("body") or ""),
            edited_at=edited if edited > written else None,
            marker=self.marker(shown),
        )

    def actor(self, user: Json | None) -> Actor:
        """Who an account is: ours, a bot, or a person. None is the person `ghost`."""
        if not user or not user.get("login"):
            return Actor("ghost", "ghost")
        login = str(user["login"])
        name = str(user.get("name") or login)
        if self.is_us(user):
            return Actor(login, name, ActorKind.OURS)
        is_bot = user.get("type") == "Bot" or login.endswith("[bot]") or login.casefold() in self._bots
        return Actor(login, name, ActorKind.BOT if is_bot else ActorKind.PERSON)

    def is_us(self, user: Json | None) -> bool:
        return bool(user) and str((user or {}).get("login", "")).casefold() == self._us

    def marker(self, written: Json) -> Marker | None:
        """The marker in an issue or a comment, believed only where we wrote it."""
        author = written.get("user") or written.get("actor")
        return self._codec.find(written.get("body") or "") if self.is_us(author) else None

    def _comments(self, events: Sequence[Json]) -> tuple[Comment, ...]:
        found = [self.comment(event) for event in events if event.get("event") == "commented"]
        return tuple(sorted(found, key=lambda comment: comment.at))

    def _changes(self, issue: Json, events: Sequence[Json]) -> tuple[Change, ...]:
        at, reporter = moment(issue["created_at"]), self.actor(issue.get("user"))
        opened = Change(entry_id("opened", at), at, reporter, ChangeKind.OPENED)
        later = changes_in(events, key_of(issue), self.actor)
        return tuple(sorted((opened, *later), key=lambda change: change.at))


def moment(text: str) -> dt.datetime:
    """A time as GitHub writes it, in UTC."""
    at = dt.datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def labels(issue: Json) -> tuple[str, ...]:
    """Names of the labels; GitHub shows them as objects, and in some answers as plain names."""
    shown = issue.get("labels") or ()
    names = (label if isinstance(label, str) else label.get("name") for label in shown)
    return tuple(str(name) for name in names if name)


def due_in(values: Sequence[Json], due_field: int) -> dt.date | None:
    """The day among the values of an issue's fields, by the id of the field that says by when it is due; None where
    there is none. https://docs.github.com/en/rest/issues/issue-field-values"""
    for value in values:
        if value.get("issue_field_id") == due_field and value.get("value"):
            return dt.date.fromisoformat(str(value["value"])[:10])
    return None


def resolution(state_reason: object) -> Resolution:
    """Why a closed issue was closed; issues from before there were reasons count as completed."""
    try:
        return Resolution(str(state_reason or "completed"))
    except ValueError:
        return Resolution.COMPLETED


def links(issue: Json, events: Sequence[Json]) -> tuple[TicketLink, ...]:
    """The issue's parent and its sub-issues; GraphQL lists these (`as_rest`), and REST's history tells them. https://docs.github.com/en/rest/issues/sub-issues"""
    # A server that knows the field at all is right about it, null included; an older one only tells its history.
    told = key_in_url(issue.get("parent_issue_url"))
    parent = told if "parent_issue_url" in issue else parent_in(events)
    found = [TicketLink(parent, "parent")] if parent else []
    children = issue["sub_issue_keys"] if "sub_issue_keys" in issue else sub_issues_in(events)
    return (*found, *(TicketLink(key, "sub-issue") for key in children))
