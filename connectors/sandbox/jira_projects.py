"""What a site offers through Jira's API: itself, its projects, their types and statuses, its fields.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/
"""

from __future__ import annotations

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_desk import JiraDesk, refusal, whole
from connectors.sandbox.jira_fields import CLOUD
from connectors.sandbox.jira_issue_view import FIELDS
from connectors.sandbox.jira_json import JiraJson, Json, stamp
from connectors.sandbox.jira_own_fields import listed_field, own_creation_fields
from connectors.sandbox.world import PlaceState


class JiraProjects:
    """Handlers for projects and for what the whole site has in common."""

    def __init__(self, desk: JiraDesk, json: JiraJson) -> None:
        self._desk = desk
        self._json = json

    def mount(self, router: Router) -> None:
        router.add("GET", "/rest/api/3/serverInfo", self.server_info)
        router.add("GET", "/rest/api/3/field", self.fields)
        router.add("GET", "/rest/api/3/project/{key}", self.project)
        router.add("GET", "/rest/api/3/project/{key}/statuses", self.statuses)
        router.add("GET", "/rest/api/3/issue/createmeta/{key}/issuetypes", self.issue_types)
        router.add("GET", "/rest/api/3/issue/createmeta/{key}/issuetypes/{type_id}", self.creation_fields)

    def server_info(self, request: Request) -> Response:
        """Open to everybody.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-server-info/
        """
        del request
        return Response(
            200,
            {
                "baseUrl": self._json.base_url,
                "version": "1001.0.0-SNAPSHOT",
                "versionNumbers": [1001, 0, 0],
                "deploymentType": "Cloud",
                "buildNumber": 100_300,
                "buildDate": "2026-11-02T00:00:00.000+0000",
                "serverTime": stamp(self._desk.now()),
                "scmInfo": "0" * 40,
                "serverTitle": self._desk.site.name,
            },
        )

    def fields(self, request: Request) -> Response:
        del request
        shown: list[Json] = []
        for field, name, kind, items, is_navigable in FIELDS:
            schema = {"type": kind, "system": field} | ({"items": items} if items else {})
            shape = {"id": field, "key": field, "name": name, "custom": False, "orderable": True, "searchable": True}
            shown.append({**shape, "navigable": is_navigable, "clauseNames": [field], "schema": schema})
        own = {one.id: one for place in self._desk.site.places.values() for one in place.custom_fields}
        return Response(200, shown + [listed_field(one) for one in own.values()])

    def project(self, request: Request, key: str) -> Response:
        place = self._desk.place(request.account, key)
        types = self._types(place)
        more = {
            "description": "",
            "issueTypes": types,
            "assigneeType": "UNASSIGNED",
            "style": "classic",
            "isPrivate": False,
            "properties": {},
        }
        return Response(200, self._json.project(place) | more | ({"archived": True} if place.is_archived else {}))

    def statuses(self, request: Request, key: str) -> Response:
        """Each of the project's types with its statuses."""
        place = self._desk.place(request.account, key)
        statuses = [self._json.status(name, category) for name, category in place.statuses.items()]
        types = self._types(place)
        kept = ("self", "id", "name", "subtask")
        return Response(200, [{key: shown[key] for key in kept} | {"statuses": statuses} for shown in types])

    def issue_types(self, request: Request, key: str) -> Response:
        """The types that can be opened in a project, paged.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-get
        """
        types = self._types(self._desk.place(request.account, key))
        start, most = whole(request, "startAt", 0, 10**9), whole(request, "maxResults", 50, 200)
        page = types[start : start + most]
        return Response(200, {"startAt": start, "maxResults": most, "total": len(types), "issueTypes": page})

    def creation_fields(self, request: Request, key: str, type_id: str) -> Response:
        """What can be given with a new ticket of a type, in one page: of all fields those alone in which projects
        differ. The security level is there for those who may set it, where the project has any.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get
        """
        place = self._desk.place(request.account, key)
        name = next((one["name"] for one in self._types(place) if one["id"] == type_id), None)
        if name is None:
            raise refusal(404, "The issue type is not valid for this project.")
        may_set = "SET_ISSUE_SECURITY" in self._desk.permissions(request.account, place.container)
        shown: Json = {
            "required": False,
            "schema": {"type": "securitylevel", "system": "security"},
            "name": "Security Level",
            "key": "security",
            "fieldId": "security",
            "hasDefaultValue": False,
            "operations": ["set"],
            "allowedValues": [self._json.level(one) for one in place.levels],
        }
        fields = [shown] if place.levels and may_set else []
        fields += own_creation_fields(self._json, place, name, CLOUD)
        return Response(200, {"startAt": 0, "maxResults": 200, "total": len(fields), "fields": fields})

    def _types(self, place: PlaceState) -> list[Json]:
        return [self._json.issue_type(name) for name in (*place.ticket_types, *place.sub_task_types)]
