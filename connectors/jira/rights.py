"""Who may edit what: whose commands count, and whether our own account can do its work.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from connectors.errors import Denied, Refused
from connectors.jira.addresses import issue_name, split_key
from connectors.jira.client import JiraClient
from connectors.jira.edition import Edition
from connectors.jira.projects import ProjectBook
from connectors.jira.remembered import Remembered
from connectors.jira.understood import understood
from rules.refs import TicketRef

RIGHTS_TTL_S = 600
#: Of several people whose names begin alike, so many are looked through for one.
ASSIGNABLE_MAX = 50
#: What our account needs, and what for.
NEEDED = {
    "BROWSE_PROJECTS": "see its issues",
    "CREATE_ISSUES": "open issues",
    "EDIT_ISSUES": "put labels on issues",
    "ADD_COMMENTS": "comment",
    "LINK_ISSUES": "link issues",
    "TRANSITION_ISSUES": "close our own doubled issues",
    "ASSIGN_ISSUES": "assign issues",
}


class JiraRights:
    """Asks Jira about permissions, and remembers the answers for ten minutes. Thread-safe."""

    def __init__(
        self, client: JiraClient, edition: Edition, projects: ProjectBook, now: Callable[[], dt.datetime]
    ) -> None:
        self._client = client
        self._edition = edition
        self._projects = projects
        self._rights: Remembered[bool] = Remembered(now, RIGHTS_TTL_S)
        self._not_for_us: Remembered[bool] = Remembered(now, RIGHTS_TTL_S)

    def may_edit(self, ref: TicketRef, account: str) -> bool:
        """Whether the account has EDIT_ISSUES in the ticket's project. Asking this of others takes an administrator;
        without one, those who can be assigned there count."""
        if not account or account == "unknown":
            return False
        project = self._project_of(ref)
        known = self._rights.get(f"{project} {account}")
        if known is not None:
            return known
        return self._rights.put(f"{project} {account}", self._ask(project, account))

    def check_project(self, project: str, ticket_type: str) -> None:
        """Raise Gone, Denied or Refused with what is missing. Two requests."""
        found = self._projects.fetch(project)
        with understood(f"project {project}"):
            archived = bool(found.get("archived"))
            types = [str(one["name"]) for one in found.get("issueTypes") or ()]
        if archived:
            raise Refused(f"project {project} is archived: nothing can be written there")
        if types and ticket_type not in types:
            raise Refused(f"project {project} has no issue type {ticket_type!r}; it has {', '.join(types)}")
        self._check_permissions(project)

    def _check_permissions(self, project: str) -> None:
        answer = self._client.get("mypermissions", {"projectKey": project, "permissions": ",".join(NEEDED)})
        with understood(f"our permissions in {project}"):
            held = {name for name, one in answer["permissions"].items() if one.get("havePermission")}
        missing = [f"{what} ({name})" for name, what in NEEDED.items() if name not in held]
        if missing:
            raise Denied(f"in project {project} our account may not {', '.join(missing)}", status=403)

    def _project_of(self, ref: TicketRef) -> str:
        project, _ = split_key(ref.key)
        if project:
            return project
        name = issue_name(ref)
        issue = self._client.get(f"issue/{name}", {"fields": "project"})
        with understood(f"issue {name}"):
            return split_key(str(issue["key"]))[0]

    def _ask(self, project: str, account: str) -> bool:
        if not self._not_for_us.get("check"):
            try:
                return self._check(project, account)
            except Refused as error:
                if error.status not in (403, 404):
                    raise
                self._not_for_us.put("check", True)
        return self._is_assignable(project, account)

    def _check(self, project: str, account: str) -> bool:
        project_id = self._projects.get(project).id
        with understood(f"permissions in {project}"):
            return self._edition.may_edit(project_id, project, account)

    def _is_assignable(self, project: str, account: str) -> bool:
        with understood(f"who can be assigned in {project}"):
            return bool(self._edition.assignable(project, ASSIGNABLE_MAX, account))
