"""GitHub's users, repositories, collaborators and assignees.

https://docs.github.com/rest/users/users, https://docs.github.com/rest/repos/repos,
https://docs.github.com/rest/collaborators/collaborators, https://docs.github.com/rest/issues/assignees
"""

from __future__ import annotations

from connectors.sandbox.github_desk import GithubDesk, typed
from connectors.sandbox.github_errors import not_found, refusal
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router

_REPO = "/repos/{owner}/{repo}"
_ISSUE_ASSIGNEES = _REPO + "/issues/{number}/assignees"
#: The world's rights in the words of `permission`, which knows triage only as read.
_PERMISSIONS = {"none": "none", "read": "read", "triage": "read", "write": "write", "admin": "admin"}


class GithubPeople:
    """The routes about people and the repositories they have rights on."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self._render = desk.render

    def add_routes(self, router: Router) -> None:
        router.add("GET", "/user", self.get_own_user)
        router.add("GET", "/users/{login}", self.get_user)
        router.add("GET", "/user/{number}", self.get_user_by_number)
        router.add("GET", _REPO, self.get_repo)
        router.add("GET", _REPO + "/collaborators/{login}/permission", self.get_permission)
        router.add("GET", _REPO + "/assignees", self.list_assignees)
        router.add("GET", _REPO + "/assignees/{login}", self.check_assignee)
        router.add("GET", _ISSUE_ASSIGNEES + "/{login}", self.check_issue_assignee)
        router.add("POST", _ISSUE_ASSIGNEES, self.add_assignees)
        router.add("DELETE", _ISSUE_ASSIGNEES, self.remove_assignees)

    def get_own_user(self, request: Request) -> Response:
        """https://docs.github.com/rest/users/users#get-the-authenticated-user"""
        return Response(200, self._render.full_user(self._desk.actor(request)))

    def get_user(self, request: Request, login: str) -> Response:
        """https://docs.github.com/rest/users/users#get-a-user"""
        login = self._desk.login(login)
        if login not in self._site.accounts:
            raise not_found()
        return Response(200, self._render.full_user(login))

    def get_user_by_number(self, request: Request, number: str) -> Response:
        """By the id that stays when the login changes. https://docs.github.com/rest/users/users#get-a-user-using-their-id"""
        del request
        known = [login for login, one in self._site.accounts.items() if str(one.number) == number]
        if not known:
            raise not_found()
        return Response(200, self._render.full_user(known[0]))

    def get_repo(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/repos/repos#get-a-repository"""
        place = self._desk.place(request, owner, repo)
        return Response(200, self._render.repo(place, request.account))

    def get_permission(self, request: Request, owner: str, repo: str, login: str) -> Response:
        """https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user"""
        place = self._desk.place(request, owner, repo)
        self._desk.needs(request, place, "write", "Must have push access to view collaborator permission.")
        login = self._desk.login(login)
        if login not in self._site.accounts:
            raise refusal(404, f"{login} is not a user")
        rights = self._site.rights(login, place.container)
        if rights == "none" and place.is_public:
            rights = "read"
        told = {**self._render.user(login), "permissions": _flags(rights), "role_name": rights}
        return Response(200, {"permission": _PERMISSIONS[rights], "role_name": rights, "user": told})

    def list_assignees(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/issues/assignees#list-assignees"""
        place = self._desk.place(request, owner, repo)
        fit = [login for login in self._site.accounts if self._site.may(login, place.container, "read")]
        return paged(request, self._render.base_url, fit, self._render.user)

    def check_assignee(self, request: Request, owner: str, repo: str, login: str) -> Response:
        """https://docs.github.com/rest/issues/assignees#check-if-a-user-can-be-assigned"""
        place = self._desk.place(request, owner, repo)
        if not self._site.may(self._desk.login(login), place.container, "read"):
            raise not_found()
        return Response(204)

    def check_issue_assignee(self, request: Request, owner: str, repo: str, number: str, login: str) -> Response:
        """https://docs.github.com/rest/issues/assignees#check-if-a-user-can-be-assigned-to-a-issue"""
        self._desk.ticket(request, owner, repo, number)
        return self.check_assignee(request, owner, repo, login)

    def add_assignees(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/assignees#add-assignees-to-an-issue

        As on GitHub, a login that cannot be assigned is passed over in silence.
        """
        actor = self._desk.actor(request)
        ticket = self._desk.ticket(request, owner, repo, number)
        named = self._named(request)
        fit = [login for login in named if self._site.may(login, ticket.container, "read")]
        self._site.assign(actor, ticket.key, tuple(dict.fromkeys([*ticket.assignees, *fit])))
        return Response(201, self._render.issue(ticket))

    def remove_assignees(self, request: Request, owner: str, repo: str, number: str) -> Response:
        """https://docs.github.com/rest/issues/assignees#remove-assignees-from-an-issue"""
        actor = self._desk.actor(request)
        ticket = self._desk.ticket(request, owner, repo, number)
        named = self._named(request)
        self._site.assign(actor, ticket.key, tuple(login for login in ticket.assignees if login not in named))
        return Response(200, self._render.issue(ticket))

    def _named(self, request: Request) -> list[str]:
        logins = typed(self._desk.fields(request), "assignees", list, [])
        if not all(isinstance(login, str) for login in logins):
            raise refusal(422, "Invalid request.\n\nFor 'assignees', every item is a login.")
        return [self._desk.login(login) for login in logins]


def _flags(rights: str) -> dict[str, bool]:
    order = ["none", "read", "triage", "write", "maintain", "admin"]
    rank = order.index(rights)
    names = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
    return {flag: rank >= order.index(needed) for flag, needed in names.items()}
