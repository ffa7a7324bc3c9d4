"""GitHub's sub-issues (https://docs.github.com/rest/issues/sub-issues). The world cannot take one off again."""

from __future__ import annotations

from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_errors import not_found, refusal
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router

_ISSUE = "/repos/{owner}/{repo}/issues/{number}"
_FAILED = "An error occurred while adding the sub-issue to the parent issue."


class GithubSubIssues:
    """The routes about parents and children."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._render = desk.render

    def add_routes(self, router: Router) -> None:
        router.add("GET", _ISSUE + "/sub_issues", self.list_sub_issues)
        router.add("POST", _ISSUE + "/sub_issues", self.add_sub_issue)
        router.add("GET", _ISSUE + "/parent", self.get_parent)

    def list_sub_issues(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/sub-issues#list-sub-issues"""
        ticket = self._desk.ticket(request, owner, repo, number)
        return paged(request, self._render.base_url, self._render.children(ticket), self._render.issue)

    def add_sub_issue(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/sub-issues#add-sub-issue"""
        actor = self._desk.actor(request)
        parent = self._desk.ticket(request, owner, repo, number)
        child_uid = self._desk.fields(request).get("sub_issue_id")
        if not isinstance(child_uid, int):
            raise refusal(422, 'Invalid request.\n\n"sub_issue_id" wasn\'t supplied.')
        child = self._site.tickets.get(child_uid)
        if child is None or not self._desk.may_read(actor, self._site.places[child.container]):
            raise refusal(404, "The provided sub-issue does not exist")
        if child.container.partition("/")[0] != owner:
            raise refusal(422, f"{_FAILED} Sub issue must belong to the same owner as the parent issue")
        if child.uid == parent.uid:
            raise refusal(422, f"{_FAILED} Sub issue cannot be its own parent")
        if child.parent_uid == parent.uid:
            raise refusal(422, f"{_FAILED} Issue may not contain duplicate sub-issues")
        if child.parent_uid is not None:
            raise refusal(422, f"{_FAILED} Sub issue may only have one parent")
        self._site.add_sub_issue(actor, parent.key, child.uid)
        return Response(201, self._render.issue(parent))

    def get_parent(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/sub-issues#get-parent-issue"""
        ticket = self._desk.ticket(request, owner, repo, number)
        parent = self._site.tickets.get(ticket.parent_uid) if ticket.parent_uid is not None else None
        if parent is None:
            raise not_found()
        return Response(200, self._render.issue(parent))
