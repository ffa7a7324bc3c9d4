"""GitHub's issue comments (https://docs.github.com/rest/issues/comments)."""

from __future__ import annotations

from connectors.sandbox.github_desk import GithubDesk, typed
from connectors.sandbox.github_errors import not_found, refusal
from connectors.sandbox.github_issues import BODY_MAX, refuse_conditions, since_of
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.world import CommentState, TicketState

_ALL = "/repos/{owner}/{repo}/issues/comments"
_ONE = _ALL + "/{comment_id}"
_OF_ISSUE = "/repos/{owner}/{repo}/issues/{number}/comments"


class GithubComments:
    """The routes about comments. They must be added before those of issues: `comments` is no number."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._render = desk.render

    def add_routes(self, router: Router) -> None:
        router.add("GET", _ALL, self.list_of_repo)
        router.add("GET", _ONE, self.get_comment)
        router.add("PATCH", _ONE, self.edit_comment)
        router.add("DELETE", _ONE, self.delete_comment)
        router.add("GET", _OF_ISSUE, self.list_of_issue)
        router.add("POST", _OF_ISSUE, self.post_comment)

    def list_of_repo(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/issues/comments#list-issue-comments-for-a-repository"""
        place = self._desk.place_with_issues(request, owner, repo)
        found = [(ticket, comment) for ticket in self._site.in_place(place.container) for comment in ticket.comments]
        found = [pair for pair in found if self._is_listed(request, pair[1])]
        if request.one("sort") == "updated":
            found.sort(key=lambda pair: (pair[1].updated_at, pair[1].id))
        else:
            found.sort(key=lambda pair: pair[1].id)
        if request.one("direction") == "desc":
            found.reverse()
        return paged(request, self._render.base_url, found, lambda pair: self._render.comment(*pair))

    def list_of_issue(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/comments#list-issue-comments"""
        ticket = self._desk.ticket(request, owner, repo, number)
        found = [comment for comment in ticket.comments if self._is_listed(request, comment)]
        return paged(request, self._render.base_url, found, lambda one: self._render.comment(ticket, one))

    def get_comment(self, request: Request, owner: str, repo: str, comment_id: str) -> Response:
        """https://docs.github.com/rest/issues/comments#get-an-issue-comment"""
        return Response(200, self._render.comment(*self._find(request, owner, repo, comment_id)))

    def post_comment(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/comments#create-an-issue-comment"""
        actor = self._desk.actor(request)
        ticket = self._desk.ticket(request, owner, repo, number)
        comment = self._site.comment_on(actor, ticket.key, self._text(request))
        made = self._render.comment(ticket, comment)
        return Response(201, made, {"Location": made["url"]})

    def edit_comment(self, request: Request, owner: str, repo: str, comment_id: str) -> Response:
        """https://docs.github.com/rest/issues/comments#update-an-issue-comment"""
        refuse_conditions(request)
        actor = self._desk.actor(request)
        ticket, comment = self._find(request, owner, repo, comment_id)
        self._site.edit_comment(actor, comment.id, self._text(request))
        return Response(200, self._render.comment(ticket, comment))

    def delete_comment(self, request: Request, owner: str, repo: str, comment_id: str) -> Response:
        """https://docs.github.com/rest/issues/comments#delete-an-issue-comment"""
        actor = self._desk.actor(request)
        _, comment = self._find(request, owner, repo, comment_id)
        self._site.delete_comment(actor, comment.id)
        return Response(204)

    def _find(self, request: Request, owner: str, repo: str, comment_id: str) -> tuple[TicketState, CommentState]:
        place = self._desk.place_with_issues(request, owner, repo)
        if not comment_id.isdecimal():
            raise not_found()
        ticket, comment = self._site.comment(int(comment_id))
        if ticket.container != place.container:
            raise not_found()
        return ticket, comment

    def _text(self, request: Request) -> str:
        body = typed(self._desk.fields(request), "body", str, "")
        if not body.strip():
            raise _unprocessable("Body can't be blank")
        if len(body) > BODY_MAX:
            raise _unprocessable(f"Body is too long (maximum is {BODY_MAX} characters)")
        return body

    def _is_listed(self, request: Request, comment: CommentState) -> bool:
        since = since_of(request)
        return since is None or comment.updated_at.replace(microsecond=0) >= since


def _unprocessable(message: str) -> ApiError:
    entry = {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": message}
    return refusal(422, "Validation Failed", errors=[entry])
