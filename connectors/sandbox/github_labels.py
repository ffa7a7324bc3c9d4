"""GitHub's labels, of a repository and of an issue (https://docs.github.com/rest/issues/labels).

Names are compared without regard to case and keep the spelling they were created with.
"""

from __future__ import annotations

import re
from typing import Any

from connectors.sandbox.github_desk import GithubDesk, typed
from connectors.sandbox.github_errors import invalid, not_found, refusal
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.world import PlaceState, TicketState

_NAME_MAX = 50
_COLOR = re.compile(r"[0-9a-fA-F]{6}")
_REPO = "/repos/{owner}/{repo}/labels"
_ISSUE = "/repos/{owner}/{repo}/issues/{number}/labels"


def known_label(place: PlaceState, name: str) -> str:
    """The repository's own spelling of a label's name, or the name as given when it has none."""
    return next((known for known in place.labels if known.casefold() == name.casefold()), name)


def label_names(labels: Any) -> list[str]:
    """Names from a list of names or of objects with a name. Raises ApiError 422 on anything else."""
    if not isinstance(labels, list):
        raise refusal(422, "Invalid request.\n\nFor 'labels', a list is expected.")
    return [_label_name(label.get("name") if isinstance(label, dict) else label) for label in labels]


def _label_name(name: Any) -> str:
    if not isinstance(name, str) or not name.strip():
        raise invalid("Label", "name", "missing_field")
    if len(name) > _NAME_MAX:
        raise invalid("Label", "name", "custom", f"name is too long (maximum is {_NAME_MAX} characters)")
    return name


class GithubLabels:
    """The routes about labels."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._render = desk.render

    def add_routes(self, router: Router) -> None:
        router.add("GET", _REPO, self.list_repo_labels)
        router.add("POST", _REPO, self.create_label)
        router.add("GET", _REPO + "/{name...}", self.get_label)
        router.add("PATCH", _REPO + "/{name...}", self.update_label)
        router.add("DELETE", _REPO + "/{name...}", self.delete_label)
        router.add("GET", _ISSUE, self.list_issue_labels)
        router.add("POST", _ISSUE, self.add_labels)
        router.add("PUT", _ISSUE, self.set_labels)
        router.add("DELETE", _ISSUE + "/{name...}", self.remove_label)

    def list_repo_labels(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/issues/labels#list-labels-for-a-repository"""
        place = self._desk.place(request, owner, repo)
        names = sorted(place.labels, key=str.casefold)
        return paged(request, self._render.base_url, names, lambda name: self._render.label(place.container, name))

    def get_label(self, request: Request, owner: str, repo: str, name: str) -> Response:
        """https://docs.github.com/rest/issues/labels#get-a-label"""
        place = self._desk.place(request, owner, repo)
        known = known_label(place, name)
        if known not in place.labels:
            raise not_found()
        return Response(200, self._render.label(place.container, known))

    def create_label(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/issues/labels#create-a-label"""
        place = self._desk.place(request, owner, repo)
        self._desk.needs(request, place, "write")
        fields = self._desk.fields(request)
        (name,) = label_names([fields])
        color = typed(fields, "color", str, "ededed")
        if not _COLOR.fullmatch(color):
            raise invalid("Label", "color", "invalid", value=color)
        if known_label(place, name) in place.labels:
            raise invalid("Label", "name", "already_exists")
        place.labels[name] = color.lower()
        made = self._render.label(place.container, name)
        return Response(201, made, {"Location": made["url"]})

    def update_label(self, request: Request, owner: str, repo: str, name: str) -> Response:
        """https://docs.github.com/rest/issues/labels#update-a-label"""
        place = self._desk.place(request, owner, repo)
        actor, fields, known = self._desk.actor(request), self._desk.fields(request), known_label(place, name)
        (new,) = label_names([{"name": typed(fields, "new_name", str, known)}])
        if known_label(place, new) in place.labels and known_label(place, new) != known:
            raise invalid("Label", "name", "already_exists")
        if new != known:
            self._site.rename_label(actor, place.container, known, new)
        return Response(200, self._render.label(place.container, new))

    def delete_label(self, request: Request, owner: str, repo: str, name: str) -> Response:
        """https://docs.github.com/rest/issues/labels#delete-a-label"""
        place = self._desk.place(request, owner, repo)
        self._site.rename_label(self._desk.actor(request), place.container, known_label(place, name), "")
        return Response(204)

    def list_issue_labels(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/labels#list-labels-for-an-issue"""
        ticket = self._desk.ticket(request, owner, repo, number)
        return paged(request, self._render.base_url, self._labels(ticket), dict)

    def add_labels(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/labels#add-labels-to-an-issue"""
        actor, ticket, names = self._asked(request, owner, repo, number)
        for name in names:
            self._site.add_label(actor, ticket.key, name)
        return Response(200, self._labels(ticket))

    def set_labels(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/labels#set-labels-for-an-issue"""
        actor, ticket, names = self._asked(request, owner, repo, number)
        for name in [name for name in ticket.labels if name not in names]:
            self._site.remove_label(actor, ticket.key, name)
        for name in names:
            self._site.add_label(actor, ticket.key, name)
        return Response(200, self._labels(ticket))

    def remove_label(self, request: Request, owner: str, repo: str, number: str, name: str) -> Response:
        """https://docs.github.com/rest/issues/labels#remove-a-label-from-an-issue"""
        actor = self._desk.actor(request)
        ticket = self._desk.ticket(request, owner, repo, number)
        self._site.remove_label(actor, ticket.key, known_label(self._site.places[ticket.container], name))
        return Response(200, self._labels(ticket))

    def _asked(self, request: Request, owner: str, repo: str, number: str) -> tuple[str, TicketState, list[str]]:
        """Who asks, the issue, and the labels of the body in the repository's spelling. A bare list is taken too."""
        actor = self._desk.actor(request)
        ticket = self._desk.ticket(request, owner, repo, number)
        body = request.json()
        names = label_names(body.get("labels", []) if isinstance(body, dict) else body)
        place = self._site.places[ticket.container]
        return actor, ticket, list(dict.fromkeys(known_label(place, name) for name in names))

    def _labels(self, ticket: TicketState) -> list[dict[str, Any]]:
        return [self._render.label(ticket.container, name) for name in ticket.labels]
