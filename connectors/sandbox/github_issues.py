"""GitHub's issues: list, get, open, change, lock (https://docs.github.com/rest/issues/issues).

Like GitHub it drops labels and assignees in silence when whoever opens an issue may not set them, creates
labels that it does not know, and refuses a conditional PATCH.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from connectors.sandbox.github_desk import GithubDesk, typed
from connectors.sandbox.github_errors import invalid, refusal
from connectors.sandbox.github_issue_fields import put_values, read_type, read_values
from connectors.sandbox.github_json import is_closed
from connectors.sandbox.github_labels import known_label, label_names
from connectors.sandbox.github_paging import paged
from connectors.sandbox.github_timeline import GithubTimeline
from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.world import PlaceState, TicketState

BODY_MAX = 65_536
_TITLE_MAX = 256
_ISSUES = "/repos/{owner}/{repo}/issues"
_ISSUE = _ISSUES + "/{number}"
_REASONS = ("completed", "not_planned", "duplicate", "reopened")
_CONDITIONS = ("if-match", "if-none-match", "if-unmodified-since", "if-modified-since")


class GithubIssues:
    """The routes below `/repos/{owner}/{repo}/issues` that are about issues themselves."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._render = desk.render
        self._timeline = GithubTimeline(desk.render)

    def add_routes(self, router: Router) -> None:
        router.add("GET", _ISSUES, self.list_issues)
        router.add("POST", _ISSUES, self.open_issue)
        router.add("GET", _ISSUE, self.get_issue)
        router.add("PATCH", _ISSUE, self.change_issue)
        router.add("GET", _ISSUE + "/timeline", self.list_timeline)
        router.add("GET", _ISSUE + "/events", self.list_events)
        router.add("PUT", _ISSUE + "/lock", self.lock_issue)
        router.add("DELETE", _ISSUE + "/lock", self.unlock_issue)

    # --- reading ------------------------------------------------------------------------------

    def list_issues(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/issues/issues#list-repository-issues"""
        place = self._desk.place_with_issues(request, owner, repo)
        found = [t for t in self._site.in_place(place.container) if self._is_listed(request, t)]
        return paged(request, self._render.base_url, _sorted(request, found), self._render.issue)

    def get_issue(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/issues#get-an-issue"""
        return Response(200, self._render.issue(self._desk.ticket(request, owner, repo, number)))

    def list_timeline(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/timeline#list-timeline-events-for-an-issue"""
        ticket = self._desk.ticket(request, owner, repo, number)
        return paged(request, self._render.base_url, self._timeline.timeline(ticket), dict)

    def list_events(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/events#list-issue-events"""
        ticket = self._desk.ticket(request, owner, repo, number)
        return paged(request, self._render.base_url, self._timeline.events(ticket), dict)

    # --- writing ------------------------------------------------------------------------------

    def open_issue(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/issues/issues#create-an-issue"""
        actor = self._desk.actor(request)
        place = self._desk.place_with_issues(request, owner, repo)
        fields = self._desk.fields(request)
        title, body = _title(fields, is_required=True), _body(fields)
        labels, logins = label_names(fields.get("labels") or []), self._logins(fields)
        kind, values = read_type(self._site, owner, fields), read_values(self._site, owner, fields)
        if not self._site.may(actor, place.container, "triage"):
            labels, logins = [], []
        if not self._site.may(actor, place.container, "write"):
            kind, values = "", {}
        self._check_assignees(place, logins)
        ticket = self._site.open_ticket(
            actor,
            place.container,
            title,
            body,
            labels=tuple(dict.fromkeys(known_label(place, name) for name in labels)),
            assignees=tuple(dict.fromkeys(logins)),
            ticket_type=kind,
        )
        put_values(self._site, actor, ticket, values)
        return Response(201, self._render.issue(ticket), {"Location": self._render.issue_url(ticket)})

    def change_issue(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/issues#update-an-issue"""
        refuse_conditions(request)
        actor = self._desk.actor(request)
        ticket = self._desk.ticket(request, owner, repo, number)
        place = self._site.places[ticket.container]
        fields = self._desk.fields(request)
        title = _title(fields, is_required=False)
        body = _body(fields)
        state, reason = _state(fields)
        labels = [known_label(place, name) for name in label_names(fields.get("labels") or [])]
        logins = self._logins(fields)
        self._check_assignees(place, logins)
        if actor != ticket.reporter:
            self._desk.needs(request, place, "triage")
        if title:
            self._site.set_title(actor, ticket.key, title)
        if "body" in fields:
            self._site.set_body(actor, ticket.key, body)
        if "labels" in fields:
            self.set_labels(actor, ticket, labels)
        if "assignees" in fields or "assignee" in fields:
            self._site.assign(actor, ticket.key, tuple(dict.fromkeys(logins)))
        self._set_state(actor, ticket, state, reason)
        return Response(200, self._render.issue(ticket))

    def lock_issue(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/issues#lock-an-issue"""
        return self._lock(request, self._desk.ticket(request, owner, repo, number), is_locked=True)

    def unlock_issue(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/issues#unlock-an-issue"""
        return self._lock(request, self._desk.ticket(request, owner, repo, number), is_locked=False)

    def set_labels(self, actor: str, ticket: TicketState, labels: list[str]) -> None:
        """Make exactly these the labels; names are the repository's own."""
        for name in [name for name in ticket.labels if name not in labels]:
            self._site.remove_label(actor, ticket.key, name)
        for name in dict.fromkeys(labels):
            self._site.add_label(actor, ticket.key, name)

    # --- inside -------------------------------------------------------------------------------

    def _lock(self, request: Request, ticket: TicketState, *, is_locked: bool) -> Response:
        actor = self._desk.needs(request, self._site.places[ticket.container], "write")
        if ticket.is_locked != is_locked:
            self._site.lock_ticket(actor, ticket.key, is_locked)
        return Response(204)

    def _set_state(self, actor: str, ticket: TicketState, state: str, reason: str) -> None:
        # As documented, `state_reason` is ignored unless the state changes.
        if state == "closed" and not is_closed(ticket):
            self._site.close(actor, ticket.key, reason or "completed")
        elif state == "open" and is_closed(ticket):
            self._site.reopen(actor, ticket.key)

    def _logins(self, fields: dict[str, Any]) -> list[str]:
        return [self._desk.login(login) for login in _logins(fields)]

    def _check_assignees(self, place: PlaceState, logins: list[str]) -> None:
        for login in logins:
            if not self._site.may(login, place.container, "read"):
                raise invalid("Issue", "assignees", "invalid", value=login)

    def _is_listed(self, request: Request, ticket: TicketState) -> bool:
        state = request.one("state", "open")
        if state not in ("open", "closed", "all"):
            raise invalid("Issue", "state", "invalid", value=state)
        if state != "all" and is_closed(ticket) != (state == "closed"):
            return False
        wanted = [name.strip().casefold() for name in request.one("labels").split(",") if name.strip()]
        if not set(wanted) <= {name.casefold() for name in ticket.labels}:
            return False
        creator, assignee = request.one("creator"), request.one("assignee", "*")
        if creator and ticket.reporter != creator:
            return False
        if "assignee" in request.query and not _is_assigned(ticket, assignee):
            return False
        since = since_of(request)
        return since is None or ticket.updated_at.replace(microsecond=0) >= since


def refuse_conditions(request: Request) -> None:
    """GitHub takes no conditions on a write: what is there is overwritten, or nothing is."""
    if any(name in request.headers for name in _CONDITIONS):
        message = "Conditional request headers are not allowed in unsafe requests unless supported by the endpoint"
        raise refusal(400, message)


def since_of(request: Request) -> dt.datetime | None:
    """The `since` parameter as an instant; None when absent. Raises ApiError 422 when it is none."""
    text = request.one("since")
    if not text:
        return None
    try:
        since = dt.datetime.fromisoformat(text)
    except ValueError:
        raise invalid("Issue", "since", "invalid", value=text) from None
    return since if since.tzinfo else since.replace(tzinfo=dt.UTC)


def too_long(resource: str, body: str) -> ApiError | None:
    """GitHub's refusal of a text beyond 65,536 characters, or None."""
    if len(body) <= BODY_MAX:
        return None
    return invalid(resource, "body", "custom", f"body is too long (maximum is {BODY_MAX} characters)")


def _sorted(request: Request, found: list[TicketState]) -> list[TicketState]:
    is_descending = request.one("direction", "desc") != "asc"
    match request.one("sort", "created"):
        case "updated":
            return sorted(found, key=lambda t: (t.updated_at, t.number), reverse=is_descending)
        case "comments":
            return sorted(found, key=lambda t: (len(t.comments), t.number), reverse=is_descending)
        case _:
            return sorted(found, key=lambda t: (t.created_at, t.number), reverse=is_descending)


def _is_assigned(ticket: TicketState, assignee: str) -> bool:
    if assignee in ("*", "none"):
        return bool(ticket.assignees) == (assignee == "*")
    return assignee in ticket.assignees


def _title(fields: dict[str, Any], *, is_required: bool) -> str:
    value = fields.get("title")
    if value is None and is_required:
        raise refusal(422, 'Invalid request.\n\n"title" wasn\'t supplied.')
    title = str(value) if isinstance(value, str | int) else ""
    if not title.strip() and ("title" in fields and value is not None):
        raise invalid("Issue", "title", "missing_field")
    if len(title) > _TITLE_MAX:
        raise invalid("Issue", "title", "custom", f"title is too long (maximum is {_TITLE_MAX} characters)")
    return title


def _body(fields: dict[str, Any]) -> str:
    body = typed(fields, "body", str, "")
    error = too_long("Issue", body)
    if error is not None:
        raise error
    return body


def _state(fields: dict[str, Any]) -> tuple[str, str]:
    state, reason = typed(fields, "state", str, ""), typed(fields, "state_reason", str, "")
    if state not in ("", "open", "closed"):
        raise invalid("Issue", "state", "invalid", value=state)
    if reason and reason not in _REASONS:
        raise invalid("Issue", "state_reason", "invalid", value=reason)
    return state, reason


def _logins(fields: dict[str, Any]) -> list[str]:
    logins = typed(fields, "assignees", list, [])
    if not all(isinstance(login, str) for login in logins):
        raise refusal(422, "Invalid request.\n\nFor 'assignees', every item is a login.")
    single = typed(fields, "assignee", str, "")
    return logins or ([single] if single else [])
