"""Who may see and do what on a Jira site, and the words in which Jira says no.

Jira hides what somebody may not see: it answers 404 with one and the same sentence, whether a ticket is
missing or hidden. What the world calls rights becomes Jira's permission keys here. A desk holds no state
of its own and answers no request: the parts of the API share one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from connectors.sandbox.http import ApiError, Request
from connectors.sandbox.world import CommentState, PlaceState, Site, TicketState, WorldError

_BAD_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."
HIDDEN = "Issue does not exist or you do not have permission to see it."
OFF_SCREEN = "Field '{0}' cannot be set. It is not on the appropriate screen, or unknown."

#: What each level of rights adds to the one before it.
_GRANTS: dict[str, tuple[str, ...]] = {
    "read": ("BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "DELETE_OWN_COMMENTS"),
    "triage": (
        "EDIT_ISSUES",
        "ASSIGN_ISSUES",
        "ASSIGNABLE_USER",
        "TRANSITION_ISSUES",
        "LINK_ISSUES",
        "SCHEDULE_ISSUES",
        "RESOLVE_ISSUES",
        "CLOSE_ISSUES",
    ),
    "write": ("EDIT_ALL_COMMENTS", "DELETE_ALL_COMMENTS", "SET_ISSUE_SECURITY"),
    "admin": ("ADMINISTER_PROJECTS", "MODIFY_REPORTER", "DELETE_ISSUES"),
}
PROJECT_PERMISSIONS = tuple(key for keys in _GRANTS.values() for key in keys)
GLOBAL_PERMISSIONS = ("ADMINISTER", "USER_PICKER", "BULK_CHANGE")


def refusal(status: int, *messages: str, errors: dict[str, str] | None = None) -> ApiError:
    """Jira's error collection as an ApiError."""
    return ApiError(status, {"errorMessages": list(messages), "errors": errors or {}})


def hidden() -> ApiError:
    return refusal(404, HIDDEN)


def from_world(error: WorldError) -> ApiError:
    """What the world refused, in Jira's words."""
    if error.reason == "missing":
        return hidden()
    status = {"invalid": 400, "gone": 404}.get(error.reason, 403)
    return refusal(status, str(error))


def whole(request: Request, name: str, default: int, most: int) -> int:
    """A whole number from the query, at least 0 and at most `most`. Raises ApiError 400 for anything else."""
    raw = request.one(name)
    if not raw:
        return default
    if not raw.isdigit():
        raise refusal(400, f"'{raw}' is not a valid value for the query parameter '{name}'.")
    return min(int(raw), most)


def json_value(request: Request) -> Any:
    """The body, whatever it is. Raises ApiError 400 when it is no JSON."""
    try:
        return request.json()
    except ApiError:
        raise refusal(400, _BAD_PAYLOAD) from None


def record(request: Request) -> dict[str, Any]:
    """The body as an object. Raises ApiError 400 when it is none."""
    body = json_value(request)
    if not isinstance(body, dict):
        raise refusal(400, _BAD_PAYLOAD)
    return body


class JiraDesk:
    """One site as its accounts may see it. `account` is None for somebody who is not logged in."""

    def __init__(self, site: Site, now: Callable[[], dt.datetime], search_lag_s: float) -> None:
        self.site = site
        self.now = now
        self.search_lag_s = search_lag_s

    def sees(self, account: str | None, container: str) -> bool:
        place = self.site.places.get(container)
        return place is not None and (
            place.is_public or (account is not None and self.site.may(account, container, "read"))
        )

    def sees_ticket(self, account: str | None, ticket: TicketState) -> bool:
        """Whether the account reads the project, and is of the ticket's security level where it has one."""
        return self.sees(account, ticket.container) and self.site.is_of_level(account or "", ticket)

    def ticket(self, account: str | None, id_or_key: str) -> TicketState:
        """A ticket by id or key, in whatever case. Raises ApiError 404."""
        found = self.lookup(account, id_or_key)
        if found is None:
            raise hidden()
        return found

    def lookup(self, account: str | None, id_or_key: str) -> TicketState | None:
        uid = int(id_or_key) if id_or_key.isdigit() else self.site.by_key.get(id_or_key.upper())
        ticket = self.site.tickets.get(uid) if uid is not None else None
        return ticket if ticket and self.sees_ticket(account, ticket) else None

    def place(self, account: str | None, id_or_key: str) -> PlaceState:
        """A project by id or key. Raises ApiError 404."""
        found = self.find_place(account, id_or_key)
        if found is None:
            raise refusal(404, f"No project could be found with key '{id_or_key}'.")
        return found

    def find_place(self, account: str | None, id_or_key: str) -> PlaceState | None:
        """By id, by key, or by a key that it had before."""
        id_or_key = str(self.site.former_places.get(id_or_key, id_or_key))
        for place in self.site.places.values():
            if id_or_key in (place.container, str(place.number)) and self.sees(account, place.container):
                return place
        return None

    def comment(self, ticket: TicketState, comment_id: str) -> CommentState:
        """A comment of a ticket. Raises ApiError 404."""
        for comment in ticket.comments:
            if str(comment.id) == comment_id:
                return comment
        raise refusal(404, f"Can not find a comment for the id: {comment_id}.")

    def comment_anywhere(self, account: str | None, comment_id: str) -> tuple[TicketState, CommentState]:
        """A comment whose ticket is not named. Raises ApiError 400 for no id, 404."""
        if not comment_id.isdigit():
            raise refusal(400, f"'{comment_id}' is not a valid comment id.")
        try:
            ticket, comment = self.site.comment(int(comment_id))
        except WorldError:
            raise refusal(404, f"Can not find a comment for the id: {comment_id}.") from None
        if not self.sees_ticket(account, ticket):
            raise refusal(404, f"Can not find a comment for the id: {comment_id}.")
        return ticket, comment

    def permissions(self, account: str | None, container: str) -> frozenset[str]:
        """Jira's permission keys that an account has in a project."""
        if account is None:
            return frozenset({"BROWSE_PROJECTS"}) if self.sees(None, container) else frozenset()
        held = (keys for level, keys in _GRANTS.items() if self.site.may(account, container, level))
        person = self.site.accounts.get(account)
        is_silent = person is not None and container in person.silent_in
        return frozenset(key for keys in held for key in keys if not (is_silent and key == "ADD_COMMENTS"))

    def global_permissions(self, account: str | None) -> frozenset[str]:
        """An account whose rights are admin everywhere administers the site."""
        person = self.site.accounts.get(account or "")
        if person is None or not person.is_active:
            return frozenset()
        return frozenset(key for key in GLOBAL_PERMISSIONS if key != "ADMINISTER" or person.default_rights == "admin")

    def demand(self, account: str | None, ticket: TicketState, permission: str, status: int) -> None:
        """Raise ApiError with that status unless the account has the permission there."""
        if permission not in self.permissions(account, ticket.container):
            raise refusal(status, f"You do not have permission ({permission}) for the work item {ticket.key}.")
