"""What a Data Center offers: itself, its projects, their types and statuses, its fields, priorities and resolutions.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/project
https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/serverInfo
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_desk import refusal, whole
from connectors.sandbox.jira_issue_view import FIELDS
from connectors.sandbox.jira_json import Json, stamp
from connectors.sandbox.jira_own_fields import own_creation_fields
from connectors.sandbox.jira_projects import JiraProjects
from connectors.sandbox.jira_server_fields import SERVER
from connectors.sandbox.jira_server_json import CLOUD_FIELDS
from connectors.sandbox.jira_words import RESOLUTIONS
from connectors.sandbox.world import PlaceState

VERSION = (9, 12, 15)
_BUILD = 9_120_015
#: What can be given with a new ticket, and whether it has to be.
_SCREEN = {
    "summary": True,
    "issuetype": True,
    "project": True,
    "description": False,
    "labels": False,
    "assignee": False,
    "duedate": False,
    "security": False,
}


class JiraServerProjects(JiraProjects):
    """Handlers for projects and for what the whole site has in common."""

    def mount(self, router: Router) -> None:
        super().mount(router)
        router.add("GET", "/rest/api/3/status", self.all_statuses)
        router.add("GET", "/rest/api/3/priority", self.priorities)
        router.add("GET", "/rest/api/3/resolution", self.resolutions)

    def server_info(self, request: Request) -> Response:
        """Open to everybody; the time is told to those who are logged in."""
        shown: Json = {
            "baseUrl": self._json.base_url,
            "version": ".".join(map(str, VERSION)),
            "versionNumbers": list(VERSION),
            "deploymentType": "Server",
            "buildNumber": _BUILD,
            "buildDate": "2024-11-06T00:00:00.000+0000",
            "databaseBuildNumber": _BUILD,
            "scmInfo": "0" * 40,
            "serverTitle": self._desk.site.name,
        }
        return Response(200, shown | ({"serverTime": stamp(self._desk.now())} if request.account else {}))

    def fields(self, request: Request) -> Response:
        """As in Cloud, without keys."""
        listed: list[Json] = super().fields(request).body
        fields = [field for field in listed if field["id"] not in CLOUD_FIELDS]
        return Response(200, [{name: value for name, value in field.items() if name != "key"} for field in fields])

    def project(self, request: Request, key: str) -> Response:
        place = self._desk.place(request.account, key)
        more = {
            "expand": "description,lead,issueTypes,url,projectKeys,permissions,roles,versions,components",
            "description": "",
            "components": [],
            "versions": [],
            "issueTypes": self._types(place),
            "assigneeType": "UNASSIGNED",
            "roles": {},
            "archived": place.is_archived,
        }
        return Response(200, self._json.project(place) | more)

    def all_statuses(self, request: Request) -> Response:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/status-getStatuses"""
        del request
        places = self._desk.site.places.values()
        known = {name: category for place in places for name, category in place.statuses.items()}
        return Response(200, [self._json.status(name, category) for name, category in known.items()])

    def priorities(self, request: Request) -> Response:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/priority-getPriorities"""
        del request
        names = ("Highest", "High", "Medium", "Low", "Lowest")
        return Response(
            200,
            [
                {"self": self._json.url(f"priority/{number}"), "id": str(number), "name": name, "description": ""}
                for number, name in enumerate(names, start=1)
            ],
        )

    def resolutions(self, request: Request) -> Response:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/resolution-getResolutions"""
        del request
        return Response(200, [self._json.resolution(word) for word in RESOLUTIONS])

    # --- what can be opened -------------------------------------------------------------------

    def issue_types(self, request: Request, key: str) -> Response:
        """The types that can be opened in a project.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getCreateIssueMetaProjectIssueTypes
        """
        place = self._open_place(request, key)
        return _page(request, self._types(place))

    def creation_fields(self, request: Request, key: str, type_id: str) -> Response:
        """What can be given with a new ticket of a type, and what has to be.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getCreateIssueMetaFields
        """
        place = self._open_place(request, key)
        type_name = next((one["name"] for one in self._types(place) if one["id"] == type_id), None)
        if type_name is None:
            raise refusal(404, "The issue type is not valid for this project.")
        may_set = place.levels and "SET_ISSUE_SECURITY" in self._desk.permissions(request.account, place.container)
        names = [name for name in _SCREEN if name != "security" or may_set]
        own = own_creation_fields(self._json, place, type_name, SERVER)
        bare = [{name: value for name, value in field.items() if name != "key"} for field in own]
        return _page(request, [self._creation_field(place, name) for name in names] + bare)

    def _creation_field(self, place: PlaceState, name: str) -> Json:
        title, kind, items = next((title, kind, items) for field, title, kind, items, _ in FIELDS if field == name)
        allowed: dict[str, list[Any]] = {
            "issuetype": self._types(place),
            "project": [self._json.project(place)],
            "security": [self._json.level(one) for one in place.levels],
        }
        return {
            "required": _SCREEN[name],
            "schema": {"type": kind, "system": name} | ({"items": items} if items else {}),
            "name": title,
            "fieldId": name,
            "hasDefaultValue": False,
            "operations": ["add", "set", "remove"] if name == "labels" else ["set"],
        } | ({"allowedValues": allowed[name]} if name in allowed else {})

    def _open_place(self, request: Request, key: str) -> PlaceState:
        """Raises ApiError 400 where the project is not there, or nothing can be opened in it."""
        place = self._desk.find_place(request.account, key)
        if place is None or "CREATE_ISSUES" not in self._desk.permissions(request.account, place.container):
            raise refusal(400, f"No project could be found with key '{key}'.")
        return place


def _page(request: Request, listed: list[Json]) -> Response:
    start, most = whole(request, "startAt", 0, 10**9), whole(request, "maxResults", 50, 1000)
    page = listed[start : start + most]
    is_last = start + len(page) >= len(listed)
    head = {"maxResults": most, "startAt": start, "total": len(listed), "isLast": is_last}
    return Response(200, head | {"values": page})
