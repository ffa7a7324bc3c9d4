"""People as a Data Center knows them: by user name, or by the key behind it.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user
https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/mypermissions
"""

from __future__ import annotations

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_desk import GLOBAL_PERMISSIONS, PROJECT_PERMISSIONS, JiraDesk, refusal, whole
from connectors.sandbox.jira_json import Json
from connectors.sandbox.jira_people import permission_json
from connectors.sandbox.jira_server_json import JiraServerJson
from connectors.sandbox.world import Account

_USER = "/rest/api/3/user"


class JiraServerPeople:
    """Handlers for accounts and permissions."""

    def __init__(self, desk: JiraDesk, json: JiraServerJson) -> None:
        self._desk = desk
        self._json = json

    def mount(self, router: Router) -> None:
        router.add("GET", "/rest/api/3/myself", self.myself)
        router.add("GET", "/rest/api/3/mypermissions", self.my_permissions)
        router.add("GET", _USER, self.user)
        router.add("GET", f"{_USER}/search", self.find_users)
        router.add("GET", f"{_USER}/assignable/search", self.assignable)
        router.add("GET", f"{_USER}/permission/search", self.with_permissions)

    # --- people -------------------------------------------------------------------------------

    def myself(self, request: Request) -> Response:
        return Response(200, self._json.whole_user(request.account or ""))

    def user(self, request: Request) -> Response:
        """By name or key; one who was switched off is shown as not active, one who was deleted is not found."""
        name, key = request.one("username"), request.one("key")
        if not name and not key:
            raise refusal(400, "Either the 'username' or the 'key' query parameters need to be provided")
        for account in self._desk.site.accounts:
            if name.casefold() == account.casefold() or key == self._json.person_id(account):
                return Response(200, self._json.whole_user(account))
        told = f"named '{name}'" if name else f"with the key '{key}'"
        raise refusal(404, f"The user {told} does not exist")

    def find_users(self, request: Request) -> Response:
        if not request.one("username"):
            raise refusal(400, "The username query parameter was not provided")
        everybody = self._everybody(request, has_inactive=request.one("includeInactive") == "true")
        return self._page(request, everybody)

    def assignable(self, request: Request) -> Response:
        """People who can be given a project's tickets.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user-findAssignableUsers
        """
        container = self._container(request, "project")
        return self._page(
            request, [p for p in self._everybody(request) if self._holds(p, container, "ASSIGNABLE_USER")]
        )

    def with_permissions(self, request: Request) -> Response:
        """Active people who have all these permissions; for those who administer the project or the site alone.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user-findUsersWithAllPermissions
        """
        wanted = [key for key in request.one("permissions").split(",") if key]
        if not wanted or any(key not in PROJECT_PERMISSIONS for key in wanted):
            raise refusal(400, "The permissions list is empty, or contains an invalid entry.")
        container = self._container(request, "projectKey")
        rights = self._desk.permissions(request.account, container)
        if "ADMINISTER_PROJECTS" not in rights and "ADMINISTER" not in self._desk.global_permissions(request.account):
            raise refusal(403, "You do not have the permission to administer this project.")
        return self._page(request, [p for p in self._everybody(request) if self._holds(p, container, *wanted)])

    def _container(self, request: Request, project: str) -> str:
        if request.one("issueKey"):
            return self._desk.ticket(request.account, request.one("issueKey")).container
        if not request.one(project):
            raise refusal(400, "Either a project or an issue key has to be provided.")
        return self._desk.place(request.account, request.one(project)).container

    def _holds(self, person: Account, container: str, *keys: str) -> bool:
        return set(keys) <= self._desk.permissions(person.account, container)

    def _everybody(self, request: Request, *, has_inactive: bool = False) -> list[Account]:
        """Those in whose user name, display name or mail address a word begins as `username` says."""
        return [
            person
            for person in self._desk.site.accounts.values()
            if (person.is_active or has_inactive) and _fits(person, request.one("username"))
        ]

    def _page(self, request: Request, people: list[Account]) -> Response:
        start, most = whole(request, "startAt", 0, 10**9), whole(request, "maxResults", 50, 1000)
        return Response(200, [self._json.user(person.account) for person in people[start : start + most]])

    # --- permissions --------------------------------------------------------------------------

    def my_permissions(self, request: Request) -> Response:
        """Every permission that there is, and whether the account has it: it cannot be asked for some alone."""
        held = self._desk.global_permissions(request.account) | self._held(request)
        keys = (*GLOBAL_PERMISSIONS, *PROJECT_PERMISSIONS)
        shown: Json = {key: permission_json(key, key in held) for key in keys}
        return Response(200, {"permissions": shown})

    def _held(self, request: Request) -> frozenset[str]:
        """Of the named ticket or project; of any project where none is named."""
        ticket, project = (request.one(f"{what}Key") or request.one(f"{what}Id") for what in ("issue", "project"))
        if ticket:
            return self._desk.permissions(request.account, self._desk.ticket(request.account, ticket).container)
        if project:
            return self._desk.permissions(request.account, self._desk.place(request.account, project).container)
        places = self._desk.site.places
        return frozenset(key for place in places for key in self._desk.permissions(request.account, place))


def _fits(person: Account, query: str) -> bool:
    query = query.casefold()
    words = (person.account, person.name, *person.name.split(), f"{person.account}@example.com")
    return query in ("", ".") or any(word.casefold().startswith(query) for word in words)
