"""The world as GitHub's GraphQL shows it to one account: plain values by field, and what gives them where a field has
arguments.

Other than REST's, an App's bot is told without its suffix, an account that is gone is null, the edits of a text are
told, an issue that has moved is not there under its old number, and a pull request is no issue. Events are those of
REST's timeline, under the names that GraphQL has for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLError

from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_graphql_cost import Cost
from connectors.sandbox.github_graphql_events import event_of
from connectors.sandbox.github_graphql_fields import field_values
from connectors.sandbox.github_graphql_pages import connection
from connectors.sandbox.github_json import is_closed, node_id, stamp
from connectors.sandbox.github_timeline import GithubTimeline
from connectors.sandbox.world import CommentState, PlaceState, TicketState

Fields = Mapping[str, Any]


def not_found(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": "NOT_FOUND"})


class GraphqlView:
    """One site, as `account` may see it."""

    def __init__(self, desk: GithubDesk, account: str) -> None:
        self._desk = desk
        self._site = desk.site
        self._account = account
        self._timeline = GithubTimeline(desk.render)

    def query(self, cost: Cost) -> Fields:
        return {
            "viewer": self._actor(self._account),
            "repository": lambda _, owner, name, **__: self._repository(f"{owner}/{name}"),
            "node": lambda _, id: self._node(id),  # noqa: A006 - the argument's name in GitHub's schema
            "rateLimit": {"cost": cost.points, "nodeCount": cost.nodes},
        }

    def _node(self, wanted: str) -> Fields:
        found = next((one for one in self._site.tickets.values() if node_id("I", one.uid) == wanted), None)
        place = self._site.places.get(found.container) if found else None
        is_issue = found is not None and not found.is_pull_request
        if not (found and is_issue and place and self._desk.may_read(self._account, place)):
            raise not_found(f"Could not resolve to a node with the global id of '{wanted}'")
        return self._issue(found)

    def _repository(self, container: str) -> Fields:
        place = self._site.places.get(container)
        if place is None or not self._desk.may_read(self._account, place):
            raise not_found(f"Could not resolve to a Repository with the name '{container}'.")
        return {**self._place(place), "issue": lambda _, number: self._issue_at(place, number)}

    def _place(self, place: PlaceState) -> Fields:
        return {
            "__typename": "Repository",
            "id": node_id("R", place.number),
            "nameWithOwner": place.container,
            "isPrivate": not place.is_public,
            "visibility": "PUBLIC" if place.is_public else "PRIVATE",
        }

    def _issue_at(self, place: PlaceState, number: int) -> Fields:
        uid = self._site.by_key.get(f"{place.container}#{number}")
        ticket = self._site.tickets[uid] if uid is not None else None
        is_here = ticket is not None and ticket.container == place.container and not ticket.is_pull_request
        if not (ticket and is_here and place.has_issues):
            raise not_found(f"Could not resolve to an Issue with the number of {number}.")
        return self._issue(ticket)

    def _issue(self, ticket: TicketState) -> Fields:
        edits = self._edits(ticket)
        reason = self._desk.render.issue(ticket)["state_reason"]
        return {
            **self._short(ticket),
            "title": ticket.title,
            "body": ticket.body or "",
            "url": self._desk.render.issue_page(ticket),
            "databaseId": ticket.uid,
            "fullDatabaseId": str(ticket.uid),
            "state": "CLOSED" if is_closed(ticket) else "OPEN",
            "stateReason": lambda _, **__: reason.upper() if reason else None,
            "createdAt": stamp(ticket.created_at),
            "updatedAt": stamp(ticket.updated_at),
            "closedAt": stamp(ticket.closed_at) if ticket.closed_at else None,
            "includesCreatedEdit": bool(edits),
            "lastEditedAt": edits[0]["editedAt"] if edits else None,
            "editor": edits[0]["editor"] if edits else None,
            **self._lists(ticket, edits),
        }

    def _lists(self, ticket: TicketState, edits: list[Fields]) -> Fields:
        site = self._site
        parent = site.tickets.get(ticket.parent_uid) if ticket.parent_uid is not None else None
        labels = [{"id": node_id("LA", hash(name)), "name": name} for name in ticket.labels]
        children = self._desk.render.children(ticket)
        return {
            "parent": self._short(parent) if parent else None,
            "subIssues": lambda _, **asked: connection([self._short(one) for one in children], **asked),
            "labels": lambda _, **asked: connection(labels, **asked),
            "assignees": lambda _, **asked: connection([self._actor(one) for one in ticket.assignees], **asked),
            "userContentEdits": lambda _, **asked: connection(edits, **asked),
            "comments": lambda _, **asked: self._comments(ticket, **asked),
            "issueFieldValues": lambda _, **asked: connection(field_values(site, ticket), **asked),
            "timelineItems": lambda _, **asked: self._happened(ticket, **asked),
        }

    def _short(self, ticket: TicketState) -> dict[str, Any]:
        """What is shown of an issue wherever another one names it."""
        place = self._place(self._site.places[ticket.container])
        author = self._actor(ticket.reporter)
        shown = {"id": node_id("I", ticket.uid), "number": ticket.number, "repository": place, "author": author}
        return {"__typename": "Issue", **shown}

    def _comments(self, ticket: TicketState, *, orderBy: Any = None, **asked: Any) -> Fields:  # noqa: N803 - GitHub's
        found = sorted(ticket.comments, key=_order(orderBy), reverse=bool(orderBy) and orderBy["direction"] == "DESC")
        return connection([self._comment(one) for one in found], **asked)

    def _comment(self, comment: CommentState) -> Fields:
        return {
            "__typename": "IssueComment",
            "id": node_id("IC", comment.id),
            "databaseId": comment.id,
            "fullDatabaseId": str(comment.id),
            "author": self._actor(comment.author),
            "body": comment.body,
            "createdAt": stamp(comment.created_at),
            "updatedAt": stamp(comment.updated_at),
        }

    def _happened(self, ticket: TicketState, *, itemTypes: Any = None, **asked: Any) -> Fields:  # noqa: N803 - GitHub's
        comments = {one.id: one for one in ticket.comments}
        found: list[Fields] = []
        for told in self._timeline.timeline(ticket):
            if told["event"] == "commented":
                found.append(self._comment(comments[told["id"]]))
            else:
                found.append(event_of(told, self._actor, self._site))
        wanted = None if itemTypes is None else {one.replace("_", "").casefold() for one in itemTypes}
        shown = [one for one in found if wanted is None or one["__typename"].casefold() in wanted]
        return {**connection(shown, **asked), "updatedAt": stamp(ticket.updated_at)}

    def _edits(self, ticket: TicketState) -> list[Fields]:
        """Newest first, and the opening last, where there is any."""
        made = [(entry.at, entry.actor) for entry in ticket.history if entry.kind == "described"]
        if made:
            made.insert(0, (ticket.created_at, ticket.reporter))
        return [
            {
                "id": node_id("UCE", number),
                "createdAt": stamp(at),
                "editedAt": stamp(at),
                "editor": self._actor(who),
            }
            for number, (at, who) in reversed(list(enumerate(made)))
        ]

    def _actor(self, login: str) -> Fields | None:
        """An account in short; of an App's bot without its suffix, and null for whoever is gone."""
        account = self._site.accounts.get(login)
        if account is None:
            return None
        # On GitHub every bot's login ends so; of a company's own made-up bots not each does.
        kind = "Bot" if account.account.endswith("[bot]") else "User"
        shown = account.account.removesuffix("[bot]")
        return {"__typename": kind, "id": node_id("U", account.number), "login": shown}


def _order(order_by: Any) -> Callable[[CommentState], tuple[dt.datetime, int]]:
    if order_by:
        return lambda one: (one.updated_at.replace(microsecond=0), one.id)
    return lambda one: (one.created_at, one.id)
