"""People through Jira's API: who is there, and who may do what where.

Asking what *another* person may do needs the right to administer Jira; whether somebody can be assigned
can be asked by everybody who may assign.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_desk import (
    GLOBAL_PERMISSIONS,
    PROJECT_PERMISSIONS,
    JiraDesk,
    hidden,
    record,
    refusal,
    whole,
)
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.world import Account


class JiraPeople:
    """Handlers for accounts and permissions."""

    def __init__(self, desk: JiraDesk, json: JiraJson) -> None:
        self._desk = desk
        self._json = json

    def mount(self, router: Router) -> None:
        router.add("GET", "/rest/api/3/myself", self.myself)
        router.add("GET", "/rest/api/3/mypermissions", self.my_permissions)
        router.add("POST", "/rest/api/3/permissions/check", self.check_permissions)
        router.add("GET", "/rest/api/3/user", self.user)
        router.add("GET", "/rest/api/3/user/search", self.find_users)
        router.add("GET", "/rest/api/3/user/assignable/search", self.assignable)

    # --- people -------------------------------------------------------------------------------

    def myself(self, request: Request) -> Response:
        account = request.account or ""
        mine = {"emailAddress": f"{account}@example.com", "locale": "en_US"}
        return Response(200, self._json.user(account) | mine)

    def user(self, request: Request) -> Response:
        account = request.one("accountId")
        if not account:
            raise refusal(400, "The query parameter 'accountId' is required.")
        if account not in self._desk.site.accounts:
            raise refusal(404, "Specified user does not exist or you do not have required permissions")
        return Response(200, self._json.user(account))

    def find_users(self, request: Request) -> Response:
        """People whose name, or account, has the query in it; only active ones."""
        if not request.one("query") and not request.one("accountId"):
            raise refusal(400, "Either the 'query' or the 'accountId' query parameter has to be provided.")
        return Response(200, self._page(request, [p for p in self._everybody() if _fits(p, request)]))

    def assignable(self, request: Request) -> Response:
        """People who can be given tickets of a project.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/#api-rest-api-3-user-assignable-search-get
        """
        if request.one("issueKey"):
            container = self._desk.ticket(request.account, request.one("issueKey")).container
        else:
            container = self._desk.place(request.account, request.one("project")).container
        found = [p for p in self._everybody() if _fits(p, request) and self._may(p.account, container)]
        return Response(200, self._page(request, found))

    def _may(self, account: str, container: str) -> bool:
        return "ASSIGNABLE_USER" in self._desk.permissions(account, container)

    def _everybody(self) -> list[Account]:
        return [person for person in self._desk.site.accounts.values() if person.is_active]

    def _page(self, request: Request, people: list[Account]) -> list[Json]:
        start, most = whole(request, "startAt", 0, 10**9), whole(request, "maxResults", 50, 1000)
        return [self._json.user(person.account) for person in people[start : start + most]]

    # --- permissions --------------------------------------------------------------------------

    def my_permissions(self, request: Request) -> Response:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get"""
        wanted = [key for key in request.one("permissions").split(",") if key]
        strangers = [key for key in wanted if key not in (*PROJECT_PERMISSIONS, *GLOBAL_PERMISSIONS)]
        if not wanted or strangers:
            raise refusal(400, "The 'permissions' query parameter is required." if not wanted else str(strangers))
        held = self._desk.global_permissions(request.account) | self._held(request)
        return Response(200, {"permissions": {key: permission_json(key, key in held) for key in wanted}})

    def _held(self, request: Request) -> frozenset[str]:
        """Of the named ticket or project; of any project where none is named."""
        ticket, project = (request.one(f"{what}Key") or request.one(f"{what}Id") for what in ("issue", "project"))
        if ticket:
            return self._desk.permissions(request.account, self._desk.ticket(request.account, ticket).container)
        if project:
            place = self._desk.find_place(request.account, project)
            if place is None:
                raise hidden()
            return self._desk.permissions(request.account, place.container)
        places = self._desk.site.places
        return frozenset(key for place in places for key in self._desk.permissions(request.account, place))

    def check_permissions(self, request: Request) -> Response:
        """Which projects and tickets an account has permissions for; ids that mean nothing are passed over.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-permissions-check-post
        """
        body = record(request)
        account = str(body.get("accountId") or request.account or "")
        if account != request.account and "ADMINISTER" not in self._desk.global_permissions(request.account):
            raise refusal(403, "You do not have permission to check the permissions of other users.")
        held = self._desk.global_permissions(account)
        granted = [
            self._grant(account, asked, key)
            for asked in body.get("projectPermissions") or []
            for key in asked.get("permissions") or []
        ]
        return Response(
            200,
            {
                "globalPermissions": [key for key in body.get("globalPermissions") or [] if key in held],
                "projectPermissions": granted,
            },
        )

    def _grant(self, account: str, asked: dict[str, Any], key: str) -> Json:
        if key not in PROJECT_PERMISSIONS:
            raise refusal(400, f"Unrecognized permission: {key}")
        site = self._desk.site
        granted = [p for p in site.places.values() if key in self._desk.permissions(account, p.container)]
        numbers, names = {p.number for p in granted}, {p.container for p in granted}
        tickets = (site.tickets.get(int(uid)) for uid in asked.get("issues") or [])
        return {
            "permission": key,
            "projects": [number for number in asked.get("projects") or [] if int(number) in numbers],
            "issues": [ticket.uid for ticket in tickets if ticket and ticket.container in names],
        }


def _fits(person: Account, request: Request) -> bool:
    query, account = request.one("query").casefold(), request.one("accountId")
    words = f"{person.name} {person.account}".casefold()
    return (query in words) and account in ("", person.account)


def permission_json(key: str, is_held: bool) -> Json:
    kind = "GLOBAL" if key in GLOBAL_PERMISSIONS else "PROJECT"
    known = (*GLOBAL_PERMISSIONS, *PROJECT_PERMISSIONS).index(key)
    name = key.replace("_", " ").capitalize()
    return {"id": str(known), "key": key, "name": name, "type": kind, "description": name, "havePermission": is_held}
