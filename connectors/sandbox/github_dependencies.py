"""What an issue waits for (https://docs.github.com/en/rest/issues/issue-dependencies)."""

from __future__ import annotations

from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_errors import refusal
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router

_BLOCKED_BY = "/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by"


class GithubDependencies:
    """The routes about what blocks what."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._render = desk.render

    def add_routes(self, router: Router) -> None:
        router.add("GET", _BLOCKED_BY, self.list_blockers)
        router.add("POST", _BLOCKED_BY, self.add_blocker)

    def list_blockers(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/en/rest/issues/issue-dependencies#list-dependencies-an-issue-is-blocked-by"""
        ticket = self._desk.ticket(request, owner, repo, number)
        blockers = [self._site.tickets[uid] for uid in self._site.blockers(ticket) if uid in self._site.tickets]
        return paged(request, self._render.base_url, blockers, self._render.issue)

    def add_blocker(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/en/rest/issues/issue-dependencies#add-a-dependency-an-issue-is-blocked-by"""
        actor = self._desk.actor(request)
        blocked = self._desk.ticket(request, owner, repo, number)
        uid = self._desk.fields(request).get("issue_id")
        if not isinstance(uid, int):
            raise refusal(422, 'Invalid request.\n\n"issue_id" wasn\'t supplied.')
        blocker = self._site.tickets.get(uid)
        if blocker is None or not self._desk.may_read(actor, self._site.places[blocker.container]):
            raise refusal(404, "The provided issue does not exist")
        if blocker.uid == blocked.uid or uid in self._site.blockers(blocked):
            raise refusal(422, "Validation Failed: Target issue has already been taken")
        self._site.add_blocker(actor, blocked.key, uid)
        return Response(201, self._render.issue(blocker))
